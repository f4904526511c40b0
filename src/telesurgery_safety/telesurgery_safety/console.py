"""One site that commands: whether what it says is new, young and in order, and whom it engages.

Every console has one of these, so that none can make another one's path look alive or late. The
monitors here speak of the way from the operator's hands to this process.
"""

from __future__ import annotations

from typing import NamedTuple

from telesurgery_core.types import Hand, HandCommand, TeleopCommand
from telesurgery_safety.engagement import Engagement
from telesurgery_safety.monitors import CommandAge, Silence
from telesurgery_safety.ordering import Arrival, Ordering
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import Event


class Trip(NamedTuple):
    """A limit that was passed: what that is to an arm, and why, in words."""

    event: Event
    reason: str


class Console:
    """What is known of one commanding site.

    Attributes:
        name: as the authority knows it.
        refusal: why its newest command moves nothing that it asks for; empty: it does.
    """

    def __init__(self, name: str, parameters: SafetyParameters) -> None:
        self.name = name
        self.refusal = ''
        self._ordering = Ordering()
        self._engagements = {hand: Engagement() for hand in Hand}
        self._gap = Silence('command', parameters.command_gap_limit_s)
        self._age = CommandAge(parameters.command_age_limit_s)

    @property
    def command_age_s(self) -> float:
        """Age of the newest command when it arrived [s]; NaN: none yet."""
        return self._age.newest_s

    def command_gap_s(self, now: float) -> float:
        """Return the time since the newest command arrived [s]; infinite: none yet."""
        return self._gap.gap(now)

    def is_newest(self, command: TeleopCommand) -> bool:
        """Return whether a command is newer than all before it; a restart begins all anew."""
        arrival = self._ordering.classify(command.sequence, command.stamp_ns)
        if arrival is Arrival.RESTARTED:
            self._engagements = {hand: Engagement() for hand in Hand}
        return arrival is not Arrival.STALE

    def take(self, now: float, command: TeleopCommand, age_s: float) -> Trip | None:
        """Take the newest command; return why it must not be followed, if so."""
        too_old = self._age.check(age_s)
        if too_old is not None:
            return Trip(Event.LINK_DEGRADED, too_old)
        self._gap.arrived(now)
        return None

    def check(self, now: float) -> Trip | None:
        """Return which limit is passed at ``now`` [s] without anything having arrived."""
        reason = self._gap.check(now)
        return None if reason is None else Trip(Event.LINK_DEGRADED, reason)

    def freshly_engaged(self, hands: dict[Hand, HandCommand]) -> dict[Hand, bool]:
        """Return which hands are newly engaged; their epochs count as seen from now on."""
        return {hand: self._engagements[hand].is_fresh(asked) for hand, asked in hands.items()}

    def is_granted(self, hand: Hand, asked: HandCommand) -> bool:
        """Return whether this engagement of this hand was fresh once."""
        return self._engagements[hand].is_granted(asked)
