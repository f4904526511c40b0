"""Whether a hand asks for more than a hand can do: jumps, and slips of units.

The displacement of an engagement is absolute since its beginning, where it was nothing. From one
command to the next it grows by what the hand moves meanwhile, whatever was lost in between.
"""

from __future__ import annotations

import math

from telesurgery_core.types import IDENTITY, Hand, HandCommand
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.quantity import DEGREES, MILLIMETRES

_Rows = list[list[float]]
_NOTHING: _Rows = IDENTITY.tolist()


class HandJumps:
    """Watches one hand from command to command."""

    def __init__(self, hand: Hand, parameters: SafetyParameters) -> None:
        self._hand = hand
        self._parameters = parameters
        self._epoch: int | None = None
        self._stamp_ns: int | None = None
        self._rows = _NOTHING

    def check(self, asked: HandCommand, stamp_ns: int) -> str | None:
        """Take what the hand asks for; return why no hand can have moved so far, if so."""
        before, began = self._rows, self._epoch != asked.epoch
        if began or not asked.engaged:
            before = _NOTHING
        since_ns = self._stamp_ns
        self._epoch, self._stamp_ns = asked.epoch, stamp_ns
        # Numbers of Python: arithmetic on so few elements of arrays takes ten times as long.
        self._rows = asked.T_displacement.tolist()
        # A hand that was never seen may have moved since long: it is no fresh engagement either.
        if not asked.engaged or since_ns is None:
            return None
        p = self._parameters
        dt = min(max((stamp_ns - since_ns) * 1e-9, 0.0), p.command_gap_limit_s)
        return self._moved(before, dt) or self._turned(before, dt)

    def _moved(self, before: _Rows, dt: float) -> str | None:
        p = self._parameters
        allowed = p.setpoint_jump_limit_m + p.setpoint_speed_limit_m_s * dt
        way = math.dist([row[3] for row in self._rows], [row[3] for row in before])
        if way <= allowed:
            return None
        return self._words(f'{MILLIMETRES(way)}', f'{MILLIMETRES(allowed)}', dt)

    def _turned(self, before: _Rows, dt: float) -> str | None:
        p = self._parameters
        allowed = p.setpoint_turn_limit_rad + p.setpoint_turn_speed_limit_rad_s * dt
        (a, b, c, _), (d, e, f, _), (g, h, i, _), _ = self._rows
        (j, k, m, _), (n, o, q, _), (r, s, t, _), _ = before
        trace = a * j + b * k + c * m + d * n + e * o + f * q + g * r + h * s + i * t
        cosine = 0.5 * (trace - 1.0)
        if allowed >= math.pi or cosine >= math.cos(allowed):
            return None
        angle = math.acos(max(cosine, -1.0))
        return self._words(f'{DEGREES(angle)}', f'{DEGREES(allowed)}', dt)

    def _words(self, way: str, allowed: str, dt: float) -> str:
        return (
            f'{self._hand.value} asks for a jump of {way} within {dt * 1e3:.0f} ms '
            f'(limit {allowed}): check units'
        )
