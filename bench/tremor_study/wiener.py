"""The bound: the best causal filter with fixed coefficients, by one who knows the answer.

For each axis of each trial the coefficients are those of least squares against the intent itself:
no filter with fixed coefficients and this memory does better on that trial. A filter that adapts
may, where intent or tremor change their character. Coefficients sum to one, so that a constant
stays what it is.
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from tremor_study.trials import Trials

MEMORY_S = 1.2
SPACING_S = 0.01
"""Of the coefficients: intent and tremor are below 15 Hz, finer ones add nothing but work."""
DENSE = 8
"""Coefficients of the newest samples, one by one."""
RIDGE_M = 5e-7
"""As if the sensor had this much noise: without any, least squares would exploit rounding."""


def wiener(trials: Trials) -> Array:
    """Return the best result ``(n, b, 3)``; the first ``MEMORY_S`` is the signal itself."""
    spacing = max(round(SPACING_S * trials.rate_hz), 1)
    last = round(MEMORY_S * trials.rate_hz)
    lags = np.unique([*range(1, DENSE + 1), *range(spacing, last + 1, spacing)])
    x, meant, result = trials.measured, trials.meant, trials.measured.copy()
    at = np.arange(last, len(x))
    for b in range(x.shape[1]):
        for axis in range(3):
            now = x[at, b, axis]
            past = x[at[:, None] - lags, b, axis] - now[:, None]
            normal = past.T @ past + len(at) * RIDGE_M**2 * (np.eye(len(lags)) + 1.0)
            weights = np.linalg.solve(normal, past.T @ (meant[at, b, axis] - now))
            result[at, b, axis] = now + past @ weights
    return result
