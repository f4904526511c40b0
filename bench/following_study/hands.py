"""A surgeon's two recorded hands as functions of time, and as a device that samples them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation, RotationSpline

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.replay import load_timeline
from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import ConsoleSample, Hand, HandSample


@dataclass(frozen=True)
class RecordedHand:
    """One hand, smooth in between what was recorded (30 Hz)."""

    position: CubicSpline
    orientation: RotationSpline
    gripper: CubicSpline

    def at(self, t: float) -> Array:
        """Return the hand's pose in the display frame ``(4, 4)`` at ``t`` [s]."""
        return pose(self.orientation(t).as_matrix(), self.position(t))


@dataclass(frozen=True)
class RecordedHands:
    """Both hands of a trial."""

    name: str
    hands: dict[Hand, RecordedHand]
    duration_s: float

    @classmethod
    def load(cls, trial: Path) -> RecordedHands:
        """Read a recording of two masters."""
        samples = load_timeline(trial, TimeSource.HEADER, 200.0).samples
        hands = {}
        for hand in Hand:
            own = [(sample.stamp_ns, sample.hand(hand)) for sample in samples]
            t = np.array([stamp for stamp, one in own if one is not None]) * 1e-9
            T = np.array([one.T_view_hand for _, one in own if one is not None])
            gripper = np.array([one.gripper for _, one in own if one is not None])
            hands[hand] = RecordedHand(
                CubicSpline(t, T[:, :3, 3]),
                RotationSpline(t, Rotation.from_matrix(T[:, :3, :3])),
                CubicSpline(t, gripper),
            )
        return cls(trial.name, hands, samples[-1].stamp_ns * 1e-9)


class HandsDevice:
    """The hands as an operator's device; ``begin`` [s] is the time of its first sample."""

    finished = False

    def __init__(self, hands: RecordedHands, rate_hz: float) -> None:
        self.begin: float | None = None
        self._hands, self._rate_hz, self._polls = hands, rate_hz, 0

    def describe(self) -> str:
        """See ``Device``."""
        return self._hands.name

    def status(self) -> DeviceStatus:
        """See ``Device``."""
        return DeviceStatus(self._hands.name, Health.OK, 'is played')

    def poll(self, now: float) -> ConsoleSample:
        """See ``Device``."""
        self.begin = now if self.begin is None else self.begin
        self._polls += 1
        left, right = (self._sample(hand, now - self.begin) for hand in (Hand.LEFT, Hand.RIGHT))
        # A first moment without the operator, so that the engagement is a fresh one.
        return ConsoleSample(
            round(now * 1e9), left, right, operator_present=now - self.begin > 0.1
        )

    def next_poll(self, now: float) -> float:
        """See ``Device``."""
        return now if self.begin is None else self.begin + self._polls / self._rate_hz

    def notices(self) -> list[str]:
        """See ``Device``."""
        return []

    def close(self) -> None:
        """See ``Device``."""

    def _sample(self, hand: Hand, t: float) -> HandSample:
        t = min(t, self._hands.duration_s)
        own = self._hands.hands[hand]
        return HandSample(own.at(t), float(own.gripper(t)))
