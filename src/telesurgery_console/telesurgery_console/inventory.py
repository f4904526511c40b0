"""What an operator could drive with, as lines for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from telesurgery_console import sdl_pad, spacemouse, spacenavd
from telesurgery_console.choosing import Found
from telesurgery_console.errors import DeviceError
from telesurgery_console.hid_backend import HidApi
from telesurgery_console.mapping_files import any_mapping
from telesurgery_console.terminal import has_terminal
from telesurgery_console.unix_stream import SOCKET, UnixStream
from telesurgery_core.errors import ParameterError

TOPICS = {
    'joy': 'sensor_msgs/Joy',
    'twist': 'geometry_msgs/Twist',
    'pose': 'geometry_msgs/PoseStamped',
}
"""What other nodes may publish for the console."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of device: what there is of it, or why that is not known."""

    device: str
    """As the parameter ``device`` of the console names it."""
    title: str
    found: tuple[Found, ...]
    remedy: str
    """What to do when there is none."""


def look_around() -> list[Kind]:
    """Return what is connected to this machine."""
    return [
        _kind('gamepad', 'gamepads, through SDL', sdl_pad.find_pads, sdl_pad.HOW_TO_CONNECT),
        _kind('spacemouse', 'SpaceMice, through hidapi', _caps, spacemouse.HOW_TO_CONNECT),
        _kind('spacenavd', 'spacenavd, a daemon', _daemon, spacenavd.HOW_TO_CONNECT),
        _kind('keyboard', 'keyboard, in a terminal', _terminal, 'start it from a terminal'),
    ]


def describe(kinds: Sequence[Kind], folder: Path) -> list[str]:
    """Return the lines that tell what there is and with which mapping it would be used."""
    mappings, broken = mappings_by_device(folder)
    lines = []
    for kind in kinds:
        lines.append(f'{kind.title}: device:={kind.device}')
        lines += [
            f'  {number}  {found.name}{_remark(found)}'
            for number, found in enumerate(kind.found, 1)
        ]
        if not kind.found:
            lines.append(f'  none; {kind.remedy}')
        lines.append(f'  mapping: {_mappings(kind.device, mappings)}')
    for device, message in TOPICS.items():
        lines.append(f'topics of other nodes, {message}: device:={device}')
        lines.append(f'  mapping: {_mappings(device, mappings)}')
    lines += [
        'recordings: device:=replay bag:=PATH',
        *(f'cannot be used: {error}' for error in broken),
        f'Mappings are in {folder}. To use a device:',
        '  ./telesurgery launch session.launch.xml device:=NAME [mapping:=NAME] [unit:=2]',
    ]
    return lines


def mappings_by_device(folder: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Return the names of the mappings of each device, and what is wrong with the others."""
    names: dict[str, list[str]] = {}
    broken: list[str] = []
    for path in sorted(folder.glob('*.yaml')):
        try:
            names.setdefault(any_mapping(path).device, []).append(path.stem)
        except ParameterError as error:
            broken.append(str(error))
    return names, broken


def _mappings(device: str, mappings: Mapping[str, Sequence[str]]) -> str:
    """Return the mapping in force without further words, and the others."""
    names = mappings.get(device, ())
    others = [name for name in names if name != device]
    return (
        ', '.join(([f'{device} (unless another is named)'] if device in names else []) + others)
        or 'none; write one with ./telesurgery devices --new NAME'
    )


def _kind(device: str, title: str, find: Callable[[], list[Found]], remedy: str) -> Kind:
    try:
        return Kind(device, title, tuple(find()), remedy)
    except DeviceError as error:  # its library is not installed
        return Kind(device, title, (), str(error))


def _caps() -> list[Found]:
    return [
        found if spacemouse.is_readable(found.path) else _locked(found)
        for found in spacemouse.find_caps(HidApi())
    ]


def _locked(found: Found) -> Found:
    remark = f'may not be read by you: udev rule config/udev/{spacemouse.UDEV_RULE}'
    return Found(found.key, found.name, f'{found.detail}; {remark}', found.path, usable=False)


def _daemon() -> list[Found]:
    stream = UnixStream()
    there = stream.connect()
    stream.close()
    return [Found('spacenavd', 'running', str(SOCKET))] if there else []


def _terminal() -> list[Found]:
    return [Found('keyboard', 'this terminal')] if has_terminal() else []


def _remark(found: Found) -> str:
    return f'  ({found.detail})' if found.detail else ''
