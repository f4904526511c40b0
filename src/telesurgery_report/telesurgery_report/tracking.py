"""How well the simulated tip follows its setpoint: how late, and how far beside it.

The setpoint is what the arms ask for (``local/setpoint_cp``), the tip is the simulator's ground
truth. Both are points on the wrist-yaw axis (the tip frame has no translation in the last joint's
frame), so that they are compared without any model in between.

The lag is the shift in time at which the two paths lie closest in the least-squares sense; the
setpoint is interpolated by a cubic spline, so that the lag is finer than the sampling. What is
left at that lag is the error after aligning: a steady offset is an error, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar

from telesurgery_core.transforms import Array
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import NS_PER_S, Integers, PointTrack

LAGS_S = np.arange(-0.05, 0.3005, 0.002)
"""Lags looked at before the finest is sought [s]."""
MOVING_M_PER_S = 0.002
"""A setpoint faster than this moves; hands at rest are slower."""
LONGEST_GAP_S = 0.1
"""Across a longer gap of the recorded setpoint nothing is interpolated."""
FEWEST_SAMPLES = 50
"""Half a second at 100 Hz; less says nothing about a lag."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """A tip beside its setpoint, from the setpoint's first motion to its last."""

    lag_ms: float
    rms_mm: float
    stamp_ns: Integers
    """``(n,)`` when the tip was where ``p_tip`` says."""
    p_tip: Array
    """``(n, 3)`` [m] in the setpoint's frame."""
    p_setpoint: Array
    """``(n, 3)`` [m]: the setpoint ``lag_ms`` earlier."""

    @property
    def error_mm(self) -> Array:
        """Distance ``(n,)`` [mm] of the tip from the setpoint of ``lag_ms`` earlier."""
        distance: Array = np.linalg.norm(self.p_tip - self.p_setpoint, axis=1) * 1e3
        return distance


def track(setpoint: PointTrack, tip: PointTrack, *, arm: str) -> Tracking:
    """Align the tip of ``arm`` with its setpoint, both in the same frame.

    Raises NotMeasuredError when either was not recorded, the setpoint never moved, or the paths
    have no lag at which they lie closest.
    """
    if len(setpoint) < FEWEST_SAMPLES:
        raise NotMeasuredError(f'the setpoint of {arm} has {len(setpoint)} valid samples')
    if len(tip) < FEWEST_SAMPLES:
        raise NotMeasuredError(f'the tip of {arm} has {len(tip)} poses in /simulator/link_poses')
    origin_ns = int(setpoint.stamp_ns[0])
    t_setpoint = (setpoint.stamp_ns - origin_ns) / NS_PER_S
    t_tip = (tip.stamp_ns - origin_ns) / NS_PER_S
    begin, end = _motion(t_setpoint, setpoint.p, arm)
    chosen = (t_tip >= begin) & (t_tip <= end) & _covered(t_setpoint, t_tip)
    if chosen.sum() < FEWEST_SAMPLES:
        raise NotMeasuredError(
            f'the tip of {arm} has {chosen.sum()} poses while its setpoint moved'
        )
    path = CubicSpline(t_setpoint, setpoint.p)

    def mean_square(lag: float) -> float:
        return float(((path(t_tip[chosen] - lag) - tip.p[chosen]) ** 2).sum(axis=1).mean())

    lag = _closest(mean_square, arm)
    return Tracking(
        lag_ms=lag * 1e3,
        rms_mm=float(np.sqrt(mean_square(lag))) * 1e3,
        stamp_ns=tip.stamp_ns[chosen],
        p_tip=tip.p[chosen],
        p_setpoint=path(t_tip[chosen] - lag),
    )


def _motion(t: Array, p: Array, arm: str) -> tuple[float, float]:
    """Return from when to when the setpoint moved [s]."""
    speed = np.linalg.norm(np.diff(p, axis=0), axis=1) / np.diff(t)
    moving = np.flatnonzero(speed > MOVING_M_PER_S)
    if moving.size == 0:
        raise NotMeasuredError(f'the setpoint of {arm} never moved')
    return float(t[moving[0]]), float(t[moving[-1] + 1])


def _covered(t_setpoint: Array, t: Array) -> NDArray[np.bool_]:
    """Return for which times every lag looked at falls where the setpoint was recorded."""
    covered: NDArray[np.bool_] = (t - LAGS_S[-1] >= t_setpoint[0]) & (
        t - LAGS_S[0] <= t_setpoint[-1]
    )
    for index in np.flatnonzero(np.diff(t_setpoint) > LONGEST_GAP_S):
        gap_begin, gap_end = t_setpoint[index], t_setpoint[index + 1]
        covered &= (t - LAGS_S[0] <= gap_begin) | (t - LAGS_S[-1] >= gap_end)
    return covered


def _closest(mean_square: Callable[[float], float], arm: str) -> float:
    """Return the lag [s] at which ``mean_square`` is least."""
    coarse = int(np.argmin([mean_square(float(lag)) for lag in LAGS_S]))
    if coarse in (0, LAGS_S.size - 1):
        raise NotMeasuredError(
            f'the tip of {arm} does not follow its setpoint within '
            f'{LAGS_S[0] * 1e3:.0f} .. {LAGS_S[-1] * 1e3:.0f} ms'
        )
    found = minimize_scalar(
        mean_square,
        bounds=(LAGS_S[coarse - 1], LAGS_S[coarse + 1]),
        method='bounded',
        options={'xatol': 1e-6},
    )
    return float(found.x)
