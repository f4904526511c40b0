"""The tremor filters by the name that ``motion.yaml`` gives."""

from __future__ import annotations

import math
from collections.abc import Callable

from telesurgery_motion.filters.adaptive import Adaptive
from telesurgery_motion.filters.bmflc import Bmflc
from telesurgery_motion.filters.bmflc_kalman import BmflcKalman
from telesurgery_motion.filters.butterworth import Butterworth
from telesurgery_motion.filters.correction import Correction
from telesurgery_motion.filters.one_euro import OneEuro
from telesurgery_motion.filters.oscillators import Oscillators
from telesurgery_motion.filters.parameters import TremorParameters
from telesurgery_motion.filters.plausible import Plausible
from telesurgery_motion.filters.pose_filter import PoseFilter, TremorFilter, Unfiltered
from telesurgery_motion.filters.strengths import Pace
from telesurgery_motion.filters.vector_filter import VectorFilter
from telesurgery_motion.filters.voluntary_motion import VoluntaryMotion
from telesurgery_motion.filters.wflc import Wflc


def _butterworth(p: TremorParameters) -> VectorFilter:
    return Butterworth(p.butterworth_cutoff_hz)


def _one_euro(p: TremorParameters) -> VectorFilter:
    return OneEuro(p.one_euro_min_cutoff_hz, p.one_euro_beta, p.one_euro_derivative_cutoff_hz)


def _wflc(p: TremorParameters) -> VectorFilter:
    return Wflc(
        p.tremor_low_hz,
        p.tremor_high_hz,
        p.wflc_high_pass_hz,
        p.wflc_amplitude_rate,
        p.wflc_frequency_rate,
    )


def _bmflc(p: TremorParameters) -> VectorFilter:
    return Bmflc(
        p.tremor_low_hz,
        p.tremor_high_hz,
        p.bmflc_spacing_hz,
        p.bmflc_high_pass_hz,
        p.bmflc_rate,
    )


def _bmflc_kalman(p: TremorParameters) -> VectorFilter:
    return BmflcKalman(
        p.tremor_low_hz,
        p.tremor_high_hz,
        p.bmflc_kalman_spacing_hz,
        jerk=p.bmflc_kalman_jerk,
        drift=p.bmflc_kalman_drift,
        noise=p.bmflc_kalman_noise_m,
    )


def _adaptive(p: TremorParameters) -> VectorFilter:
    return Adaptive(
        VoluntaryMotion.smooth_velocity(p.adaptive_rate),
        Oscillators(
            p.tremor_low_hz, p.tremor_high_hz, p.adaptive_oscillators, p.adaptive_coherence_s
        ),
        Pace(
            speed_time_s=p.adaptive_speed_time_s,
            speed_factor=p.adaptive_speed_factor,
            tremor_time_s=p.adaptive_tremor_time_s,
            tremor_factor=p.adaptive_tremor_factor,
        ),
    )


LOW_PASSES: dict[str, Callable[[TremorParameters], VectorFilter]] = {
    'butterworth': _butterworth,
    'one_euro': _one_euro,
}
"""Filters that follow the hand: what they take out is their lag, and has no bound."""

ESTIMATORS: dict[str, Callable[[TremorParameters], VectorFilter]] = {
    'wflc': _wflc,
    'bmflc': _bmflc,
    'bmflc_kalman': _bmflc_kalman,
    'adaptive': _adaptive,
}
"""Filters that know the tremor: what they take out of the hand is small."""


def make_vector_filter(parameters: TremorParameters) -> VectorFilter | None:
    """Return a fresh filter of vectors as the parameters name it; None where nothing is to do."""
    if parameters.filter == 'none' or parameters.tremor_share == 0.0:
        return None
    estimates = parameters.filter in ESTIMATORS
    make = (ESTIMATORS if estimates else LOW_PASSES)[parameters.filter]
    limit = parameters.tremor_limit_m if estimates else math.inf
    return Plausible(Correction(make(parameters), parameters.tremor_share, limit))


def make_filter(parameters: TremorParameters) -> TremorFilter:
    """Return a fresh filter of poses as the parameters name it."""
    inner = make_vector_filter(parameters)
    return Unfiltered() if inner is None else PoseFilter(inner, parameters.tremor_lever_m)
