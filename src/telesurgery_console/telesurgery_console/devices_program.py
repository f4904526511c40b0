"""What ``./telesurgery devices`` does, in a terminal and on a clock."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from telesurgery_console.controls import Source
from telesurgery_console.devices import open_sources
from telesurgery_console.errors import DeviceError
from telesurgery_console.inventory import Kind, describe, look_around
from telesurgery_console.live_view import Tapped, control_lines, sample_lines
from telesurgery_console.mapping import ControlMapping, load_mapping
from telesurgery_console.mapping_files import is_path, mapping_path
from telesurgery_console.mapping_writer import write_mapping
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.terminal import CtrlC, TerminalKeys
from telesurgery_console.topic_names import TopicNames
from telesurgery_console.unit import Unit
from telesurgery_console.wizard import Wizard
from telesurgery_core.errors import ParameterError, TelesurgeryError, one_of

SHOWABLE = ('gamepad', 'spacemouse', 'spacenavd')
"""The devices whose values can be shown without ROS; a keyboard shows itself."""
RATE_HZ = 50.0
CURSOR_UP, CLEAR_LINE, CLEAR_BELOW = '\x1b[{}A', '\x1b[K', '\x1b[J'
HIDE_CURSOR, SHOW_CURSOR = '\x1b[?25l', '\x1b[?25h'
NOTICES = 3
"""How many of the last notices stay in sight."""
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    live: bool = False
    new: str = ''
    device: str = ''
    unit: str = ''
    mapping: str = ''


def carry_out(request: Request, folder: Path, say: Callable[[str], object] = print) -> int:
    """List, show or write; return the exit code.

    ``folder`` has the mappings. TelesurgeryError is one line that says what is wrong.
    """
    if request.new:
        return _write_new(request, folder, say)
    if request.live:
        return _show_live(request, folder, say)
    for line in describe(look_around(), folder):
        say(line)
    return 0


def chosen_device(asked: str, kinds: Sequence[Kind]) -> str:
    """Return the device that is asked for, or the first that is there."""
    if asked:
        if asked not in SHOWABLE:
            raise ParameterError(
                one_of(
                    '--device',
                    asked,
                    SHOWABLE,
                    'topics are shown by ros2 topic echo, and keys by the console itself',
                )
            )
        return asked
    for kind in kinds:
        if kind.device in SHOWABLE and any(found.usable for found in kind.found):
            return kind.device
    raise DeviceError(
        'no device is here to be shown; allowed: a gamepad, a SpaceMouse, or spacenavd; connect '
        'one (./telesurgery devices says how)'
    )


def mapping_target(name: str, folder: Path) -> Path:
    """Return where a new mapping goes; ParameterError for a bad name or one that exists."""
    if not is_path(name) and not re.fullmatch(r'[a-z][a-z0-9_-]{0,40}', name):
        raise ParameterError(
            f'--new is {name!r}; allowed: a name of small letters, digits, _ and -, or the path '
            'of a .yaml file; choose another one'
        )
    path = Path(name).expanduser() if is_path(name) else folder / f'{name}.yaml'
    if path.exists():
        raise ParameterError(
            f'mapping {str(path)!r} exists; allowed: a new name; nothing is overwritten: name '
            'another one'
        )
    return path


def _open(request: Request, folder: Path) -> tuple[Tapped, ControlMapping, Path]:
    device = chosen_device(request.device, look_around())
    name = request.mapping or device
    path = Path(name).expanduser() if is_path(name) else mapping_path(name, folder)
    mapping = load_mapping(path, device)
    sources = open_sources({None: request.unit}, mapping, _no_topics)
    return Tapped(sources[None]), mapping, path


def _no_topics(_names: TopicNames, mapping: ControlMapping) -> Source:
    raise DeviceError(
        f'{mapping.device} needs ROS; allowed: {", ".join(SHOWABLE)}; use ros2 topic echo'
    )


def _show_live(request: Request, folder: Path, say: Callable[[str], object]) -> int:
    source, mapping, path = _open(request, folder)
    device = RateDevice({None: Unit(source, mapping)}, mapping, RATE_HZ, mapping_name=path.stem)
    say(f'{device.describe()}; mapping {path}; q ends')
    keys = TerminalKeys()
    drawn = 0
    notices: list[str] = []
    try:
        print(HIDE_CURSOR, end='')
        with CtrlC() as ctrl_c:
            while not ctrl_c.pressed and 'q' not in keys.read():
                sample = device.poll(time.monotonic())
                notices = [*notices, *device.notices()][-NOTICES:]
                lines = [*control_lines(source, mapping), *sample_lines(device, sample)]
                drawn = _draw([*lines, *(f'- {notice}' for notice in notices)], drawn)
                time.sleep(1.0 / RATE_HZ)
    finally:
        print(SHOW_CURSOR)
        keys.close()
        device.close()
    return 0


def _write_new(request: Request, folder: Path, say: Callable[[str], object]) -> int:
    target = mapping_target(request.new, folder)
    source, base, path = _open(request, folder)
    say(f'{source.name}: a new mapping, with the rates and curves of {path.name}; q gives up')
    wizard = Wizard(base)
    keys = TerminalKeys()
    drawn = 0
    try:
        print(HIDE_CURSOR, end='')
        with CtrlC() as ctrl_c:
            while not wizard.done:
                struck = keys.read()
                if ctrl_c.pressed or 'q' in struck:
                    say('given up; nothing is written')
                    return EXIT_INTERRUPTED
                if 'enter' in struck:
                    wizard.leave_out()
                controls = source.read(time.monotonic()).controls
                if controls is not None:
                    wizard.hear(controls, time.monotonic())
                drawn = _draw([wizard.question, f'  {wizard.remark}'], drawn)
                time.sleep(1.0 / RATE_HZ)
    finally:
        print(SHOW_CURSOR)
        keys.close()
        source.close()
    write_mapping(wizard.mapping(), target)
    name = target if is_path(request.new) else target.stem
    say(f'{target} is written; use it with device:={base.device} mapping:={name}')
    return 0


def _draw(lines: Sequence[str], drawn: int) -> int:
    """Draw over what was drawn before; return how many lines there are now."""
    up = CURSOR_UP.format(drawn) if drawn else ''
    print(
        up + ''.join(f'{line}{CLEAR_LINE}\n' for line in lines) + CLEAR_BELOW, end='', flush=True
    )
    return len(lines)


def run(request: Request, folder: Path) -> int:
    """Carry it out; what is wrong is one line and exit code 2."""
    try:
        return carry_out(request, folder)
    except TelesurgeryError as error:
        print(f'devices: error: {error}', file=sys.stderr)
        return 2
