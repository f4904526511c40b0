"""A new mapping by showing: press the button for this, move the control for that.

It is told what the device says and which keys are struck, and it knows neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_console.actions import Action
from telesurgery_console.controls import Controls
from telesurgery_console.drives import AxisBinding, Drive, Motion
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.vocabulary import VOCABULARIES

FAR = 0.6
"""Deflection that means a control."""
NEAR = 0.25
"""Deflection below which everything is at rest."""
HELD_S = 0.25
"""How long a control must be held to be meant."""

BUTTONS = {
    Action.PRESENCE: 'you are PRESENT while you hold it; letting go stops everything',
    Action.CLUTCH: 'the arms rest while you hold it, and your hand moves freely',
    Action.CAMERA: 'the endoscope moves while you hold it',
    Action.STOP: 'STOP: nothing moves until presence is let go and held again',
    Action.SWITCH_HAND: 'one press changes to the other hand',
    Action.ARM_SWAP: 'one press: the hand takes the next arm',
    Action.JAW_TOGGLE: 'one press closes the gripper, the next opens it',
    Action.SHIFT: 'sticks do something else while you hold it',
}
"""What is asked for, in this order."""
AXES = {
    (Motion.X, 1): 'LEFT',
    (Motion.Y, 1): 'UP',
    (Motion.Z, 1): 'AWAY from you',
    (Motion.RX, 1): 'so that it TIPS FORWARD, its top away from you',
    (Motion.RY, 1): 'so that it TURNS LEFT',
    (Motion.RZ, 1): 'so that it ROLLS CLOCKWISE',
    (Motion.GRIPPER, 1): 'so that its gripper OPENS',
    (Motion.GRIPPER, -1): 'so that its gripper CLOSES',
}
"""Where a control shall move the hand."""


@dataclass(frozen=True, slots=True)
class _Step:
    action: Action | None = None
    motion: tuple[Motion, int] | None = None


_STEPS = (*(_Step(action=action) for action in BUTTONS), *(_Step(motion=way) for way in AXES))


class Wizard:
    """Asks for one control after the other; what is left out is bound to nothing.

    Attributes:
        remark: what was wrong with the last answer, or what it was taken for.
    """

    def __init__(self, base: ControlMapping) -> None:
        """Begin; rates, curves and everything that is not asked for are those of ``base``."""
        self._base = base
        self._vocabulary = VOCABULARIES[base.device]
        self._step = 0
        self._resting = False
        self._candidate: tuple[str, int] | None = None
        self._since = 0.0
        self._buttons: dict[str, Action] = {}
        self._axes: dict[str, AxisBinding] = {}
        self.remark = 'let go of everything'

    @property
    def done(self) -> bool:
        """Whether everything has been asked."""
        return self._step >= len(_STEPS)

    @property
    def question(self) -> str:
        """What the person shall do now."""
        if self.done:
            return 'that is all'
        step = _STEPS[self._step]
        if step.action is not None:
            what = f'press the button for {step.action.value} ({BUTTONS[step.action]})'
            optional = step.action is not Action.PRESENCE
        else:
            what = f'move the control that moves the hand {AXES[_motion_of(step)]}, and hold it'
            optional = True
        counted = f'{self._step + 1}/{len(_STEPS)}'
        return f'{counted}  {what}{" - Enter leaves it out" if optional else ""}'

    def leave_out(self) -> None:
        """Bind nothing to what is asked for; presence cannot be left out."""
        if self.done:
            return
        if _STEPS[self._step].action is Action.PRESENCE:
            self.remark = 'presence cannot be left out: without it nothing ever moves'
            return
        self.remark = 'left out'
        self._next()

    def hear(self, controls: Controls, now: float) -> None:
        """Take what the device says at ``now`` [s]."""
        if self.done:
            return
        deflected = {name: value for name, value in controls.axes.items() if abs(value) > NEAR}
        if not self._resting:
            shift = self._shift_only(controls.buttons)
            self._resting = not deflected and (not controls.buttons or shift)
            return
        step = _STEPS[self._step]
        if step.action is not None:
            self._hear_button(step.action, controls.buttons)
        else:
            self._hear_axis(_motion_of(step), deflected, controls.buttons, now)

    def mapping(self) -> ControlMapping:
        """Return the mapping of what was shown; a shift that nothing needs is left out."""
        needs_shift = any(binding.shifted is not None for binding in self._axes.values())
        return ControlMapping(
            device=self._base.device,
            axes=dict(self._axes),
            buttons={
                name: action
                for name, action in self._buttons.items()
                if needs_shift or action is not Action.SHIFT
            },
            rates=self._base.rates,
            watch=self._base.watch,
            deadzone=self._base.deadzone,
            expo=self._base.expo,
            button_layout=self._base.button_layout,
            full_deflection=self._base.full_deflection,
            stamped=self._base.stamped,
        )

    def _next(self) -> None:
        self._step += 1
        self._resting, self._candidate = False, None
        if self.done:
            return
        # A stick that opens also closes: only triggers are asked for both.
        if _STEPS[self._step].motion == (Motion.GRIPPER, -1) and not self._opened_by_trigger():
            self._step += 1

    def _hear_button(self, action: Action, pressed: frozenset[str]) -> None:
        fresh = sorted(pressed)
        if not fresh:
            return
        if len(fresh) > 1:
            self.remark = f'{", ".join(fresh)} at once; one button, please'
        elif fresh[0] in self._buttons:
            self.remark = f'{fresh[0]} is {self._buttons[fresh[0]].value} already; another one'
        else:
            self._buttons[fresh[0]] = action
            self.remark = f'{fresh[0]} is {action.value}'
            self._next()
            return
        self._resting = False

    def _hear_axis(
        self,
        way: tuple[Motion, int],
        deflected: dict[str, float],
        pressed: frozenset[str],
        now: float,
    ) -> None:
        far = sorted(deflected, key=lambda name: -abs(deflected[name]))
        if not far or abs(deflected[far[0]]) < FAR:
            self._candidate = None
            return
        candidate = (far[0], 1 if deflected[far[0]] > 0 else -1)
        if candidate != self._candidate:
            self._candidate, self._since = candidate, now
        elif now - self._since >= HELD_S:
            self._bind(candidate, way, shift=self._shift_only(pressed))

    def _bind(self, control: tuple[str, int], way: tuple[Motion, int], *, shift: bool) -> None:
        (name, direction), (motion, sign) = control, way
        if way == (Motion.GRIPPER, -1) and name not in self._vocabulary.one_sided:
            self._resting, self._candidate = False, None
            self.remark = f'{name} goes both ways, and another trigger opens; a trigger, please'
            return
        drive = Drive(motion, direction * sign)
        bound = self._axes.get(name)
        self._resting, self._candidate = False, None
        if bound is None and not shift:
            self._axes[name] = AxisBinding(drive)
        elif bound is not None and bound.shifted is None and shift:
            self._axes[name] = AxisBinding(bound.normal, drive)
        else:
            self.remark = self._why_not(name, bound, shift=shift)
            return
        self.remark = f'{name}{" with shift" if shift else ""} moves {motion.value}'
        self._next()

    def _why_not(self, name: str, bound: AxisBinding | None, *, shift: bool) -> str:
        if bound is None:
            return f'{name} does nothing without shift yet; give it that first, or let shift go'
        if shift:
            return f'{name} has its meaning with shift already; another one'
        hint = ' (or hold shift with it)' if Action.SHIFT in self._buttons.values() else ''
        return f'{name} moves {bound.normal.drives.value} already; another one{hint}'

    def _shift_only(self, pressed: frozenset[str]) -> bool:
        return bool(pressed) and all(self._buttons.get(name) is Action.SHIFT for name in pressed)

    def _opened_by_trigger(self) -> bool:
        return any(
            drive is not None and drive.drives is Motion.GRIPPER
            for name, binding in self._axes.items()
            if name in self._vocabulary.one_sided
            for drive in (binding.normal, binding.shifted)
        )


def _motion_of(step: _Step) -> tuple[Motion, int]:
    if step.motion is None:
        raise ValueError('a step asks for a button or a motion')
    return step.motion
