"""The supervisor of the patient side: what each arm may do, decided here and nowhere else.

It works with the link cut. It is told of every command that arrives, from which site, and of every
arm's condition, and asked once a tick; a limit that is passed shows in the verdict of the same
tick. An arm listens only to the site that has authority over it. A hold ends only by a fresh
engagement there, or at the patient side by pausing or disabling the arm; an emergency stop ends
only by its reset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from telesurgery_core.types import Hand, HandCommand, TeleopCommand
from telesurgery_safety.authority_parameters import LOCAL
from telesurgery_safety.body import Body, Measure
from telesurgery_safety.console import Console, Trip
from telesurgery_safety.history import Transition
from telesurgery_safety.holders import Authority, SoleAuthority
from telesurgery_safety.machines import Condition, Machines, Verdict
from telesurgery_safety.ordering import Arrival
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.site_states import SiteEvent, SiteState
from telesurgery_safety.states import Event, SafetyState

_HAND_GOES_ON = 'engage again to go on'
_ANYBODY_GOES_ON = 'engage again, or pause and resume the arm, to go on'
_HOMES_AGAIN = 'homing ended; send home again to go on'


class Supervisor:
    """Judges commands and conditions; keeps one state machine per arm, and the site's.

    Attributes:
        stopped: who pressed the emergency stop, and why, in words; empty while nobody did.
        body: the monitors of the robot's own side.
    """

    def __init__(
        self,
        parameters: SafetyParameters,
        arms: Sequence[str],
        authority: Authority | None = None,
    ) -> None:
        """Watch over ``arms``; without an authority all belong to the first console."""
        self.stopped = ''
        self._parameters = parameters
        self._authority = authority or SoleAuthority()
        self._holders = {arm: self._authority.holder(arm) for arm in arms}
        self._consoles: dict[str, Console] = {}
        self.body = Body(parameters, arms)
        self._newest: Console | None = None
        self._conditions: dict[str, tuple[Condition, str] | None] = dict.fromkeys(arms)
        self._moves = dict.fromkeys(arms, False)
        self._machines = Machines(arms)

    @property
    def site(self) -> SiteState:
        """The state of the patient's side."""
        return self._machines.site

    @property
    def holds(self) -> int:
        """How often a monitor has put an arm on hold since the start.

        An operator who leaves is not counted, nor is a hold by hand.
        """
        return self._machines.holds

    @property
    def command_age_s(self) -> float:
        """Age of the newest command, of whatever console, when it arrived [s]; NaN: none yet."""
        return math.nan if self._newest is None else self._newest.command_age_s

    def command_gap_s(self, now: float) -> float:
        """Return the time since the newest command arrived [s]; NaN: none yet."""
        gap = math.inf if self._newest is None else self._newest.command_gap_s(now)
        return gap if math.isfinite(gap) else math.nan

    @property
    def consoles(self) -> dict[str, Console]:
        """The sites that were heard of, by name."""
        return self._consoles

    def console(self, site: str) -> Console:
        """Return what is known of a site."""
        console = self._consoles.get(site)
        if console is None:
            console = self._consoles[site] = Console(site, self._parameters)
        return console

    @property
    def velocity_factor(self) -> float:
        """What the arms' speed limits are to be multiplied with now."""
        least = self._parameters.slow_down_least
        if least >= 1.0:
            return 1.0
        return 1.0 - (1.0 - least) * max((c.share for c in self._consoles.values()), default=0.0)

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """What every arm may do now."""
        return self._machines.verdicts

    def verdict(self, arm: str) -> Verdict:
        """Return what the arm may do now."""
        return self._machines.verdicts[arm]

    def holder(self, arm: str) -> str:
        """Return the site that the arm listens to; empty: to nobody."""
        return self._holders[arm]

    def take_events(self) -> tuple[Transition, ...]:
        """Return what happened since the last call, in order."""
        return self._machines.take_events()

    def command_arrived(self, now: float, site: str, command: TeleopCommand, age_s: float) -> bool:
        """Judge a command of ``site`` that arrived at ``now`` [s], ``age_s`` [s] after its stamp.

        Returns whether it is the newest and young enough to be followed by the arms that listen
        to the site; else it must be forgotten.
        """
        console = self.console(site)
        if command.stop:  # whoever presses it, in whatever order it comes
            self.stop(now, site, 'the stop button of the console')
        misdated = console.misdated(now, age_s)
        if misdated is not None:
            self._trip(site, misdated)
            return False
        arrival = console.order(command)
        if arrival is Arrival.FOREIGN:
            self._trip(site, console.dispute(now, 'two'))
            return False
        if arrival is Arrival.STALE:
            return False
        self._look(now)  # a gap that ends with this arrival was a gap all the same
        self._newest = console
        # An engagement begins in the command that brings it, or never: what that one could not
        # begin must not begin by itself once things are better.
        fresh = console.freshly_engaged({Hand.LEFT: command.left, Hand.RIGHT: command.right})
        trip = console.take(now, command, age_s)
        if trip is not None:
            self._trip(site, trip)
            return False
        if not command.present:
            self._trip(site, Trip(Event.OPERATOR_ABSENT, 'the operator is not present'))
        disputed = console.disputed(now)
        if disputed or not command.present:
            fresh = dict.fromkeys(fresh, False)
        return self._judge(console, command, fresh, disputed)

    def observe(
        self, arm: str, condition: Condition, reason: str = '', *, moves: bool = False
    ) -> None:
        """Take note of an arm's own condition, why it is so, and whether its setpoint moves."""
        self._moves[arm] = moves
        before = self._conditions[arm]
        if before is None or condition is not before[0]:
            self._conditions[arm] = condition, reason
            self._machines.happen(arm, condition.value, reason)
            if condition in (Condition.HOMING, Condition.AVAILABLE):
                self.body.begin_anew(arm)

    def aligned(self, arm: str) -> None:
        """Take note that an arm that was ``ALIGNING`` stands: the hand drives it from here."""
        local = self._holders[arm] == LOCAL
        self._machines.happen(arm, Event.ALIGNED_LOCALLY if local else Event.ALIGNED)

    def hold(self, arm: str, who: str, why: str) -> None:
        """Put an arm on hold by hand, for somebody at the patient's side."""
        self._machines.happen(arm, Event.HELD, why, who)

    def limit_passed(self, arm: str, reason: str) -> None:
        """Put an arm that a hand drives on hold: it passed a limit, for the reason in words."""
        self._machines.happen(arm, Event.LIMIT_PASSED, f'{reason}; {_HAND_GOES_ON}')

    def stop(self, now: float, who: str, why: str) -> None:
        """Stop everything, for whoever asks for it; latched until ``reset``."""
        self._machines.now = now
        if self.site is SiteState.EMERGENCY_STOP:
            return
        self.stopped = f'emergency stop by {who or "somebody unknown"}: {why or "no reason given"}'
        self._machines.happen_to_site(SiteEvent.STOPPED, self.stopped, who)
        for arm in self._machines.verdicts:
            self._machines.happen(arm, Event.STOPPED, self.stopped, who)

    def reset(self, now: float, who: str) -> None:
        """End an emergency stop; arms that are able to are ready again, and nothing moves."""
        self._machines.now = now
        if self.site is not SiteState.EMERGENCY_STOP:
            return
        self.stopped = ''
        self._machines.happen_to_site(SiteEvent.RESET, '', who)
        for arm, condition in self._conditions.items():
            self._machines.happen(arm, Event.RESET, '', who)
            if condition is not None and condition[0] is not Condition.HOMING:
                self._machines.happen(arm, condition[0].value, condition[1])

    def measured(self, now: float, arm: str, measure: Measure, value: float) -> None:
        """Take a measurement of an arm at ``now`` [s]."""
        reason = self.body.measured(now, arm, measure, value)
        if reason is None:
            return
        if self._machines.verdicts[arm].state is SafetyState.HOMING:
            # A robot that is late on its way home harms nobody; the tool is outside as a rule.
            if measure is not Measure.TRACKING:
                self._machines.happen(arm, Event.STRAINED, f'{reason}; {_HOMES_AGAIN}')
        elif self._moves[arm]:
            self._machines.happen(arm, Event.STRAINED, f'{reason}; {_ANYBODY_GOES_ON}')
        else:
            self.limit_passed(arm, reason)

    def simulator_reported(self, now: float, state: str, real_time_factor: float) -> None:
        """Take what the simulator says of itself: its state, and its factor (NaN: not known)."""
        self._trip_all(self.body.simulator_reported(now, state, real_time_factor))

    def clocks_read(self, now: float, wall_s: float) -> None:
        """Take this side's steady clock and its wall clock [s], once a tick."""
        reason = self.body.clocks_read(now, wall_s)
        if reason is not None:
            self._trip_all(reason)
            for console in self._consoles.values():
                console.clock_was_set()

    def link_reported(self, now: float, site: str, loss: float, jitter_s: float) -> None:
        """Take what a gateway measures of its site's path: share of loss, jitter [s]."""
        self._trip(site, self.console(site).link_reported(now, loss, jitter_s))

    def speakers_counted(self, now: float, site: str, count: int) -> None:
        """Take how many processes publish the commands of a site: one, its gateway."""
        if count > 1:
            self._trip(site, self.console(site).dispute(now, f'{count} processes'))

    def device_reported(self, site: str, problem: str) -> None:
        """Take what is wrong with the device of a site; empty: nothing."""
        self._trip(site, self.console(site).device_reported(problem))

    def step(self, now: float) -> None:
        """Let the monitors look at the time ``now`` [s]; call once a tick, before the verdicts."""
        self._look(now)
        self.body.ticked(now)

    def _look(self, now: float) -> None:
        self._machines.now = now
        for arm, before in self._holders.items():
            holder = self._authority.holder(arm)
            if holder != before:
                self._holders[arm] = holder
                self._machines.happen(
                    arm,
                    Event.AUTHORITY_MOVED,
                    f'authority over {arm} went from {before or "nobody"} to {holder or "nobody"}',
                    holder,
                )
        self._trip_all(self.body.check(now))
        for site, console in self._consoles.items():
            self._trip(site, console.check(now))

    def _judge(
        self, console: Console, command: TeleopCommand, fresh: dict[Hand, bool], disputed: str
    ) -> bool:
        hands = {Hand.LEFT: command.left, Hand.RIGHT: command.right}
        console.refusal = ''
        asked_for = allowed = 0
        for arm, holder in self._holders.items():
            asking = [hand for hand, asked in hands.items() if asked.arm == arm]
            asked_for += bool(asking)
            if holder != console.name:
                if any(hands[hand].engaged for hand in asking):
                    console.refusal = (
                        f'{console.name} has no authority over {arm}, '
                        f'{holder or "nobody"} has it; ask for it'
                    )
                continue
            allowed += bool(asking)
            if len(asking) > 1:
                self.limit_passed(arm, f'both hands ask for {arm}; an arm has one master')
            elif asking:
                self._judge_hand(console, arm, asking[0], hands[asking[0]], fresh, disputed)
            else:
                self._machines.happen(arm, Event.RELEASED)
        return allowed > 0 or asked_for == 0

    def _judge_hand(
        self,
        console: Console,
        arm: str,
        hand: Hand,
        asked: HandCommand,
        fresh: dict[Hand, bool],
        disputed: str,
    ) -> None:
        if fresh[hand]:
            self._machines.happen(arm, Event.ENGAGED, '', console.name)
            if self._machines.verdicts[arm].state is SafetyState.ALIGNING:
                self.body.begin_anew(arm)
        elif not console.is_granted(hand, asked):
            self._machines.happen(arm, Event.DISENGAGED)
        if self._machines.verdicts[arm].state is SafetyState.READY:
            why = disputed or f'{hand.value} was engaged before {arm} was ready; engage again'
            self._machines.explain(arm, why if asked.engaged else '')

    def _trip_all(self, reason: str | None) -> None:
        if reason is not None:
            for arm in self._machines.verdicts:
                self.limit_passed(arm, reason)

    def _trip(self, site: str, trip: Trip | None) -> None:
        if trip is None:
            return
        for arm, holder in self._holders.items():
            if holder == site:
                self._machines.happen(arm, trip.event, f'{trip.reason}; {_HAND_GOES_ON}')
