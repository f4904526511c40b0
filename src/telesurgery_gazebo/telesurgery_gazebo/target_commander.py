"""Handing joint targets to whatever controls a Gazebo's joints: what both generations share."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_gazebo.target_velocity import TargetVelocity

REFRESH_S = 0.1
"""How often targets that do not change are told again, in case one was lost."""


class TargetCommander(ABC):
    """A stream of targets with their velocities. Call it from any thread."""

    def __init__(self, velocity_limit: Array) -> None:
        """Begin with targets of zero; no joint goes faster than ``velocity_limit`` ``(n,)``."""
        self._velocity_limit = velocity_limit
        self._stream = TargetVelocity(velocity_limit)
        self._target = np.zeros_like(velocity_limit)
        self._moving = False
        self._refreshed = -np.inf
        self._lock = threading.Lock()

    def command(self, target: Array, now: float) -> None:
        """Hand over targets ``(n,)`` [rad or m] that were given at ``now`` [s]."""
        with self._lock:
            velocity = self._stream.update(target, now)
            self._target = target
            self._moving = bool(velocity.any())
            self._hand_over(velocity, now)

    def forget(self) -> None:
        """Forget the targets: the joints are put to zero by others."""
        with self._lock:
            self._target = np.zeros_like(self._target)
            self._stream = TargetVelocity(self._velocity_limit)
            self._moving = False
            self._refreshed = -np.inf  # whatever comes next is told to every joint

    def rest(self, now: float) -> None:
        """Tell the joints to stand when the stream of targets has stopped; call this often.

        Also repeats the targets now and then: a lost one would otherwise be lost for good.
        """
        with self._lock:
            due = self._moving or now - self._refreshed > REFRESH_S
            if due and self._stream.is_silent(now):
                self._moving = False
                self._hand_over(np.zeros_like(self._target), now)

    @abstractmethod
    def _send(self, target: Array, velocity: Array, *, everything: bool) -> None:
        """Send targets and velocities ``(n,)``: ``everything``, or what has changed."""

    def _hand_over(self, velocity: Array, now: float) -> None:
        everything = now - self._refreshed > REFRESH_S
        if everything:
            self._refreshed = now
        self._send(self._target, velocity, everything=everything)
