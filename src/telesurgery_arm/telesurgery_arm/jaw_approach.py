"""How a jaw comes to where the operator's gripper is when an engagement begins.

Gripper and jaw hardly ever agree then, and a jaw that snaps shut may hold something. So it goes
slowly until it is near the gripper, and what is left of the difference shrinks just as slowly
while the jaw follows the gripper again.
"""

from __future__ import annotations


class JawApproach:
    """The jaw's goal, from tick to tick.

    Attributes:
        is_over: whether the jaw's goal is where the hand wants it.
    """

    def __init__(self, rate: float, near: float) -> None:
        """Approach at ``rate`` [rad/s] until within ``near`` [rad] of the hand."""
        self.is_over = False
        self._rate = rate
        self._near = near
        self._angle = self._offset = 0.0
        self._caught = False

    def begin(self, angle: float) -> None:
        """Begin where the jaw stands [rad]."""
        self._angle = angle
        self._caught = self.is_over = False

    def step(self, wanted: float, dt: float) -> float:
        """Return the goal [rad] for what the hand wants [rad], ``dt`` [s] after the one before."""
        if self.is_over:
            return wanted
        far = self._offset if self._caught else self._angle - wanted
        shrunk = max(abs(far) - self._rate * dt, 0.0)
        self._offset = shrunk if far > 0.0 else -shrunk
        self._angle = wanted + self._offset
        self._caught = self._caught or shrunk <= self._near
        self.is_over = shrunk == 0.0
        return self._angle
