"""One hand: its clutch, its gate, its filter and what it asks of its arm."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from telesurgery_core.transforms import Array, rotation_angle
from telesurgery_core.types import IDENTITY, HandCommand, HandSample
from telesurgery_motion.assignment import ENDOSCOPE
from telesurgery_motion.clutch import Clutch, ClutchEvent, ClutchState
from telesurgery_motion.filters.table import make_filter
from telesurgery_motion.held_world import camera_displacement
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.jaw import jaw_angle
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.presence import PresenceGesture
from telesurgery_motion.scaling import Gains, ScaledDisplacement

_PROGRAM = (Hindrance.DISABLED, Hindrance.PAIR_DISABLED)
"""What a program does against the operator's wish."""


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for a hand in one sample."""

    arm: str
    stamp_ns: int
    gains: Gains
    obstacle: Hindrance = Hindrance.NONE
    """What keeps the hand from driving, whatever the hand itself does."""
    interrupted: bool = False
    """A program has changed the hand's arm."""
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
        misalignment: angle between hand and tip at the last look [rad]; NaN: not known.
        R_hand_tip: the tip's orientation in the hand's at the last look ``(3, 3)``, or None.
    """

    def __init__(self, parameters: MotionParameters, first_epoch: int) -> None:
        self.clutch = Clutch(first_epoch)
        self.hindrance = Hindrance.ABSENT
        self.cause = ''
        self.misalignment = math.nan
        self.R_hand_tip: Array | None = None
        self._parameters = parameters
        self._filter = make_filter(parameters)
        self._scaled = ScaledDisplacement()
        self._gesture = PresenceGesture(parameters)
        self._clutched = False
        self._arm = ''
        self._stamp_ns = 0
        self._held_world = False
        self._jaw = jaw_angle(parameters.gripper_closed_rad, parameters)

    @property
    def alignment_limit_deg(self) -> float:
        """Largest misalignment at the next engagement [deg]."""
        p = self._parameters
        return p.realign_within_deg if self._clutched else p.align_within_deg

    def step(self, sample: HandSample | None, order: Order) -> HandCommand:
        """Return the command for one sample; None or numbers that are none: no hand."""
        if sample is not None and not np.isfinite(sample.T_view_hand).all():
            sample = None
        sample = self._steadied(sample, order)
        if sample is not None and math.isfinite(sample.gripper):
            self._jaw = jaw_angle(sample.gripper, self._parameters)
        if order.arm != self._arm:  # by an act of the operator, unless interrupted
            self._let_go(Hindrance.NONE)
            self._arm = order.arm
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
        self._gesture.forget()
        self._filter.reset()
        self.clutch.handle(ClutchEvent.VANISHED)
        self.hindrance = Hindrance.SILENT
        return self._command(IDENTITY)

    def _steadied(self, sample: HandSample | None, order: Order) -> HandSample | None:
        """Return the sample without its tremor.

        The filter watches the hand whether it is engaged or not: an engagement begins with a
        filter that knows the hand's tremor, at the pose that was meant.
        """
        if sample is None or order.holds_world is not self._held_world:
            self._filter.reset()
        self._held_world = order.holds_world
        if sample is None:
            return None
        dt = (order.stamp_ns - self._stamp_ns) * 1e-9
        self._stamp_ns = order.stamp_ns
        return replace(sample, T_view_hand=self._filter.step(sample.T_view_hand, dt))

    def _event(self, sample: HandSample | None, order: Order) -> ClutchEvent:
        if sample is not None and order.obstacle is not Hindrance.ABSENT:
            self._gesture.observe(sample)
        self.hindrance = order.obstacle
        if order.interrupted or order.obstacle in _PROGRAM:
            self._lose('the arm was changed' if order.interrupted else 'teleoperation was off')
            return ClutchEvent.INTERRUPTED
        if order.obstacle is not Hindrance.NONE:
            self._let_go(order.obstacle)
            return ClutchEvent.RELEASED
        if sample is None:
            self._lose('the master fell silent')
            self._gesture.forget()
            self.hindrance = Hindrance.SILENT
            return ClutchEvent.VANISHED
        if not self.clutch.engaged:
            self.hindrance = self._gate(sample, order)
        return ClutchEvent.HINDERED if self.hindrance is not Hindrance.NONE else ClutchEvent.WANTED

    def _gate(self, sample: HandSample, order: Order) -> Hindrance:
        """Return what must be put right before the hand may engage."""
        self._look(sample, order)
        if order.align and order.T_view_tip is None:
            return Hindrance.TIP_UNKNOWN
        if order.align and not self.misalignment <= math.radians(self.alignment_limit_deg):
            return Hindrance.MISALIGNED
        return Hindrance.NONE if self._gesture.made else Hindrance.NO_GESTURE

    def _look(self, sample: HandSample, order: Order) -> None:
        self.misalignment, self.R_hand_tip = math.nan, None
        if order.T_view_tip is not None:
            self.R_hand_tip = sample.T_view_hand[:3, :3].T @ order.T_view_tip[:3, :3]
            self.misalignment = rotation_angle(self.R_hand_tip)

    def _let_go(self, obstacle: Hindrance) -> None:
        """Note how the operator ends, or has ended, his engagement."""
        if obstacle is not Hindrance.CLUTCH:
            self._clutched = False
        elif self.clutch.engaged:
            self._clutched = True
        if obstacle is Hindrance.ABSENT:
            self._gesture.forget()
        if obstacle is Hindrance.NONE:
            self.clutch.handle(ClutchEvent.RELEASED)

    def _lose(self, cause: str) -> None:
        self._clutched = False
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
