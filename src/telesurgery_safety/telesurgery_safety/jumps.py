"""Whether a hand asks for more than a hand can do: jumps, and slips of units.

The displacement of an engagement is absolute since its beginning, where it was nothing. From one
command to the next it grows by what the hand moves meanwhile, whatever was lost in between.
"""

from __future__ import annotations

import math

from telesurgery_core.transforms import Array
from telesurgery_core.types import IDENTITY, Hand, HandCommand
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.quantity import DEGREES, MILLIMETRES


class HandJumps:
    """Watches one hand from command to command."""

    def __init__(self, hand: Hand, parameters: SafetyParameters) -> None:
        self._hand = hand
        self._parameters = parameters
        self._epoch: int | None = None
        self._stamp_ns: int | None = None
        self._T = IDENTITY

    def check(self, asked: HandCommand, stamp_ns: int) -> str | None:
        """Take what the hand asks for; return why no hand can have moved so far, if so."""
        before, began = self._T, self._epoch != asked.epoch
        if began or not asked.engaged:
            before = IDENTITY
        since_ns = self._stamp_ns
        self._epoch, self._stamp_ns, self._T = asked.epoch, stamp_ns, asked.T_displacement
        # A hand that was never seen may have moved since long: it is no fresh engagement either.
        if not asked.engaged or since_ns is None:
            return None
        p = self._parameters
        dt = min(max((stamp_ns - since_ns) * 1e-9, 0.0), p.command_gap_limit_s)
        return self._moved(before, dt) or self._turned(before, dt)

    def _moved(self, before: Array, dt: float) -> str | None:
        p = self._parameters
        allowed = p.setpoint_jump_limit_m + p.setpoint_speed_limit_m_s * dt
        T = self._T
        way = math.dist((T[0, 3], T[1, 3], T[2, 3]), (before[0, 3], before[1, 3], before[2, 3]))
        if way <= allowed:
            return None
        return self._words(f'{MILLIMETRES(way)}', f'{MILLIMETRES(allowed)}', dt)

    def _turned(self, before: Array, dt: float) -> str | None:
        p = self._parameters
        allowed = p.setpoint_turn_limit_rad + p.setpoint_turn_speed_limit_rad_s * dt
        cosine = 0.5 * (float((self._T[:3, :3] * before[:3, :3]).sum()) - 1.0)
        if allowed >= math.pi or cosine >= math.cos(allowed):
            return None
        angle = math.acos(max(cosine, -1.0))
        return self._words(f'{DEGREES(angle)}', f'{DEGREES(allowed)}', dt)

    def _words(self, way: str, allowed: str, dt: float) -> str:
        return (
            f'{self._hand.value} asks for a jump of {way} within {dt * 1e3:.0f} ms '
            f'(limit {allowed}): check units'
        )
