"""netem's delay tables, built from their formulas, and the marginal that they give.

netem draws mean + sigma * table[i] / 8192 with i uniform over 4096 entries; without a table it is
uniform between mean - sigma and mean + sigma. A table holds quantiles of a standardised
distribution: normal; Pareto of shape 3, centred and times 4/3; paretonormal, a quarter of the
first and three quarters of the second; or a user's own. Entries end at 4 sigma (32767 / 8192).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array, frozen
from telesurgery_link.impairment.heavy_tails import netem_pareto, pareto_normal

TABLE_SIZE = 4096
TABLE_FACTOR = 8192
LARGEST_ENTRY = 32767
UNIFORM = 'uniform'

LEVELS = (np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE
"""Quantile levels of the entries: the middle of each one's share."""

FORMULAS: dict[str, Callable[[Array], Array]] = {
    'normal': lambda u: np.asarray(ndtri(u)),
    'pareto': netem_pareto,
    'paretonormal': pareto_normal,
}
"""Quantiles [sigma] of each distribution that netem names."""

DISTRIBUTIONS = (UNIFORM, *FORMULAS)


@dataclass(frozen=True)
class NetemDelay:
    """What netem's ``delay MEAN JITTER distribution NAME`` means; never below 0."""

    mean_ms: float = parameter(doc="netem's delay.", unit='ms', low=0.0, high=1e4)
    jitter_ms: float = parameter(doc="netem's jitter, its sigma.", unit='ms', low=0.0, high=1e4)
    distribution: str = parameter(
        UNIFORM, doc='uniform, normal, pareto, paretonormal, or a .dist file.'
    )

    def __post_init__(self) -> None:
        _ = self.table  # a bad name or file is refused now

    @cached_property
    def table(self) -> Array | None:
        """The entries, rising ``(n,)``; None: uniform."""
        if self.distribution == UNIFORM:
            return None
        if self.distribution in FORMULAS:
            return built_table(self.distribution)
        if self.distribution.endswith('.dist'):
            return frozen(np.sort(read_table(Path(self.distribution))))
        raise ParameterError(
            one_of(
                'distribution',
                self.distribution,
                DISTRIBUTIONS,
                'name one of them, or a table by its path with the ending .dist',
            )
        )

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        u = np.asarray(u)
        if self.table is None:
            deviation = self.jitter_ms * (2.0 * u - 1.0)
        else:
            entries = self.table[(u * self.table.size).astype(int)]
            deviation = self.jitter_ms * entries / TABLE_FACTOR
        return np.maximum(0.0, self.mean_ms + deviation)


def built_table(name: str) -> Array:
    """Return the table of a distribution that netem names, rising ``(4096,)``."""
    entries = np.rint(FORMULAS[name](LEVELS) * TABLE_FACTOR)
    return frozen(np.clip(entries, -LARGEST_ENTRY - 1, LARGEST_ENTRY))


def read_table(path: Path) -> Array:
    """Read a table in the format of netem's .dist files; ParameterError names a bad line."""
    try:
        lines = path.read_text(encoding='utf-8').splitlines()
    except (OSError, UnicodeDecodeError):
        raise ParameterError(
            f'distribution {str(path)!r} cannot be read; allowed: a readable .dist file; '
            'check the path'
        ) from None
    entries = [
        _entry(word, path, number)
        for number, line in enumerate(lines, start=1)
        for word in line.split('#', maxsplit=1)[0].split()
    ]
    if not entries:
        raise ParameterError(f'{path}: no entry; allowed: one at least; write some')
    return frozen(entries)


def _entry(word: str, path: Path, number: int) -> int:
    try:
        entry = int(word)
    except ValueError:
        entry = LARGEST_ENTRY + 1
    if not -LARGEST_ENTRY - 1 <= entry <= LARGEST_ENTRY:
        raise ParameterError(
            f'{path}:{number}: entry is {word!r}; allowed: whole numbers -32768 .. 32767; '
            'correct the line'
        )
    return entry
