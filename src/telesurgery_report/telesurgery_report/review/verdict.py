"""Whether a session went well, in plain words, and why not.

What is judged by: surgeons call round trips up to 200 ms ideal and up to 300 ms safe (Xu et al.,
"Determination of the latency effects on surgical performance and the acceptable latency levels in
telesurgery using the dV-Trainer simulator", Surgical Endoscopy 28, 2014); the other limits are the
project's own targets (``telesurgery_report.targets``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from telesurgery_report.review.holds import Hold, reasons_of
from telesurgery_report.review.network import Network
from telesurgery_report.review.plain import in_plain_words
from telesurgery_report.targets import limit_of

IDEAL_MS, SAFE_MS = 200.0, 300.0
LOSS, HEAVY_LOSS = 0.01, 0.1
HELD_SHARE = 0.05
"""An operator whose arms stand for more of the session than this cannot work."""


class Grade(Enum):
    """How a session went."""

    GOOD = 'It went well'
    RESERVED = 'It went, with reservations'
    BAD = 'It did not go well'
    OPEN = 'It cannot be judged'


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade with its reasons."""

    grade: Grade
    reasons: tuple[str, ...]
    """What was wrong, worst first; what was right, if nothing was."""


@dataclass(frozen=True, slots=True)
class TipFollowing:
    """How the tip of an arm that hands drove followed its setpoint."""

    arm: str
    lag_ms: float
    rms_mm: float
    """Beside its path, with the lag taken out."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the verdict is made of; NaN and None: not measured."""

    seconds: float
    followed_s: float
    """Time with at least one arm following a hand."""
    held_s: float
    stopped: str
    """Why there was an emergency stop or a fault, in words; empty: there was none."""
    stopped_arms: tuple[str, ...]
    """Which arms it ended."""
    holds: tuple[Hold, ...]
    states_known: bool
    network: Network
    total_p50_ms: float
    """From the masters' stamp to the simulator."""
    total_p99_ms: float
    round_trip_p50_ms: float
    tips: tuple[TipFollowing, ...]
    rcm_max_mm: float
    real_time_factor: float
    other_reason: str
    """What the supervisor said most often while nothing was followed."""


def judge(measured: Measured) -> Verdict:
    """Return the verdict."""
    if not measured.states_known:
        reason = (
            'The bags hold no state of the arms (/safety/state): nothing says whether they moved.'
        )
        return Verdict(Grade.OPEN, (reason,))
    failures, reservations = list(_failures(measured)), list(_reservations(measured))
    if failures:
        return Verdict(Grade.BAD, (*failures, *reservations))
    if reservations:
        return Verdict(Grade.RESERVED, tuple(reservations))
    return Verdict(Grade.GOOD, (_what_was_right(measured),))


def _failures(m: Measured) -> Iterator[str]:
    if m.followed_s == 0.0:
        said = in_plain_words(m.other_reason) if m.other_reason else ''
        why = f' What was said most: {said}.' if said else ''
        yield f'No arm ever followed a hand in {m.seconds:.0f} s.{why}'
    if m.stopped:
        yield (
            f'There was an emergency stop or a fault of {", ".join(m.stopped_arms)}: '
            f'{in_plain_words(m.stopped)}.'
        )
    if m.followed_s == 0.0:
        return
    if m.held_s > HELD_SHARE * (m.followed_s + m.held_s):
        yield _of_holds(m)
    if m.network.loss_ratio > HEAVY_LOSS:
        yield _of_loss(m)
    if m.total_p50_ms > SAFE_MS:
        yield (
            f'Half of the commands took more than {m.total_p50_ms:.0f} ms to the robot; surgeons '
            f'call up to {SAFE_MS:.0f} ms there and back safe.'
        )


def _reservations(m: Measured) -> Iterator[str]:
    if m.holds and m.followed_s and not m.held_s > HELD_SHARE * (m.followed_s + m.held_s):
        yield _of_holds(m)
    if LOSS < m.network.loss_ratio <= HEAVY_LOSS:
        yield _of_loss(m)
    if m.round_trip_p50_ms > IDEAL_MS:
        grade = 'beyond what they call safe' if m.round_trip_p50_ms > SAFE_MS else 'safe'
        yield (
            f'The round trip of the link was {m.round_trip_p50_ms:.0f} ms at the median; surgeons '
            f'call up to {IDEAL_MS:.0f} ms ideal and up to {SAFE_MS:.0f} ms safe: this is {grade}.'
        )
    for tip in m.tips:
        yield from _of_tip(tip)
    if m.rcm_max_mm > limit_of('rcm_max_mm'):
        yield (
            f'A shaft left its port by {m.rcm_max_mm:.2f} mm; '
            f'{limit_of("rcm_max_mm"):g} mm are allowed.'
        )
    if m.real_time_factor < limit_of('real_time_factor_median'):
        yield (
            f'The simulator ran at {m.real_time_factor:.2f} of real time, so that times and '
            'speeds are not those of a real session.'
        )


def _of_tip(tip: TipFollowing) -> Iterator[str]:
    if tip.rms_mm > limit_of('tip_rms_mm'):
        yield (
            f'The tip of {tip.arm} was {tip.rms_mm:.2f} mm RMS beside its path, with the lag '
            f'taken out; {limit_of("tip_rms_mm"):g} mm are allowed.'
        )
    if tip.lag_ms > limit_of('tip_lag_ms'):
        yield (
            f'The tip of {tip.arm} was {tip.lag_ms:.0f} ms behind its setpoint; '
            f'{limit_of("tip_lag_ms"):g} ms are allowed.'
        )


def _of_holds(m: Measured) -> str:
    reasons = reasons_of(m.holds)
    said = '; '.join(f'{in_plain_words(reason)}, {_times(count)}' for reason, count in reasons[:3])
    share = 100.0 * m.held_s / m.seconds if m.seconds > 0.0 else math.nan
    return (
        f'Arms were put on hold {_times(len(m.holds))}, and for {m.held_s:.1f} s '
        f'({share:.0f} % of the session) at least one stood: {said or "no reason was recorded"}.'
    )


def _times(count: int) -> str:
    return f'{count} time{"s" if count != 1 else ""}'


def _of_loss(m: Measured) -> str:
    network = m.network
    return (
        f'{100.0 * network.loss_ratio:.1f} % of the frames were lost '
        f'({network.frames_lost} of {network.frames_sent}).'
    )


def _what_was_right(m: Measured) -> str:
    parts = [f'the arms followed for {m.followed_s:.0f} s without a hold']
    if math.isfinite(m.total_p50_ms):
        parts.append(f'commands reached the robot in {m.total_p50_ms:.0f} ms (median)')
    if math.isfinite(m.network.loss_ratio):
        parts.append(f'{100.0 * m.network.loss_ratio:.2g} % of the frames were lost')
    if m.tips:
        whose, their = ('the tip', 'its path') if len(m.tips) == 1 else ('the tips', 'their paths')
        widest = max(tip.rms_mm for tip in m.tips)
        parts.append(f'{whose} kept to {their} within {widest:.2g} mm RMS')
    text = ', '.join(parts[:-1]) + (' and ' if len(parts) > 1 else '') + parts[-1]
    return text[0].upper() + text[1:] + '.'
