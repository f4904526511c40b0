"""A patient's side to which anything may happen, and its judge.

``Side`` does to a supervisor what a robot, its consoles and its people could do, in any order. The
judge beside it keeps its own account of who may move what, and knows nothing of states: an arm may
be moved by a hand while the site that has authority over it sends, without a gap, commands of a
present operator whose hand was engaged anew, and nothing has come between since. A client may move
an arm until it passes a limit of its own while it moves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import IDENTITY, Hand, HandCommand, TeleopCommand
from telesurgery_safety.authority_parameters import LOCAL
from telesurgery_safety.body import Measure
from telesurgery_safety.machines import Condition
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import Motion, SafetyState
from telesurgery_safety.supervisor import Supervisor
from telesurgery_safety.testing.flaw import Flaw
from telesurgery_safety.testing.touch import Touch

ARMS = ('PSM1', 'PSM2')
NOBODY = ''
SITES = ('A', 'B', LOCAL)
USUAL_DELAY_S = 0.07
LATE_S = 0.5
RESTART_S = 0.6
RESTARTED_NS = 500_000_000
FAR = pose(IDENTITY[:3, :3], (0.5, 0.0, 0.0))


class _Authority:
    def __init__(self) -> None:
        self.holders = dict.fromkeys(ARMS, SITES[0])

    def holder(self, arm: str) -> str:
        return self.holders[arm]


@dataclass
class _Remote:
    """What a site has said so far."""

    counter: int = 0
    """Of its process."""
    newest: tuple[int, int] | None = None
    """Sequence and stamp [ns] of its newest command."""
    arrived: float | None = None
    seen: dict[Hand, int] | None = None
    """The newest epoch of each hand that its process has sent."""
    said: tuple[HandCommand, HandCommand] = (HandCommand(), HandCommand())
    """What its hands asked for last."""
    troubled: bool = False


class Side:
    """A supervisor of two arms, and the judge of what it lets happen."""

    def __init__(self, parameters: SafetyParameters | None = None) -> None:
        """Begin with arms that nothing was heard of; the first console has authority."""
        self.parameters = parameters or SafetyParameters()
        self.authority = _Authority()
        self.supervisor = Supervisor(self.parameters, ARMS, self.authority)
        self.now = 100.0
        self._remotes = {site: _Remote() for site in SITES}
        self._conditions = dict.fromkeys(ARMS, Condition.DISABLED)
        self._available = dict.fromkeys(ARMS, False)
        self._stopped = False
        self._permitted: dict[str, tuple[str, Hand, int] | None] = dict.fromkeys(ARMS)
        self._moves = dict.fromkeys(ARMS, False)
        self._strained = dict.fromkeys(ARMS, False)
        self._homes = dict.fromkeys(ARMS, False)
        self._touches = {arm: Touch(self.parameters.force_limit_n) for arm in ARMS}

    # What may happen.

    def command(self, site: str, left: HandCommand, right: HandCommand, flaw: Flaw) -> None:
        """Let a site send a command, with what is wrong with it."""
        remote, delay = self._remotes[site], USUAL_DELAY_S
        remote.said = left, right
        delay = {Flaw.LATE: LATE_S, Flaw.FUTURE: -10.0}.get(flaw, delay)
        remote.counter += 0 if flaw is Flaw.OLD else 1
        command = TeleopCommand(
            round((self.now - delay) * 1e9),
            remote.counter,
            _placed(left, FAR if flaw is Flaw.LEAP else IDENTITY),
            _placed(right, FAR if flaw is Flaw.LEAP else IDENTITY),
            flaw is not Flaw.ABSENT,
            flaw is Flaw.STOP,
        )
        self._account(site, command, flaw)
        self.supervisor.command_arrived(self.now, site, command, delay)

    def repeat(self, arm: str, flaw: Flaw) -> None:
        """Let the site that has authority over an arm go on to say what it said last."""
        site = self.authority.holders[arm]
        if site != NOBODY:
            self.command(site, *self._remotes[site].said, flaw)

    def drive(self, arm: str) -> None:
        """Do all that it takes to let the site that has authority drive an arm."""
        site = self.authority.holders[arm] or SITES[0]
        self.give(arm, site)
        self.reset()
        self.become(arm, Condition.AVAILABLE)
        self.trouble(site, there=False)
        self.engage(site, arm)
        self.stand(arm)

    def engage(self, site: str, arm: str) -> None:
        """Let a site release an arm and engage it anew, with its right hand alone."""
        epoch = max((self._remotes[site].seen or {Hand.RIGHT: 0}).values())
        for engaged, newer in ((False, 1), (True, 2)):
            hand = HandCommand(arm, engaged, epoch + newer)
            self.command(site, HandCommand(epoch=epoch), hand, Flaw.NONE)

    def restart(self, site: str) -> None:
        """Let a site's console end and begin to count from zero."""
        self.pass_time(RESTART_S)
        self._remotes[site].counter = 0

    def pass_time(self, seconds: float) -> None:
        """Let time pass in one tick."""
        self.now += seconds
        self._see_gaps()
        if seconds > self.parameters.tick_limit_s:
            self._interrupt_all()
        self.supervisor.step(self.now)

    def become(self, arm: str, condition: Condition) -> None:
        """Let an arm become able to move, or not."""
        begins = condition is not self._conditions[arm]
        if begins and condition in (Condition.AVAILABLE, Condition.HOMING):
            self._touches[arm].begin_anew()
        if begins:
            self._homes[arm] = condition is Condition.HOMING and not self._stopped
        self._available[arm] = condition is Condition.AVAILABLE
        if not self._available[arm]:
            self._permitted[arm] = None
            self._strained[arm] = False
        self._conditions[arm] = condition
        self._observe(arm)

    def lead(self, arm: str, *, moves: bool) -> None:
        """Let an arm's setpoint move, or stand; a client may do that, or whatever else."""
        self._moves[arm] = moves
        self._observe(arm)

    def give(self, arm: str, site: str) -> None:
        """Give an arm to a site, or to nobody."""
        if self.authority.holders[arm] != site:
            self._permitted[arm] = None
        self.authority.holders[arm] = site
        self.pass_time(0.0)

    def stand(self, arm: str) -> None:
        """Let an arm that is to align have come to a stand."""
        if self.supervisor.verdict(arm).state is SafetyState.ALIGNING:
            self.supervisor.aligned(arm)

    def hold(self, arm: str) -> None:
        """Let somebody at the patient's side hold an arm."""
        self._permitted[arm] = None
        self._homes[arm] = False
        self.supervisor.hold(arm, LOCAL, 'a look is needed')

    def stop(self) -> None:
        """Let somebody press the emergency stop."""
        self._stop()
        self.supervisor.stop(self.now, LOCAL, 'pressed')

    def reset(self) -> None:
        """Reset the emergency stop."""
        if self._stopped:
            self._strained = dict.fromkeys(ARMS, False)
        self._stopped = False
        self.supervisor.reset(self.now, LOCAL)

    def exceed(self, arm: str) -> None:
        """Let an arm's shaft leave its port."""
        self._go_beyond(arm)
        self.supervisor.measured(self.now, arm, Measure.REMOTE_CENTRE, 0.01)

    def touch(self, arm: str, newton: float) -> None:
        """Let an arm's tool touch something, for longer than contact solvers ring."""
        self.supervisor.measured(self.now, arm, Measure.FORCE, newton)
        self.pass_time(1.5 * self.parameters.force_time_s)
        if self._touches[arm].is_too_much(newton):
            self._go_beyond(arm)
        self.supervisor.measured(self.now, arm, Measure.FORCE, newton)

    def pause_simulator(self) -> None:
        """Let the simulator stand for a tick."""
        self._interrupt_all()
        self.supervisor.simulator_reported(self.now, 'paused', math.nan)
        self.supervisor.step(self.now)
        self.supervisor.simulator_reported(self.now, 'running', 1.0)

    def trouble(self, site: str, *, there: bool) -> None:
        """Let a site say that its device is gone, or well again."""
        self._remotes[site].troubled = there
        if there:
            self._interrupt(site)
        self.supervisor.device_reported(site, 'unplugged' if there else '')

    # The judge.

    def moving(self) -> list[str]:
        """Return the arms that a hand may move now."""
        return [a for a in ARMS if self.supervisor.verdict(a).motion is Motion.TELEOPERATED]

    def wrongs(self) -> list[str]:
        """Return in words what the supervisor lets happen and must not."""
        found = []
        for arm in self.moving():
            permitted = self._permitted[arm]
            local = self.supervisor.verdict(arm).state is SafetyState.LOCAL
            if permitted is None:
                found.append(f'{arm} moves and nobody may move it')
            elif self._stopped or not self._available[arm]:
                found.append(f'{arm} moves and must not')
            elif permitted[0] != self.authority.holders[arm]:
                found.append(f'{arm} is moved by {permitted[0]} without authority')
            elif local != (permitted[0] == LOCAL):
                found.append(f'{arm} is moved by {permitted[0]} in the wrong state')
        for arm, strained in self._strained.items():
            if strained and self.supervisor.verdict(arm).motion is Motion.LOCAL:
                found.append(f'{arm} may be moved by clients though it passed a limit')
        for arm, homes in self._homes.items():
            if not homes and self.supervisor.verdict(arm).motion is Motion.HOMING:
                found.append(f'{arm} goes home and must not')
        return found

    def _observe(self, arm: str) -> None:
        condition = self._conditions[arm]
        self.supervisor.observe(arm, condition, condition.name.lower(), moves=self._moves[arm])

    def _stop(self) -> None:
        self._stopped = True
        self._homes = dict.fromkeys(ARMS, False)
        self._interrupt_all()

    def _go_beyond(self, arm: str) -> None:
        self._permitted[arm] = None
        self._homes[arm] = False
        if self._moves[arm] and self._available[arm] and not self._stopped:
            self._strained[arm] = True

    def _account(self, site: str, command: TeleopCommand, flaw: Flaw) -> None:
        remote = self._remotes[site]
        self._see_gaps()
        if flaw is Flaw.STOP:
            self._stop()
        if flaw is Flaw.FUTURE:  # it is not even counted
            self._interrupt(site)
            return
        number, stamp_ns = remote.newest or (-1, 0)
        if command.sequence <= number:
            if command.stamp_ns - stamp_ns < RESTARTED_NS:
                return  # overtaken
            remote.seen = None  # started again
        remote.newest = command.sequence, command.stamp_ns
        hands = {Hand.LEFT: command.left, Hand.RIGHT: command.right}
        seen = remote.seen
        anew = {h: seen is not None and c.epoch > seen[h] for h, c in hands.items()}
        remote.seen = {
            h: c.epoch if seen is None else max(seen[h], c.epoch) for h, c in hands.items()
        }
        remote.arrived = self.now
        if remote.troubled or flaw in (Flaw.LATE, Flaw.LEAP, Flaw.ABSENT):
            self._interrupt(site)
            return
        for arm in ARMS:
            if self.authority.holders[arm] != site:
                continue
            asking = [hand for hand, asked in hands.items() if asked.arm == arm]
            if len(asking) != 1 or not hands[asking[0]].engaged:
                self._permitted[arm] = None
                continue
            wanted = (site, asking[0], hands[asking[0]].epoch)
            if anew[asking[0]] and self._available[arm] and not self._stopped:
                self._permitted[arm] = wanted
                self._strained[arm] = False
                self._touches[arm].begin_anew()
            elif self._permitted[arm] != wanted:
                self._permitted[arm] = None

    def _see_gaps(self) -> None:
        for site, remote in self._remotes.items():
            limit = self.parameters.command_gap_limit_s
            if remote.arrived is not None and self.now - remote.arrived > limit:
                self._interrupt(site)

    def _interrupt(self, site: str) -> None:
        for arm, holder in self.authority.holders.items():
            if holder == site:
                self._permitted[arm] = None

    def _interrupt_all(self) -> None:
        self._permitted = dict.fromkeys(ARMS)


def _placed(hand: HandCommand, T: Array) -> HandCommand:
    return HandCommand(hand.arm, hand.engaged, hand.epoch, T, hand.jaw)
