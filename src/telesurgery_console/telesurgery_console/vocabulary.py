"""The names that the controls of each kind of device have in a mapping."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Axes and buttons of a kind of device."""

    axes: tuple[str, ...]
    buttons: tuple[str, ...]
    one_sided: tuple[str, ...] = ()
    """Axes that go from 0 to 1 only."""


CAP_AXES = ('x', 'y', 'z', 'rx', 'ry', 'rz')
"""A cap with six degrees of freedom, in the axes of REP-103: x away from the operator, y to the
left, z up; rx, ry, rz turn about them by the right-hand rule. Every six-axis device is brought to
these names, so that a mapping for one reads like that for another."""

PAD_AXES = ('leftx', 'lefty', 'rightx', 'righty', 'triggerleft', 'triggerright')
"""SDL's names: sticks -1..1, right and down positive; triggers 0..1."""
PAD_BUTTONS = (
    'a', 'b', 'x', 'y', 'back', 'guide', 'start', 'leftstick', 'rightstick', 'leftshoulder',
    'rightshoulder', 'dpad_up', 'dpad_down', 'dpad_left', 'dpad_right',
)  # fmt: skip
"""SDL's names, by place: ``a`` is the lowest of the four, whatever is printed on it."""

CAP_BUTTONS = (
    'left', 'right', 'menu', 'fit', 'top', 'side', 'front', 'roll', 'iso',
    *(f'key{number}' for number in range(1, 11)),
    'esc', 'alt', 'shift', 'ctrl', 'lock',
)  # fmt: skip
"""What is printed on SpaceMice; the two buttons of the small ones are left and right."""

NUMBERED_BUTTONS = tuple(f'button{number}' for number in range(48))
"""Buttons of which only the number is known, counted from 0."""

VOCABULARIES = {
    'gamepad': Vocabulary(PAD_AXES, PAD_BUTTONS, one_sided=('triggerleft', 'triggerright')),
    'spacemouse': Vocabulary(CAP_AXES, (*CAP_BUTTONS, *NUMBERED_BUTTONS)),
    'spacenavd': Vocabulary(CAP_AXES, NUMBERED_BUTTONS),
    'joy': Vocabulary(tuple(f'axis{number}' for number in range(32)), NUMBERED_BUTTONS),
    'twist': Vocabulary(CAP_AXES, NUMBERED_BUTTONS),
}
"""By the kind of device, as the parameter ``device`` of the console names it."""
