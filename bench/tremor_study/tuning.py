"""Tuning: the same purse, the same data and the same aim for every filter.

Parameters are sought by Nelder and Mead in their logarithms, on one task only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import numpy as np
from scipy.optimize import minimize

from telesurgery_core.parameters import meaning_of
from telesurgery_core.transforms import Array
from telesurgery_motion.filters.parameters import TremorParameters
from telesurgery_motion.filters.table import make_vector_filter
from tremor_study.measures import figures
from tremor_study.trials import Trials, filtered

TUNED: dict[str, tuple[str, ...]] = {
    'butterworth': ('butterworth_cutoff_hz',),
    'one_euro': (
        'one_euro_min_cutoff_hz',
        'one_euro_beta',
        'one_euro_derivative_cutoff_hz',
    ),
    'wflc': ('wflc_high_pass_hz', 'wflc_amplitude_rate', 'wflc_frequency_rate'),
    'bmflc': ('bmflc_spacing_hz', 'bmflc_high_pass_hz', 'bmflc_rate'),
    'bmflc_kalman': ('bmflc_kalman_jerk', 'bmflc_kalman_drift', 'bmflc_kalman_noise_m'),
    'adaptive': (
        'adaptive_coherence_s',
        'adaptive_tremor_time_s',
        'adaptive_tremor_factor',
        'adaptive_rate',
        'adaptive_speed_time_s',
        'adaptive_speed_factor',
    ),
}
"""What is sought for each filter."""

WANTED_DB = -18.0
"""Attenuation that is aimed at: the target of 12 dB with a reserve for tremor that is small."""
WANTED_MS = 4.0
PER_DB = 0.03
PER_MS = 0.02
"""What a decibel or a millisecond short of it weighs, as a share of the tremor in the error."""
FIRST_STEP = 0.5


def cost(parameters: TremorParameters, studies: Sequence[Trials]) -> float:
    """Return what is made small: error relative to the tremor, and what is short of the aims."""
    parts = []
    for trials in studies:
        found = figures(trials, filtered(make_vector_filter(parameters), trials))
        relative = found.error_um / trials.tremor_um
        short = PER_DB * np.maximum(found.band_db - WANTED_DB, 0.0)
        late = PER_MS * np.maximum(found.lag_ms - WANTED_MS, 0.0)
        parts.append(np.sqrt(np.square(relative).mean()) + (short + late).mean())
    return float(np.mean(parts))


def tune(
    name: str, studies: Sequence[Trials], evaluations: int, tell: Callable[[str], None]
) -> dict[str, float]:
    """Return the values found for one filter, to three digits."""
    keys = TUNED[name]
    start = replace(TremorParameters(), filter=name)
    meanings = {field.name: meaning_of(field) for field in fields(TremorParameters)}
    bounds = np.array([(meanings[key].low, meanings[key].high) for key in keys]).T

    def candidate(logarithms: Array) -> TremorParameters:
        values = np.clip(np.exp(logarithms), *bounds).tolist()
        return replace(start, **dict(zip(keys, values, strict=True)))

    def value(logarithms: Array) -> float:
        with np.errstate(over='ignore', invalid='ignore'):
            found = cost(candidate(logarithms), studies)
        return found if np.isfinite(found) else 1e3

    first = np.log([getattr(start, key) for key in keys])
    simplex = np.vstack([first, first + FIRST_STEP * np.eye(len(keys))])
    found = minimize(
        value,
        first,
        method='Nelder-Mead',
        options={'maxfev': evaluations, 'initial_simplex': simplex, 'fatol': 1e-4, 'xatol': 0.02},
    )
    tell(f'{name}: {value(first):.4f} -> {found.fun:.4f} in {found.nfev} evaluations')
    rounded = [float(f'{number:.3g}') for number in np.clip(np.exp(found.x), *bounds)]
    return dict(zip(keys, rounded, strict=True))
