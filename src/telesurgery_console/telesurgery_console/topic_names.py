"""The topics of a device that other nodes publish."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError

_DEFAULTS = {'joy': '/joy', 'twist': '/spacenav/twist,/spacenav/joy'}


@dataclass(frozen=True, slots=True)
class TopicNames:
    """Where axes and buttons are published; of a Joy it is the same topic."""

    axes: str
    buttons: str


def topics_of(device: str, unit: str) -> TopicNames:
    """Return the topics that ``unit`` names: TOPIC for joy, TWIST,JOY for twist; empty: the usual.

    ParameterError when it is neither.
    """
    parts = [part.strip() for part in (unit or _DEFAULTS[device]).split(',')]
    wanted = 1 if device == 'joy' else 2
    if len(parts) != wanted or not all(parts):
        form = 'TOPIC' if device == 'joy' else 'TWIST_TOPIC,JOY_TOPIC (the second has the buttons)'
        raise ParameterError(
            f'unit is {unit!r} for the device {device}; allowed: {form}; write it so'
        )
    return TopicNames(axes=parts[0], buttons=parts[-1])
