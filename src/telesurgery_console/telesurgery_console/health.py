"""How well a device is: silence is not zero, and a repeated last value is no motion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Health(Enum):
    """What a device's reports say about the device; only ``OK`` lets anything move."""

    OK = 'ok'
    GONE = 'gone'
    """It is not there: unplugged, its driver has ended, nobody publishes its topic."""
    SILENT = 'silent'
    """It should report and does not, as a wireless one out of reach of its receiver."""
    STALE = 'stale'
    """It reports a deflection that has not changed by one count: a value repeated for ever."""
    IDLE = 'idle'
    """Its presence button is held, and nothing else has happened for longer than a hand rests."""
    FAULT = 'fault'
    """It reports what is no number, or lacks a control that the mapping needs."""


MEANING = {
    Health.OK: 'is well',
    Health.GONE: 'is gone',
    Health.SILENT: 'has fallen silent',
    Health.STALE: 'repeats its last value',
    Health.IDLE: 'has not changed for too long while the presence button is held',
    Health.FAULT: 'is faulty',
}


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """What ``/console/device`` tells."""

    name: str
    health: Health
    detail: str
    """One line for people."""
    mapping: str = ''
    """The mapping in force; empty: none is needed."""
