"""The judge's own account of how hard a tool may touch."""

from __future__ import annotations

from telesurgery_safety.quantity import GROWTH


class Touch:
    """How hard a tool may touch: not beyond the limit, nor harder than when it began anew."""

    def __init__(self, limit: float) -> None:
        """Begin with a limit [N]."""
        self._limit = self._allowed = limit
        self._tripped_at: float | None = None

    def is_too_much(self, newton: float) -> bool:
        """Return whether it touches too hard now."""
        if newton <= self._limit:
            self._allowed, self._tripped_at = self._limit, None
            return False
        too_much = newton > self._allowed
        self._allowed = min(self._allowed, newton + GROWTH * self._limit)
        if self._tripped_at is not None or too_much:
            self._tripped_at = newton
        return too_much

    def begin_anew(self) -> None:
        """Take note that somebody means to move the arm all the same."""
        if self._tripped_at is not None:
            self._allowed = self._tripped_at + GROWTH * self._limit
            self._tripped_at = None
