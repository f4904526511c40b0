"""Mappings that would do two things at once, or nothing: refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from telesurgery_console.actions import Action, check_presence
from telesurgery_console.drives import AxisBinding, Drive, Motion, Side
from telesurgery_console.vocabulary import Vocabulary
from telesurgery_core.errors import ParameterError, one_of

_JAW_BUTTONS = {Action.JAW_OPEN, Action.JAW_CLOSE, Action.JAW_TOGGLE}
_SIDES = {Side.ACTIVE: (Side.LEFT, Side.RIGHT), Side.LEFT: (Side.LEFT,), Side.RIGHT: (Side.RIGHT,)}


def check_mapping(
    vocabulary: Vocabulary, axes: Mapping[str, AxisBinding], buttons: Mapping[str, Action]
) -> None:
    """Raise ParameterError for an unknown name or a contradiction."""
    _check_names('axis', axes, vocabulary.axes)
    _check_names('button', buttons, vocabulary.buttons)
    check_presence(buttons.values(), 'buttons')
    _check_shift(axes, buttons)
    for shift in (False, True):
        _check_layer(vocabulary, axes, shift=shift)
    _check_jaw(axes, buttons)


def _check_names(what: str, given: Iterable[object], allowed: tuple[str, ...]) -> None:
    for name in given:
        if name not in allowed:
            raise ParameterError(one_of(what, name, allowed, 'use one of these names'))


def _check_shift(axes: Mapping[str, AxisBinding], buttons: Mapping[str, Action]) -> None:
    shifted = [name for name, binding in axes.items() if binding.shifted is not None]
    shifts = [name for name, action in buttons.items() if action is Action.SHIFT]
    if shifted and not shifts:
        raise ParameterError(
            f'axis {shifted[0]!r} has a shifted drive, and no button is shift; allowed: both or '
            'neither; bind a button to shift, or remove shifted'
        )
    if shifts and not shifted:
        raise ParameterError(
            f'button {shifts[0]!r} is shift, and no axis has a shifted drive; allowed: both or '
            'neither; add shifted to an axis, or give the button another action'
        )


def _check_layer(vocabulary: Vocabulary, axes: Mapping[str, AxisBinding], *, shift: bool) -> None:
    """Refuse two axes that move the same thing; two triggers may, one way each."""
    taken: dict[tuple[Side, Motion, int], str] = {}
    for name, binding in axes.items():
        drive = binding.drive(shift=shift)
        one_way = name in vocabulary.one_sided or abs(binding.rest) == 1.0
        if drive.absolute and not one_way:
            raise ParameterError(
                f'axis {name!r} is absolute and rests in the middle; allowed: a trigger, which '
                'rests at its end; remove absolute, or bind a trigger'
            )
        ways = (_way(binding, drive),) if one_way and not drive.absolute else (1, -1)
        for side in _SIDES[drive.hand]:
            for way in ways:
                other = taken.setdefault((side, drive.drives, way), name)
                if other != name:
                    raise ParameterError(
                        f'axes {other!r} and {name!r} both drive {drive.drives.value} of the '
                        f'{side.value} hand{" with shift" if shift else ""}; allowed: one; '
                        'bind one of them to something else, or remove it'
                    )


def _way(binding: AxisBinding, drive: Drive) -> int:
    return -drive.sign if binding.rest > 0.0 else drive.sign


def _check_jaw(axes: Mapping[str, AxisBinding], buttons: Mapping[str, Action]) -> None:
    follows = [
        name
        for name, binding in axes.items()
        for drive in (binding.normal, binding.shifted)
        if drive is not None and drive.absolute
    ]
    jaws = [name for name, action in buttons.items() if action in _JAW_BUTTONS]
    if follows and jaws:
        raise ParameterError(
            f'axis {follows[0]!r} is the angle of the gripper, and button {jaws[0]!r} moves it, '
            'too; allowed: one of them; remove the other'
        )
