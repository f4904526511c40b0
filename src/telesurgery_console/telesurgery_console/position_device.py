"""Masters of another maker as the operator's device: their poses are mapped absolutely."""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_console.actions import Action
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.pose_unit import PoseUnit
from telesurgery_console.several import notices_of, status_of, whose
from telesurgery_core.types import ConsoleSample, Hand, HandSample


class PositionDevice:
    """The device: a unit a hand; a hand without one is missing."""

    def __init__(
        self, units: Mapping[Hand, PoseUnit], rate_hz: float, *, mapping_name: str = ''
    ) -> None:
        self._units: dict[Hand | None, PoseUnit] = dict(units.items())
        self._mapping_name = mapping_name
        self._period = 1.0 / rate_hz
        self._asked_at: float | None = None
        self._finished = False

    @property
    def finished(self) -> bool:
        """Whether a button has said so."""
        return self._finished

    def describe(self) -> str:
        """Return which hand has which unit."""
        return '; '.join(f'{whose(hand)}{unit.name}' for hand, unit in self._units.items())

    def status(self) -> DeviceStatus:
        """Return how well the units are."""
        return status_of(self._units, self._mapping_name)

    def poll(self, now: float) -> ConsoleSample | None:
        """Return both hands at ``now`` [s]."""
        dt = 0.0 if self._asked_at is None else now - self._asked_at
        self._asked_at = now
        wishes = {hand: unit.look(now, dt) for hand, unit in self._units.items()}
        held = frozenset[Action]().union(*(wish.held for wish in wishes.values()))
        struck = frozenset[Action]().union(*(wish.struck for wish in wishes.values()))
        self._finished = self._finished or Action.QUIT in struck
        lost = any(wish.health is not Health.OK for wish in wishes.values())
        if lost or Action.STOP in held:
            for unit in self._units.values():
                unit.revoke()
        # Both poses are absolute: a hand that is not meant to move cannot be frozen here without
        # a leap when it is released. So every unit's button must be held.
        present = all(wish.present for wish in wishes.values())
        return ConsoleSample(
            stamp_ns=round(now * 1e9),
            left=self._hand(Hand.LEFT),
            right=self._hand(Hand.RIGHT),
            operator_present=present and not (lost or self._finished or Action.STOP in held),
            clutch=Action.CLUTCH in held,
            camera=Action.CAMERA in held,
            stop=Action.STOP in held,
            arm_swap=tuple(
                h for h, wish in wishes.items() if h and Action.ARM_SWAP in wish.struck
            ),
        )

    def next_poll(self, now: float) -> float:
        """Return when a period has passed since the last sample [s]."""
        return now if self._asked_at is None else self._asked_at + self._period

    def notices(self) -> list[str]:
        """Return what has happened to the units."""
        return notices_of(self._units)

    def close(self) -> None:
        """Let go of the units."""
        for unit in self._units.values():
            unit.close()

    def _hand(self, hand: Hand) -> HandSample | None:
        unit = self._units.get(hand)
        if unit is None or unit.T_view_hand is None:
            return None
        return HandSample(T_view_hand=unit.T_view_hand, gripper=unit.gripper)
