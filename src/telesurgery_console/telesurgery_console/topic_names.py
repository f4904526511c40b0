"""The topics of a device that other nodes publish."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError

_DEFAULTS = {
    'joy': '/joy',
    'twist': '/spacenav/twist,/spacenav/joy',
    'pose': '/master/measured_cp,/master/joy',
}
_FORMS = {
    'joy': 'TOPIC',
    'twist': 'TWIST_TOPIC,JOY_TOPIC (the second has the buttons)',
    'pose': 'POSE_TOPIC,JOY_TOPIC, or POSE_TOPIC,JOY_TOPIC,GRIPPER_TOPIC',
}
_COUNTS = {'joy': (1,), 'twist': (2,), 'pose': (2, 3)}


@dataclass(frozen=True, slots=True)
class TopicNames:
    """Where it is published; the axes and buttons of a Joy come by the same topic."""

    axes: str
    """Of a joy, a twist or a pose."""
    buttons: str
    gripper: str = ''
    """Of a pose: a JointState; empty: it has none."""


def topics_of(device: str, unit: str) -> TopicNames:
    """Return the topics that ``unit`` names, divided by commas; empty: the usual ones.

    ParameterError when they are too few or too many for the device.
    """
    parts = [part.strip() for part in (unit or _DEFAULTS[device]).split(',')]
    if len(parts) not in _COUNTS[device] or not all(parts):
        raise ParameterError(
            f'unit is {unit!r} for the device {device}; allowed: {_FORMS[device]}; write it so'
        )
    return TopicNames(parts[0], *(parts[1:] or parts))
