"""Which of several devices of a kind is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_console.errors import DeviceError


@dataclass(frozen=True, slots=True)
class Found:
    """A device that is connected."""

    key: str
    """What tells it from others, as stable as there is: serial number, GUID, path."""
    name: str
    detail: str = ''
    """What else is known of it, for people."""
    path: str = ''
    usable: bool = True


def choose(what: str, found: Sequence[Found], unit: str, how_to_connect: str) -> Found:
    """Return the device that ``unit`` means: an order from 1, a key or a path; empty: the first.

    DeviceError says what there is instead, or how one is connected.
    """
    if not found:
        raise DeviceError(
            f'{what} not found; allowed: one that is connected; {how_to_connect}, or use the '
            'device keyboard or replay (./telesurgery devices lists what is there)'
        )
    if not unit:
        return found[0]
    if unit.isdecimal() and 1 <= int(unit) <= len(found):
        return found[int(unit) - 1]
    for device in found:
        if unit in (device.key, device.path):
            return device
    there = '; '.join(f'{k} {device.name} {device.key}' for k, device in enumerate(found, 1))
    raise DeviceError(
        f'{what} {unit!r} not found; allowed: an order, a key or a path of those that are there '
        f'({there}); connect it, or name another one'
    )
