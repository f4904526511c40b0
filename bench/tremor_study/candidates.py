"""Who takes part: the filters of the table, low-passes tuned and reference, and the bound."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.parameters import NAMES, TremorParameters
from telesurgery_motion.filters.table import make_vector_filter
from tremor_study.trials import Trials, filtered
from tremor_study.wiener import wiener

OPENED: dict[str, dict[str, float]] = {
    'butterworth': {'butterworth_cutoff_hz': 73.1},
    'one_euro': {
        'one_euro_min_cutoff_hz': 0.781,
        'one_euro_beta': 3530.0,
        'one_euro_derivative_cutoff_hz': 1.1,
    },
}
"""What tuning makes of the low-passes: it opens them until they do next to nothing."""
BOUND = 'Wiener bound'
REFERENCE = 'OneEuroFilter 0.2'


@dataclass(frozen=True)
class Candidate:
    """One row's subject."""

    name: str
    apply: Callable[[Trials], Array]
    parameters: TremorParameters | None = None
    """Of a filter of ours."""


def candidates(names: list[str]) -> list[Candidate]:
    """Return everybody, or the filters of these names beside none."""
    everybody = [_ours(name, name, {}) for name in NAMES]
    everybody += [_ours(f'{name}, tuned', name, values) for name, values in OPENED.items()]
    if importlib.util.find_spec('OneEuroFilter') is not None:
        everybody.append(Candidate(REFERENCE, _reference))
    everybody.append(Candidate(BOUND, wiener))
    if not names:
        return everybody
    return [one for one in everybody if one.name.split(',')[0] in ('none', *names)]


def _ours(title: str, name: str, values: dict[str, Any]) -> Candidate:
    parameters = replace(TremorParameters(), filter=name, **values)
    return Candidate(
        title, lambda trials: filtered(make_vector_filter(parameters), trials), parameters
    )


def _reference(trials: Trials) -> Array:
    """Return what the reference makes of each axis by itself, with our default parameters."""
    from OneEuroFilter import OneEuroFilter

    p = TremorParameters()
    y = np.empty_like(trials.measured)
    for b in range(y.shape[1]):
        for axis in range(3):
            one = OneEuroFilter(
                trials.rate_hz,
                mincutoff=p.one_euro_min_cutoff_hz,
                beta=p.one_euro_beta,
                dcutoff=p.one_euro_derivative_cutoff_hz,
            )
            samples = zip(trials.measured[:, b, axis].tolist(), trials.times.tolist(), strict=True)
            y[:, b, axis] = [one(x, t) for x, t in samples]
    return y
