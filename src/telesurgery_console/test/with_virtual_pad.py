"""A program beside a virtual controller in its process: ``with_virtual_pad.py FILE MODULE [ARG]``.

FILE, a named pipe, moves the controller, a line at a time: press BUTTON, release BUTTON, tilt AXIS
VALUE, unplug, plug.
"""

import importlib
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
    file, module, *arguments = sys.argv[1:]
    commands = Path(file).open(encoding='utf-8')  # noqa: SIM115  (until the process ends)
    threading.Thread(target=follow, args=(commands, library, pad), daemon=True).start()
    if arguments[:1] == ['--ros-args']:
        return importlib.import_module(module).main()
    return importlib.import_module(module).main(arguments)


if __name__ == '__main__':
    sys.exit(main())
