"""Gamepads, SpaceMice, joy and twist topics as the operator's device: one for both hands, or two.

The operator is present while a button is held: a hand that lets go stops everything, and a device
that is lost lets go, too, of both hands.
"""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_console.actions import Action
from telesurgery_console.drives import Drive, Motion, Side
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.rate_master import RateMaster
from telesurgery_console.several import notices_of, status_of, whose
from telesurgery_console.unit import Unit, Wish
from telesurgery_core.types import ConsoleSample, Hand

ANY_HAND = None
"""The unit moves the hand that its switch has chosen."""


class RateDevice:
    """The device: wishes of one or two units to samples of two hands.

    ``units`` has the hand of each unit, or ``ANY_HAND`` for one unit that moves both by turns. A
    hand moves only while the operator holds the presence button of the unit that moves it.
    """

    def __init__(
        self,
        units: Mapping[Hand | None, Unit],
        mapping: ControlMapping,
        rate_hz: float,
        *,
        mapping_name: str = '',
    ) -> None:
        self._units = dict(units)
        self._mapping_name = mapping_name
        self._period = 1.0 / rate_hz
        self._master = RateMaster(mapping.rates)
        self._active = Hand.RIGHT
        self._asked_at: float | None = None
        self._finished = False
        self._notices: list[str] = []

    @property
    def finished(self) -> bool:
        """A person's device never finishes by itself, unless a button says so."""
        return self._finished

    def describe(self) -> str:
        """Return the units' names and what their buttons do."""
        return '; '.join(f'{whose(hand)}{unit.describe()}' for hand, unit in self._units.items())

    def status(self) -> DeviceStatus:
        """Return how well the units are."""
        return status_of(self._units, self._mapping_name)

    def poll(self, now: float) -> ConsoleSample | None:
        """Return both hands at ``now`` [s]."""
        dt = 0.0 if self._asked_at is None else now - self._asked_at
        self._asked_at = now
        wishes = {hand: unit.look(now) for hand, unit in self._units.items()}
        stop = any(Action.STOP in wish.held for wish in wishes.values())
        lost = any(wish.health is not Health.OK for wish in wishes.values())
        if stop or lost:
            for unit in self._units.values():
                unit.revoke()
        allowed = not (stop or lost or self._finished)
        swaps: list[Hand] = []
        for hand, wish in wishes.items():
            swaps += self._carry_out(hand, wish, dt, allowed=allowed)
        held = frozenset[Action]().union(*(wish.held for wish in wishes.values()))
        return ConsoleSample(
            stamp_ns=round(now * 1e9),
            left=self._master.hand(Hand.LEFT),
            right=self._master.hand(Hand.RIGHT),
            operator_present=allowed and any(wish.present for wish in wishes.values()),
            clutch=Action.CLUTCH in held,
            camera=Action.CAMERA in held,
            stop=stop,
            arm_swap=tuple(swaps),
        )

    def next_poll(self, now: float) -> float:
        """Return when a period has passed since the last sample [s]."""
        return now if self._asked_at is None else self._asked_at + self._period

    def notices(self) -> list[str]:
        """Return what has happened to the units and the hands."""
        notices, self._notices = self._notices, []
        return notices + notices_of(self._units)

    def close(self) -> None:
        """Let go of the units."""
        for unit in self._units.values():
            unit.close()

    def _carry_out(
        self, owner: Hand | None, wish: Wish, dt: float, *, allowed: bool
    ) -> list[Hand]:
        """Move what a unit moves; return the hands that ask for another arm."""
        if Action.SWITCH_HAND in wish.struck and owner is ANY_HAND:
            self._active = Hand.LEFT if self._active is Hand.RIGHT else Hand.RIGHT
            self._notices.append(f'{self._active.name.lower()} hand')
        if Action.QUIT in wish.struck:
            self._finished = True
        active = owner or self._active
        if Action.JAW_TOGGLE in wish.struck and wish.present and allowed:
            self._master.gripper(active).toggle()
        for hand in [owner] if owner else list(Hand):
            if wish.present and allowed:
                self._move(hand, wish, dt, active)
            else:
                self._master.halt(hand)
        return [active] if Action.ARM_SWAP in wish.struck else []

    def _move(self, hand: Hand, wish: Wish, dt: float, active: Hand) -> None:
        demand = dict.fromkeys(Motion, 0.0)
        for drive, value in wish.drives.items():
            if _hand_of(drive, active) is not hand:
                continue
            if drive.absolute:
                opening = abs(value)  # one-sided, whichever way it goes
                self._master.gripper(hand).send_to(opening if drive.sign > 0 else 1.0 - opening)
            else:
                demand[drive.drives] += drive.sign * value
        if hand is active:
            demand[Motion.GRIPPER] += (Action.JAW_OPEN in wish.held) - (
                Action.JAW_CLOSE in wish.held
            )
        self._master.move(
            hand, {motion: min(max(value, -1.0), 1.0) for motion, value in demand.items()}, dt
        )


def _hand_of(drive: Drive, active: Hand) -> Hand:
    """Return the hand that a drive moves now."""
    return {Side.ACTIVE: active, Side.LEFT: Hand.LEFT, Side.RIGHT: Hand.RIGHT}[drive.hand]
