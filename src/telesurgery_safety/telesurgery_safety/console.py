"""One site that commands: whether what it says is new, young and in order, and whom it engages.

Every console has one of these, so that none can make another one's path look alive or late. The
monitors here speak of the way from the operator's hands to this process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from telesurgery_core.types import Hand, HandCommand, TeleopCommand
from telesurgery_safety.clocks import FarClock
from telesurgery_safety.engagement import Engagement
from telesurgery_safety.jumps import HandJumps
from telesurgery_safety.monitors import CommandAge, Silence
from telesurgery_safety.ordering import Arrival, Ordering
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.path_delay import PathDelay
from telesurgery_safety.quantity import MILLISECONDS, PERCENT, Quantity
from telesurgery_safety.states import Event

DISPUTE_S = 1.0
"""For so long after somebody else has spoken as a console nobody can engage by its name."""


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
        self._path = PathDelay(parameters.path_delay_time_s)
        self._clock = FarClock(parameters.clock_jump_limit_s)
        self._jumps = {hand: HandJumps(hand, parameters) for hand in Hand}
        self._device = ''
        self._disputed_at, self._dispute = -math.inf, ''
        self._gateway = Silence(f'word from the gateway of {name}', parameters.heartbeat_limit_s)
        share = parameters.warning_share
        self._waited = Quantity(
            'no command for', MILLISECONDS, parameters.command_gap_limit_s, warn_at=share
        )
        self._old = Quantity(
            'commands are old:', MILLISECONDS, parameters.command_age_limit_s, warn_at=share
        )
        self._excess = Quantity(
            'delay of the path beyond what is usual:',
            MILLISECONDS,
            parameters.command_age_excess_limit_s,
            warn_at=share,
        )
        self._loss = Quantity(
            'loss on the link:',
            PERCENT,
            parameters.loss_limit,
            warn_at=share,
            lasting_s=parameters.trend_time_s,
        )
        self._jitter = Quantity(
            'jitter of the link:',
            MILLISECONDS,
            parameters.jitter_limit_s,
            warn_at=share,
            lasting_s=parameters.trend_time_s,
        )

    @property
    def command_age_s(self) -> float:
        """Age of the newest command when it arrived [s]; NaN: none yet."""
        return self._age.newest_s

    @property
    def path_delay_s(self) -> float:
        """What its path usually takes [s], with the offset of the clocks; NaN: none yet."""
        return self._path.usual_s

    @property
    def share(self) -> float:
        """How far the delay is on the way from the warning (0) to the limit (1)."""
        return max(self._old.share, self._excess.share, self._waited.share)

    def command_gap_s(self, now: float) -> float:
        """Return the time since the newest command arrived [s]; infinite: none yet."""
        return self._gap.gap(now)

    def order(self, command: TeleopCommand) -> Arrival:
        """Return whether a command is newer than all before it; a restart begins all anew."""
        arrival = self._ordering.classify(command.sequence, command.stamp_ns)
        if arrival is Arrival.RESTARTED:
            self._engagements = {hand: Engagement() for hand in Hand}
        return arrival

    def dispute(self, now: float, reason: str) -> Trip:
        """Take note that not one alone speaks as this console; return why nothing may follow."""
        self._disputed_at, self._dispute = now, f'{reason} speak as console {self.name}'
        return Trip(Event.LINK_DEGRADED, self._dispute)

    def disputed(self, now: float) -> str:
        """Return in words that somebody else spoke as this console a moment ago; empty: nobody."""
        return self._dispute if now - self._disputed_at < DISPUTE_S else ''

    def misdated(self, now: float, age_s: float) -> Trip | None:
        """Return why a command that is stamped in the future must not even be counted, if so."""
        if age_s >= 0.0:
            return None
        old = self._age.check(age_s)
        if old is None:
            return None
        clock = self._clock.check(now, age_s)
        self._path.forget()
        return Trip(Event.LINK_DEGRADED, clock or old)

    def take(self, now: float, command: TeleopCommand, age_s: float) -> Trip | None:
        """Take the newest command; return why it must not be followed, if so."""
        clock = self._clock.check(now, age_s)
        excess = self._path.excess(now, age_s)
        self._old.check(age_s, now)
        old = self._age.check(age_s)
        late = self._excess.check(excess, now)
        if clock is not None:
            self._path.forget()
        for reason in (clock, old, late):
            if reason is not None:
                return Trip(Event.LINK_DEGRADED, reason)
        if self._gap.heard:
            self._waited.check(self._gap.gap(now), now)
        self._gap.arrived(now)
        for hand, asked in ((Hand.LEFT, command.left), (Hand.RIGHT, command.right)):
            jump = self._jumps[hand].check(asked, command.stamp_ns)
            if jump is not None:
                return Trip(Event.LIMIT_PASSED, jump)
        if self._device:
            return Trip(Event.OPERATOR_ABSENT, self._device)
        return None

    def check(self, now: float) -> Trip | None:
        """Return which limit is passed at ``now`` [s] without anything having arrived."""
        reason = self._gap.check(now) or self._gateway.check(now)
        return None if reason is None else Trip(Event.LINK_DEGRADED, reason)

    def link_reported(self, now: float, loss: float, jitter_s: float) -> Trip | None:
        """Take what the gateway measures of the path; return which limit is passed for long."""
        self._gateway.arrived(now)
        reason = self._loss.check(loss, now) or self._jitter.check(jitter_s, now)
        return None if reason is None else Trip(Event.LINK_DEGRADED, reason)

    def device_reported(self, problem: str) -> Trip | None:
        """Take what the console says is wrong with its device; empty: nothing."""
        self._device = f'the device of console {self.name}: {problem}' if problem else ''
        return Trip(Event.OPERATOR_ABSENT, self._device) if problem else None

    def clock_was_set(self) -> None:
        """Take note that this side's clock was set: what was learnt of ages is void."""
        self._clock.forget()
        self._path.forget()

    def take_warnings(self) -> Iterator[str]:
        """Yield what came near to a limit since the last call, in words."""
        for quantity in (self._waited, self._old, self._excess, self._loss, self._jitter):
            warning = quantity.take_warning()
            if warning is not None:
                yield warning

    def freshly_engaged(self, hands: dict[Hand, HandCommand]) -> dict[Hand, bool]:
        """Return which hands are newly engaged; their epochs count as seen from now on."""
        return {hand: self._engagements[hand].is_fresh(asked) for hand, asked in hands.items()}

    def is_granted(self, hand: Hand, asked: HandCommand) -> bool:
        """Return whether this engagement of this hand was fresh once."""
        return self._engagements[hand].is_granted(asked)
