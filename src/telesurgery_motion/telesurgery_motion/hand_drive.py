"""One hand: its clutch, its gate, its filter and what it asks of its arm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_core.types import IDENTITY, HandCommand, HandSample
from telesurgery_motion.assignment import ENDOSCOPE
from telesurgery_motion.clutch import Clutch, ClutchEvent, ClutchState
from telesurgery_motion.filters.table import make_filter
from telesurgery_motion.gate import Gate
from telesurgery_motion.held_world import camera_displacement
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.jaw import jaw_angle
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.scaling import Gains, ScaledDisplacement

_AGAINST_HIS_WISH = {
    Hindrance.DISABLED: 'teleoperation was off',
    Hindrance.PAIR_DISABLED: 'teleoperation was off',
    Hindrance.FAR_SIDE_SILENT: 'nothing came from the patient side',
}
"""What ends an engagement though the operator wants it, and what is said of it afterwards."""


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for a hand in one sample."""

    arm: str
    stamp_ns: int
    gains: Gains
    obstacle: Hindrance = Hindrance.NONE
    """What keeps the hand from driving, whatever the hand itself does."""
    interruption: str = ''
    """What a program has done to the hand, in words; empty: nothing."""
    holds_world: bool = False
    """The sample stands for both hands, which hold the world."""
    align: bool = False
    T_view_tip: Array | None = None
    """Where the arm's tip is in the view ``(4, 4)``, as far as it is known."""


class HandDrive:
    """Turns the samples of one hand into commands for the arm that it drives.

    Attributes:
        clutch: the engagement.
        hindrance: why it is not engaged.
        cause: what ended the last engagement against the operator's will, in words.
        gate: what must be right before the next one.
    """

    def __init__(self, parameters: MotionParameters, first_epoch: int) -> None:
        self.clutch = Clutch(first_epoch)
        self.hindrance = Hindrance.ABSENT
        self.cause = ''
        self.gate = Gate(parameters)
        self._parameters = parameters
        self._filter = make_filter(parameters)
        self._scaled = ScaledDisplacement()
        self._arm = ''
        self._stamp_ns = 0
        self._held_world = False
        self._jaw = jaw_angle(parameters.gripper_closed_rad, parameters)

    def step(self, sample: HandSample | None, order: Order) -> HandCommand:
        """Return the command for one sample; None or numbers that are none: no hand."""
        if sample is not None and not np.isfinite(sample.T_view_hand).all():
            sample = None
        self._take(order)
        sample = self._steadied(sample, order.stamp_ns)
        if sample is not None and math.isfinite(sample.gripper):
            self._jaw = jaw_angle(sample.gripper, self._parameters)
        self.clutch.handle(self._event(sample, order))
        if sample is None or order.obstacle is not Hindrance.NONE:
            return self._command(IDENTITY)
        if self.clutch.engaged:
            self.hindrance = Hindrance.NONE
            return self._command(self._displacement(sample, order))
        if self.clutch.state is ClutchState.MUST_RELEASE:
            self.hindrance = Hindrance.MUST_RELEASE
        return self._command(IDENTITY)

    def vanish(self, arm: str) -> HandCommand:
        """Return the command for a master that has fallen silent."""
        self._arm = arm
        self._lose('the master fell silent')
        self.gate.gesture.forget()
        self._filter.reset()
        self.clutch.handle(ClutchEvent.VANISHED)
        self.hindrance = Hindrance.SILENT
        return self._command(IDENTITY)

    def _steadied(self, sample: HandSample | None, stamp_ns: int) -> HandSample | None:
        """Return the sample without its tremor.

        The filter watches the hand whether it is engaged or not: an engagement begins with a
        filter that knows the hand's tremor, at the pose that was meant.
        """
        if sample is None:
            self._filter.reset()
            return None
        dt = (stamp_ns - self._stamp_ns) * 1e-9
        self._stamp_ns = stamp_ns
        return HandSample(self._filter.step(sample.T_view_hand, dt), sample.gripper)

    def _take(self, order: Order) -> None:
        """Let go when something else is to be driven, or with other hands.

        Whoever gets it by an act of his own may engage it at once.
        """
        if order.holds_world is not self._held_world:
            self._filter.reset()  # it is another hand now
        if (order.arm, order.holds_world) != (self._arm, self._held_world):
            self._arm, self._held_world = order.arm, order.holds_world
            self.gate.after_clutch = False
            self.clutch.handle(ClutchEvent.RELEASED)

    def _event(self, sample: HandSample | None, order: Order) -> ClutchEvent:
        """Return what a sample says about the operator's wish, and note what stands in its way."""
        if sample is not None and order.obstacle is not Hindrance.ABSENT:
            self.gate.gesture.observe(sample)
        self.hindrance = order.obstacle
        if order.interruption or order.obstacle in _AGAINST_HIS_WISH:
            self._lose(order.interruption or _AGAINST_HIS_WISH[order.obstacle])
            return ClutchEvent.INTERRUPTED
        if order.obstacle is not Hindrance.NONE:
            self._let_go(order.obstacle)
            return ClutchEvent.RELEASED
        if sample is None:
            self._lose('the master fell silent')
            self.gate.gesture.forget()
            self.hindrance = Hindrance.SILENT
            return ClutchEvent.VANISHED
        if not self.clutch.engaged:
            self.hindrance = self.gate.look(sample, order.T_view_tip, align=order.align)
        return ClutchEvent.HINDERED if self.hindrance is not Hindrance.NONE else ClutchEvent.WANTED

    def _let_go(self, obstacle: Hindrance) -> None:
        """Note how the operator ends, or has ended, his engagement."""
        if obstacle is not Hindrance.CLUTCH:
            self.gate.after_clutch = False
        elif self.clutch.engaged:
            self.gate.after_clutch = True
        if obstacle is Hindrance.ABSENT:
            self.gate.gesture.forget()

    def _lose(self, cause: str) -> None:
        """Note what ends an engagement against the operator's will."""
        self.gate.after_clutch = False
        if self.clutch.state is not ClutchState.MUST_RELEASE:
            self.cause = cause

    def _displacement(self, sample: HandSample, order: Order) -> Array:
        if self.clutch.latch(sample.T_view_hand):
            self._scaled.begin()
            return IDENTITY
        T = self._scaled.step(self.clutch.displacement(sample.T_view_hand), order.gains)
        if order.arm == ENDOSCOPE:
            return camera_displacement(T, held=order.holds_world)
        return T

    def _command(self, T_displacement: Array) -> HandCommand:
        return HandCommand(
            arm=self._arm,
            engaged=self.clutch.engaged,
            epoch=self.clutch.epoch,
            T_displacement=T_displacement,
            jaw=self._jaw,
        )
