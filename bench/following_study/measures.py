"""How closely a tip followed the scaled hand, and how far behind it."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from following_study.hands import RecordedHand
from telesurgery_core.transforms import Array

SETTLED_S = 0.5
"""After the engagement, before measuring begins."""
LONGEST_LAG_S = 0.15


def followed(
    hand: RecordedHand,
    engaged_at: float,
    scale: float,
    times: Array,
    T_view_tip: Array,
) -> dict[str, float]:
    """Return lag, and the errors that are left at this lag, of tips ``(n, 4, 4)`` at ``times``.

    The ideal: from where it was at the engagement, the tip goes and turns as the hand does, the
    way scaled. Position and orientation are judged at the same lag, that of the position.
    """
    latched = int(np.searchsorted(times, engaged_at))
    p0, tip_0 = T_view_tip[latched, :3, 3], Rotation.from_matrix(T_view_tip[latched, :3, :3])
    hand_p0, hand_0 = hand.position(engaged_at), hand.orientation(engaged_at)
    chosen = times > engaged_at + SETTLED_S
    t, p = times[chosen], T_view_tip[chosen, :3, 3]

    def distances(lag: float) -> Array:
        ideal = p0 + scale * (hand.position(t - lag) - hand_p0)
        result: Array = np.linalg.norm(p - ideal, axis=1)
        return result

    def rms(lag: float) -> float:
        return float(np.sqrt(np.mean(distances(lag) ** 2)))

    lag = 0.0
    for step in (0.005, 0.001, 0.0002):
        around = np.arange(max(lag - 5 * step, 0.0), lag + 5 * step, step)
        around = np.arange(0.0, LONGEST_LAG_S, step) if step == 0.005 else around
        lag = float(around[int(np.argmin([rms(candidate) for candidate in around]))])
    R = Rotation.from_matrix(T_view_tip[chosen, :3, :3])
    turn = (hand.orientation(t - lag) * hand_0.inv() * tip_0 * R.inv()).magnitude()
    left = distances(lag)
    speed = scale * np.linalg.norm(hand.position(t, 1), axis=1)
    return {
        'hand_speed_mean_mm_per_s': 1e3 * float(speed.mean()),
        'lag_ms': 1e3 * lag,
        'position_rms_mm': 1e3 * float(np.sqrt(np.mean(left**2))),
        'position_max_mm': 1e3 * float(left.max()),
        'orientation_median_deg': float(np.degrees(np.median(turn))),
        'orientation_rms_deg': float(np.degrees(np.sqrt(np.mean(turn**2)))),
        'not_aligned_rms_mm': 1e3 * rms(0.0),
    }
