"""A quantity with a limit: it warns as it comes near, trips beyond, and says so in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """How a value is shown to people."""

    name: str
    factor: float
    digits: int = 0

    def __call__(self, value: float) -> str:
        """Return a value of SI units in words."""
        return f'{value * self.factor:.{self.digits}f} {self.name}'


MILLISECONDS = Unit('ms', 1e3)
MILLIMETRES = Unit('mm', 1e3, 1)
DEGREES = Unit('deg', 57.29577951308232)
NEWTON = Unit('N', 1.0, 1)
PERCENT = Unit('%', 100.0)


GROWTH = 0.1
"""By how much of its limit a value that was conceded may grow before it trips again."""


class Quantity:
    """Watches one number.

    Attributes:
        share: how far the newest value is on the way from the warning (0) to the limit (1).
    """

    def __init__(
        self, what: str, unit: Unit, limit: float, *, warn_at: float, lasting_s: float = 0.0
    ) -> None:
        """Watch ``what`` (named in the words) against a limit in SI units.

        It warns from the share ``warn_at`` of the limit on, and trips when the limit has been
        passed for longer than ``lasting_s`` [s] without a break.
        """
        self.share = 0.0
        self._what = what
        self._unit = unit
        self._limit = limit
        self._warn_from = warn_at * limit
        self._lasting_s = lasting_s
        self._beyond_since: float | None = None
        self._peak = self._newest = 0.0
        self._tripped = False
        self._conceded = limit

    def check(self, value: float, now: float) -> str | None:
        """Take a value at ``now`` [s] and return the reason when it trips; NaN is not known."""
        if value > self._peak:
            self._peak = value
        if value <= self._limit:
            beyond_warning = value - self._warn_from
            near = beyond_warning > 0.0
            self.share = beyond_warning / (self._limit - self._warn_from) if near else 0.0
            self._beyond_since = None
            self._tripped, self._conceded = False, self._limit
            return None
        if not value > self._limit:  # NaN
            return None
        self.share = 1.0
        self._newest = value
        self._conceded = min(self._conceded, value + GROWTH * self._limit)
        if value <= self._conceded:
            self._beyond_since = None
            return None
        if self._beyond_since is None:
            self._beyond_since = now
        if now - self._beyond_since < self._lasting_s:
            return None
        self._tripped = True
        return self._words(value)

    def concede(self) -> None:
        """Let a value that tripped be beyond the limit while it does not grow.

        What is conceded falls with the value, and is over when that is within the limit. It trips
        again when it has grown by a tenth (``GROWTH``) of the limit.
        """
        if self._tripped:
            self._tripped = False
            self._conceded = self._newest + GROWTH * self._limit

    def take_warning(self) -> str | None:
        """Return the warning that the greatest value since the last call gives rise to."""
        peak, self._peak = self._peak, 0.0
        return self._words(peak) if peak > self._warn_from else None

    def _words(self, value: float) -> str:
        return f'{self._what} {self._unit(value)} (limit {self._unit(self._limit)})'
