"""A program beside a virtual controller in its process: ``with_virtual_pad.py MODULE [ARG]``.

The named pipe in the environment's VIRTUAL_PAD moves the controller, a line at a time: press
BUTTON, release BUTTON, tilt AXIS VALUE, unplug, plug. Started for ROS, the program is the console.
"""

import importlib
import os
import sys
import threading
from pathlib import Path

from telesurgery_console.sdl_pad import find_pads
from telesurgery_console.virtual_pad import VirtualPad, sdl_library


def follow(commands, library, pad):
    for line in commands:
        word, *rest = line.split()
        if word == 'tilt':
            pad.tilt(rest[0], float(rest[1]))
        elif word in ('press', 'release'):
            pad.press(rest[0], pressed=word == 'press')
        elif word == 'unplug':
            pad.unplug()
        elif word == 'plug':
            pad = VirtualPad(library)


def main():
    library = sdl_library()
    find_pads()  # starts SDL
    pad = VirtualPad(library)
    for trigger in ('triggerleft', 'triggerright'):
        pad.tilt(trigger, -1.0)
    # Open until the process ends.
    commands = Path(os.environ['VIRTUAL_PAD']).open(encoding='utf-8')  # noqa: SIM115
    threading.Thread(target=follow, args=(commands, library, pad), daemon=True).start()
    arguments = sys.argv[1:]
    if arguments[:1] == ['--ros-args']:
        return importlib.import_module('telesurgery_console.node').main()
    return importlib.import_module(arguments[0]).main(arguments[1:])


if __name__ == '__main__':
    sys.exit(main())
