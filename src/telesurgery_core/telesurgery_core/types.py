"""The values that pass between the parts: console samples, teleoperation commands, joint samples.

Times are integer nanoseconds of the clock of the side that stamped them. Arrays are read-only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from telesurgery_core.transforms import Array, frozen

IDENTITY = frozen(np.eye(4))
"""The pose that changes nothing ``(4, 4)``."""


class Hand(Enum):
    """A hand of the operator; the value names its master in CRTK."""

    LEFT = 'MTML'
    RIGHT = 'MTMR'

    __hash__ = object.__hash__  # of the member itself; Enum's is a Python function of its name


class OperatingState(Enum):
    """CRTK 1.3 operating states."""

    DISABLED = 'DISABLED'
    ENABLED = 'ENABLED'
    PAUSED = 'PAUSED'
    FAULT = 'FAULT'


@dataclass(frozen=True, slots=True)
class HandSample:
    """One hand at the console: its pose in the display frame and how far its gripper is open."""

    T_view_hand: Array = field(default_factory=lambda: IDENTITY)
    """Pose of the master's grip in the display frame ``(4, 4)``, X left, Y up, Z away [m]."""
    gripper: float = 0.0
    """Opening angle of the master's gripper [rad]."""


@dataclass(frozen=True, slots=True)
class ConsoleSample:
    """What an operator's device says at one instant."""

    stamp_ns: int
    left: HandSample | None
    """None: the device has no such hand, or says nothing valid about it."""
    right: HandSample | None
    operator_present: bool = False
    clutch: bool = False
    """True while the clutch pedal is pressed: the hands move, the arms do not."""
    camera: bool = False
    """True while the camera pedal is pressed: the hands drive the endoscope."""
    stop: bool = False
    """True while the stop button is pressed: an emergency stop at the patient's side."""
    arm_swap: tuple[Hand, ...] = ()
    """The hands that ask, in this one sample, for the next arm."""

    def hand(self, hand: Hand) -> HandSample | None:
        """Return the sample of one hand."""
        return self.left if hand is Hand.LEFT else self.right


@dataclass(frozen=True, slots=True)
class HandCommand:
    """What one hand asks of one arm, complete in itself (law 1 of the architecture).

    ``T_displacement`` is absolute since the engagement number ``epoch``: in the view frame, after
    scaling and filtering, the tip is wanted at ``p_latched + p_displacement`` with the orientation
    ``R_displacement @ R_latched``, where *latched* is the tip's pose when the arm first saw
    ``epoch``.
    """

    arm: str = ''
    """Name of the arm that this hand drives; empty: none."""
    engaged: bool = False
    epoch: int = 0
    T_displacement: Array = field(default_factory=lambda: IDENTITY)
    jaw: float = 0.0
    """Wanted jaw angle [rad]."""


@dataclass(frozen=True, slots=True)
class TeleopCommand:
    """One datagram of teleoperation: both hands at one instant."""

    stamp_ns: int
    """The surgeon side's clock when the master's sample was taken."""
    sequence: int
    left: HandCommand
    right: HandCommand
    present: bool = True
    """Whether the operator is there; without, nothing follows."""
    stop: bool = False
    """Whether the stop button is pressed: an emergency stop, whoever has authority."""

    def hand_for(self, arm: str) -> HandCommand | None:
        """Return the hand that drives ``arm``, or None."""
        if self.left.arm == arm:
            return self.left
        return self.right if self.right.arm == arm else None


@dataclass(frozen=True, slots=True)
class JointSample:
    """Joint positions ``(n,)`` [rad or m] and velocities ``(n,)`` [rad/s or m/s]."""

    stamp_ns: int
    position: Array
    velocity: Array
