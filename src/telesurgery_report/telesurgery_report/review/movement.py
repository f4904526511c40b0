"""How the tips moved: the scores by which surgical skill is assessed from motion.

Path length, economy of volume and bimanual use: Oropesa et al., "EVA: laparoscopic instrument
tracking based on endoscopic video analysis for psychomotor skills assessment", Surgical Endoscopy
27 (2013). Smoothness: Balasubramanian, Melendez-Calderon, Roby-Brami, Burdet, "On the analysis of
movement smoothness", Journal of NeuroEngineering and Rehabilitation 12 (2015).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import savgol_filter

from telesurgery_core.transforms import Array
from telesurgery_report.session import NS_PER_S, PointTrack

RATE_HZ = 50.0
"""Paths are resampled to this: what the arms' streams have."""
SMOOTHED_S = 0.22
"""Speeds come from cubics fitted over this time [s]."""
MOVING_M_S = 0.002
"""A tip faster than this moves."""
SPARC_CUTOFF_HZ, SPARC_THRESHOLD, SPARC_PADDING = 10.0, 0.05, 4
"""As published: largest frequency, share of the peak below which nothing counts, zero padding."""
SHORTEST = 25
"""Samples without which nothing is said."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How one tip moved; NaN where it moved too little to say."""

    arm: str
    samples: int
    """Samples at 50 Hz."""
    path_mm: float
    moving_s: float
    """Time at more than 2 mm/s."""
    speed_mean_mm_s: float
    """While moving."""
    speed_p95_mm_s: float
    volume_economy: float
    """Cube root of the volume of the box around the path, over the path's length."""
    sparc: float
    """Spectral arc length of the speed; nearer to zero is smoother."""
    log_jerk: float
    """Log dimensionless jerk of the speed; greater is smoother."""
    t: Array
    """Times ``(n,)`` [s] since the session began."""
    speed_mm_s: Array


def movement_of(arm: str, track: PointTrack, start_ns: int) -> Movement | None:
    """Return how a tip moved; None for a track that is too short."""
    t_in = (track.stamp_ns - start_ns) / NS_PER_S
    if len(track) < SHORTEST or t_in[-1] - t_in[0] < 1.0:
        return None
    t = np.arange(t_in[0], t_in[-1], 1.0 / RATE_HZ)
    p = np.column_stack([np.interp(t, t_in, track.p[:, axis]) for axis in range(3)])
    window = round(SMOOTHED_S * RATE_HZ) | 1
    velocity = savgol_filter(p, window, 3, deriv=1, delta=1.0 / RATE_HZ, axis=0)
    speed = np.linalg.norm(velocity, axis=1)
    moving = speed > MOVING_M_S
    path = float(speed.sum() / RATE_HZ)
    box = float(np.prod(np.ptp(p, axis=0)))
    enough = int(moving.sum()) >= SHORTEST
    return Movement(
        arm=arm,
        samples=len(t),
        path_mm=path * 1e3,
        moving_s=float(moving.sum() / RATE_HZ),
        speed_mean_mm_s=float(speed[moving].mean() * 1e3) if enough else math.nan,
        speed_p95_mm_s=float(np.percentile(speed[moving], 95) * 1e3) if enough else math.nan,
        volume_economy=float(np.cbrt(box) / path) if enough else math.nan,
        sparc=sparc(speed, RATE_HZ) if enough else math.nan,
        log_jerk=log_dimensionless_jerk(speed, RATE_HZ) if enough else math.nan,
        t=t,
        speed_mm_s=speed * 1e3,
    )


def sparc(speed: Array, rate_hz: float) -> float:
    """Return the spectral arc length of a speed profile ``(n,)``; NaN for rest."""
    if not speed.any():
        return math.nan
    count = 2 ** (math.ceil(math.log2(len(speed))) + SPARC_PADDING)
    magnitude = np.abs(np.fft.rfft(speed, count))
    magnitude /= magnitude.max()
    frequency = np.fft.rfftfreq(count, 1.0 / rate_hz)
    within = frequency <= SPARC_CUTOFF_HZ
    frequency, magnitude = frequency[within], magnitude[within]
    counting = np.flatnonzero(magnitude >= SPARC_THRESHOLD)
    frequency = frequency[counting[0] : counting[-1] + 1]
    magnitude = magnitude[counting[0] : counting[-1] + 1]
    if len(frequency) < 2:
        return math.nan
    steps = np.hypot(np.diff(frequency) / (frequency[-1] - frequency[0]), np.diff(magnitude))
    return -float(steps.sum())


def log_dimensionless_jerk(speed: Array, rate_hz: float) -> float:
    """Return minus the logarithm of the dimensionless squared jerk of a speed profile ``(n,)``."""
    peak = float(speed.max())
    if peak <= 0.0 or len(speed) < 3:
        return math.nan
    jerk = np.diff(speed, n=2) * rate_hz**2
    duration = len(speed) / rate_hz
    dimensionless = duration**3 / peak**2 * float(np.square(jerk).sum()) / rate_hz
    return -math.log(dimensionless) if dimensionless > 0.0 else math.nan


def bimanual_share(one: Movement, other: Movement) -> float:
    """Return the share of the time with any motion in which both tips move; NaN for rest."""
    first = one.speed_mm_s > 1e3 * MOVING_M_S
    second = np.interp(one.t, other.t, other.speed_mm_s) > 1e3 * MOVING_M_S
    either = first | second
    return float((first & second).sum() / either.sum()) if either.any() else math.nan
