"""The gripper of a master that has none of its own: moved by wishes, or sent somewhere."""

from __future__ import annotations


class Gripper:
    """An opening angle [rad] from 0 to ``open_rad`` that changes by ``rate_rad_s`` at most.

    Attributes:
        angle: how far it is open [rad].
    """

    def __init__(self, open_rad: float, rate_rad_s: float) -> None:
        """Begin half open."""
        self._open = open_rad
        self._rate = rate_rad_s
        self._goal: float | None = None
        self.angle = open_rad / 2.0

    def move(self, wish: float, dt: float) -> None:
        """Move for ``dt`` [s]: as a ``wish`` -1..1 asks, or else on to where it was sent."""
        step = self._rate * dt
        if wish:
            self._goal = None
            self.angle += wish * step
        elif self._goal is not None:
            self.angle += min(max(self._goal - self.angle, -step), step)
        self.put(self.angle)

    def send_to(self, opening: float) -> None:
        """Let it go to an ``opening`` 0..1."""
        self._goal = min(max(opening, 0.0), 1.0) * self._open

    def toggle(self) -> None:
        """Let it go all the way to the side that it is, or was going to be, farther from."""
        heading = self.angle if self._goal is None else self._goal
        self.send_to(0.0 if heading >= self._open / 2.0 else 1.0)

    def halt(self) -> None:
        """Stay here."""
        self._goal = None

    def put(self, angle: float) -> None:
        """Be at an angle [rad], within the bounds."""
        self.angle = min(max(angle, 0.0), self._open)
