"""Lead the arms to where the recorded tips were, by the hands, before a recording is played.

Teleoperation maps displacements: an arm that stands elsewhere at the start does the recorded
motion elsewhere. So the hands begin displaced by as much as the tips are, and move to their
recorded start in a straight line, slowly and smoothly, engaged all the way; everything on the way
to the arms, and the patient side with its limits, has its say as with any other motion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from telesurgery_console.timeline import Timeline
from telesurgery_core.transforms import (
    Array,
    pose,
    rotation_angle,
    rotation_from_vector,
    rotation_vector,
)
from telesurgery_core.types import ConsoleSample, Hand, HandSample

PERIOD_S = 0.01
SETTLE_S = 0.5
"""Rest before the motion, for the engagement, and after it, for the arms to arrive."""
TIP_M_S, TIP_RAD_S = 0.02, 0.5
"""Greatest speeds of the tips on the way."""
_PEAK = 1.875
"""Greatest speed of a minimum-jerk motion over its mean (Flash and Hogan 1985)."""


def led_in(timeline: Timeline, T_view_tips: Mapping[Hand, Array], scale: float) -> Timeline:
    """Return the timeline with a lead-in before it.

    ``T_view_tips`` are where the tips are now ``(4, 4)``, ``scale`` the metres of the tip per
    metre of the hand; hands whose tip is not known, or was not recorded, rest meanwhile.
    """
    first = timeline.samples[0]
    begins: dict[Hand, HandSample | None] = {hand: first.hand(hand) for hand in Hand}
    seconds = 0.0
    for hand, wanted in timeline.T_view_tips.items():
        sample, tip = first.hand(hand), T_view_tips.get(hand)
        if sample is None or tip is None:
            continue
        begins[hand] = replace(
            sample, T_view_hand=begin_of(sample.T_view_hand, tip, wanted, scale)
        )
        seconds = max(seconds, duration_s(tip, wanted))
    if not seconds:
        return timeline
    steps = max(math.ceil(seconds / PERIOD_S), 1)
    settle = round(SETTLE_S / PERIOD_S)
    shares = [0.0] * settle + [_smooth(k / steps) for k in range(steps)] + [1.0] * settle
    lead = [
        _between(first, begins, share, round(k * PERIOD_S * 1e9)) for k, share in enumerate(shares)
    ]
    # The operator takes hold with the second sample: the first is seen released.
    lead[0] = replace(lead[0], operator_present=False)
    shift_ns = round(len(shares) * PERIOD_S * 1e9)
    rest = tuple(replace(s, stamp_ns=s.stamp_ns + shift_ns) for s in timeline.samples)
    note = f'the arms are led to the recorded start first, in {len(shares) * PERIOD_S:.1f} s'
    return replace(timeline, samples=(*lead, *rest), notes=(*timeline.notes, note))


def begin_of(T_view_hand: Array, T_view_tip: Array, T_view_wanted: Array, scale: float) -> Array:
    """Return where the hand begins ``(4, 4)`` so that the tip is where it is wanted at its end."""
    R_turn = T_view_wanted[:3, :3] @ T_view_tip[:3, :3].T
    p_way = (T_view_wanted[:3, 3] - T_view_tip[:3, 3]) / scale
    return pose(R_turn.T @ T_view_hand[:3, :3], T_view_hand[:3, 3] - p_way)


def duration_s(T_view_tip: Array, T_view_wanted: Array) -> float:
    """Return how long the way takes [s]; 0 where there is none to speak of."""
    way_m = float(np.linalg.norm(T_view_wanted[:3, 3] - T_view_tip[:3, 3]))
    turn_rad = rotation_angle(T_view_wanted[:3, :3] @ T_view_tip[:3, :3].T)
    return _PEAK * max(way_m / TIP_M_S, turn_rad / TIP_RAD_S)


def _smooth(share: float) -> float:
    """Return the minimum-jerk course of 0..1."""
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def _between(
    first: ConsoleSample, begins: Mapping[Hand, HandSample | None], share: float, stamp_ns: int
) -> ConsoleSample:
    hands: dict[Hand, HandSample | None] = {}
    for hand, begin in begins.items():
        end = first.hand(hand)
        hands[hand] = None
        if begin is not None and end is not None:
            R_begin = begin.T_view_hand[:3, :3]
            turn = rotation_vector(end.T_view_hand[:3, :3] @ R_begin.T)
            p_begin, p_end = begin.T_view_hand[:3, 3], end.T_view_hand[:3, 3]
            T = pose(
                rotation_from_vector(share * turn) @ R_begin, p_begin + share * (p_end - p_begin)
            )
            hands[hand] = replace(end, T_view_hand=T)
    return replace(
        first,
        stamp_ns=stamp_ns,
        left=hands[Hand.LEFT],
        right=hands[Hand.RIGHT],
        operator_present=True,
        clutch=False,
        camera=False,
    )
