"""A marginal that is given by samples: any table, any file of measured delays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array, frozen
from telesurgery_link.impairment.recordings import LARGEST_MS, read_recording


@dataclass(frozen=True)
class Empirical:
    """The distribution of samples, with straight lines between neighbouring ones.

    Either ``values_ms`` or ``file``; a file is a trace, of which losses are left out.
    """

    values_ms: tuple[float, ...] = parameter(
        (), doc='Samples, in any order.', unit='ms', low=0.0, high=LARGEST_MS
    )
    file: str = parameter('', doc='A trace whose delays are the samples.')
    factor: float = parameter(
        1.0, doc='Each sample is multiplied by it: 0.5 halves round trips.', low=1e-6, high=1e6
    )

    def __post_init__(self) -> None:
        if bool(self.values_ms) == bool(self.file):
            raise ParameterError(
                'empirical has both or none of values_ms and file; allowed: one of them; keep one'
            )
        _ = self.sorted_ms  # a bad file is refused now

    @cached_property
    def sorted_ms(self) -> Array:
        """The samples, rising ``(n,)`` [ms]."""
        samples = np.array(self.values_ms) if self.values_ms else self._read()
        if samples.size < 2:
            raise ParameterError(
                f'empirical has {samples.size} samples; allowed: 2 or more; add some'
            )
        return frozen(np.sort(samples) * self.factor)

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        position = np.asarray(u) * (self.sorted_ms.size - 1)
        return np.interp(position, np.arange(self.sorted_ms.size), self.sorted_ms)

    def _read(self) -> Array:
        delays = read_recording(Path(self.file)).delays_ms
        return delays[~np.isnan(delays)]
