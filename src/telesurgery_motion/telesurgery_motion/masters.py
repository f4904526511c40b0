"""The masters as their topics tell of them: measurements come apart, console samples go out.

A device that measures both hands at once stamps them alike, yet its two poses arrive one after
the other. They are one sample and give one command, without waiting for anything but each other;
hands that are stamped apart give a sample each, with the newest pose of the other hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telesurgery_core.transforms import Array
from telesurgery_core.types import ConsoleSample, Hand, HandSample


class Pedal(Enum):
    """A switch of the console; the value is its topic's name in CRTK."""

    CLUTCH = 'clutch'
    CAMERA = 'camera'
    OPERATOR_PRESENT = 'operator_present'
    STOP = 'stop'


@dataclass(slots=True)
class _Measured:
    stamp_ns: int
    T_view_hand: Array
    arrived_at: float


class Masters:
    """Gathers the newest of every topic into console samples."""

    def __init__(self, silence_limit_s: float) -> None:
        self._silence_limit_s = silence_limit_s
        self._poses: dict[Hand, _Measured] = {}
        self._grippers = dict.fromkeys(Hand, 0.0)
        self._pressed = dict.fromkeys(Pedal, False)
        self._swapping: tuple[Hand, ...] = ()
        self._stamped_alike = False
        self._half_arrived = False

    @property
    def operator_present(self) -> bool:
        """Whether the operator is at the console."""
        return self._pressed[Pedal.OPERATOR_PRESENT]

    def press(self, pedal: Pedal, *, pressed: bool) -> None:
        """Take the state of a pedal."""
        self._pressed[pedal] = pressed

    def ask_swap(self, *hands: Hand) -> None:
        """Take a request for the next arm; it is in the next sample, once."""
        self._swapping += hands

    def open_gripper(self, hand: Hand, angle: float) -> None:
        """Take the angle [rad] of a hand's gripper."""
        self._grippers[hand] = angle

    def move(self, hand: Hand, stamp_ns: int, T_view_hand: Array, now: float) -> bool:
        """Take a pose that arrived at ``now`` [s]; return whether it completes a sample."""
        self._poses[hand] = _Measured(stamp_ns, T_view_hand, now)
        other = self._poses.get(Hand.LEFT if hand is Hand.RIGHT else Hand.RIGHT)
        complete = other is not None and other.stamp_ns == stamp_ns
        expects_other = self._stamped_alike and not self._half_arrived
        if not complete and expects_other and self._speaks(other, now):
            self._half_arrived = True
            return False
        self._stamped_alike = complete
        self._half_arrived = False
        return True

    def sample(self, now: float) -> ConsoleSample:
        """Return everything as it is at ``now`` [s]; there must have been a pose."""
        swapping, self._swapping = self._swapping, ()
        return ConsoleSample(
            stamp_ns=max(measured.stamp_ns for measured in self._poses.values()),
            left=self._hand(Hand.LEFT, now),
            right=self._hand(Hand.RIGHT, now),
            operator_present=self._pressed[Pedal.OPERATOR_PRESENT],
            clutch=self._pressed[Pedal.CLUTCH],
            camera=self._pressed[Pedal.CAMERA],
            stop=self._pressed[Pedal.STOP],
            arm_swap=swapping,
        )

    def silent_hands(self, now: float) -> list[Hand]:
        """Return the hands that have spoken once and say nothing now."""
        return [hand for hand, pose in self._poses.items() if not self._speaks(pose, now)]

    def _speaks(self, measured: _Measured | None, now: float) -> bool:
        return measured is not None and now - measured.arrived_at <= self._silence_limit_s

    def _hand(self, hand: Hand, now: float) -> HandSample | None:
        measured = self._poses.get(hand)
        if measured is None or not self._speaks(measured, now):
            return None
        return HandSample(T_view_hand=measured.T_view_hand, gripper=self._grippers[hand])
