"""One case of the matrix: what fails in virtual time and among real processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faults_study.injuries import Injury
from faults_study.real_fault import RealFault, What


class Expected(Enum):
    """What must come of a case."""

    GOES_ON = 'goes on'
    """The arms follow as before."""
    STOPS = 'stops'
    """The arms concerned come to rest, and only the operator's deliberate act ends that."""
    EITHER = 'either'
    """As the draw wants it: a gap longer than the limit stops, a shorter one does not."""


@dataclass(frozen=True)
class Case:
    """One thing that fails."""

    name: str
    means: str
    """What fails, in a sentence."""
    virtual: Injury | None
    expected: Expected
    real: RealFault | None = None
    lasts_s: float = 0.7
    longest_delay_s: float = 0.0
    """How much later than usual a command may still come and be followed."""
    body_is_slow: bool = False
    """The simulated body lags behind what it is told; what it is told is judged."""

    def plays_in(self, sim: str) -> bool:
        """Return whether it can be played among real processes with this simulator."""
        return self.real is not None and (self.real.target != 'gzserver' or sim == 'classic')

    @property
    def needs_the_recorder(self) -> bool:
        """Return whether it is the recorder that fails among real processes."""
        real = self.real
        return real is not None and (real.target == 'recorder' or real.what is What.DISK)
