"""Cases among real processes, one after another in one session that is mended in between."""

from __future__ import annotations

import contextlib
import functools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from faults_study.cases import Case
from faults_study.hands import swings
from faults_study.measures import ArmMotion, Commanded, farthest, path, uncommanded
from faults_study.real_fault import RealFault, What
from faults_study.session import DRIVEN, tips_of
from faults_study.virtual import LEAST_M_S, MOST_M_S, Finding

from faults_real.bystander import Bystander
from faults_real.hardware import Hardware
from faults_real.injuries import Injuries
from faults_real.stage import Stage
from faults_real.witness import Witness
from telesurgery_arm.description import RobotDescription
from telesurgery_bringup.reservations import Reservations
from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_link.channels import Side
from telesurgery_motion.parameters import MotionParameters
from telesurgery_virtual.configuration_files import load_node_parameters

LINK, LINK_S = 'rome_beijing', 0.0675
BEFORE_S = (0.6, 1.4)
AFTER_S = 0.8
DEADLINE_S = 60.0
BACK_S = 0.5
"""How long a command may take to show in the joints on a busy machine, beside the link."""
STILL_M_S = 2e-3
"""A tip in Gazebo that stands trembles by less."""
STILL_WINDOW_S = 0.06
STOOD_S = 0.05
"""A machine that stood longer was itself what failed: half of the shortest limit in the stack."""
MOST_VOID_RUNS = 30
"""Of one case."""


class VoidRun(Exception):
    """A run that says nothing of its case; it is told, counted, and played again."""

    def __init__(self, reason: str, session_ended: bool = False) -> None:
        super().__init__(reason)
        self.session_ended = session_ended


@dataclass
class Play:
    """A running session with everything that is needed to break it."""

    stage: Stage
    witness: Witness
    hardware: Hardware
    injuries: Injuries
    bystander: Bystander
    robot: RobotDescription
    scale: float

    def begin(self) -> None:
        """Let the arms home and the operator engage; TimeoutError if in vain.

        Every engagement ends elsewhere than it began: without homing the arms would come to the
        walls of their workspace within a few cases, and glide along them.
        """
        self._let_go()
        for command, state in (('unhome', 'disabled'), ('home', 'ready')):
            self.injuries.command_state(command)
            _wait(functools.partial(self._all_are, state), DEADLINE_S)
        self.engage()

    def engage(self) -> None:
        """Bring every arm back and let the operator engage anew; TimeoutError if in vain."""
        self._let_go()
        deadline = time.monotonic() + DEADLINE_S
        while not self._all_are('following'):
            if time.monotonic() > deadline:
                raise TimeoutError(f'not following within {DEADLINE_S:g} s: {self._states()}')
            self._way_back()
            self.hardware.present = False
            time.sleep(0.4)
            self.hardware.present = True
            _wait(functools.partial(self._all_are, 'following'), 1.0)

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition; TimeoutError if in vain."""
        if not _wait(condition, DEADLINE_S):
            raise TimeoutError(f'not within {DEADLINE_S:g} s: {self._states()}')

    def require_that_all_follow(self, begin: float, end: float) -> None:
        """VoidRun when an arm did not follow throughout a time."""
        for said in list(self.witness.states):
            wrong = [arm for arm in DRIVEN.values() if said.states.get(arm) != 'following']
            if begin <= said.at <= end and wrong:
                state = said.states.get(wrong[0], 'unknown')
                raise VoidRun(f'{wrong[0]} was in {state} before the fault')

    def require_that_the_machine_ran(self, fault: RealFault, begin: float, end: float) -> None:
        """VoidRun when who has nothing to do with a fault could not run for too long."""
        ended = fault.what is What.KILL
        stood_s = self.bystander.longest_s(begin, end)
        if stood_s > STOOD_S:
            raise VoidRun(f'the machine itself stood for {1e3 * stood_s:.0f} ms', ended)
        times = np.array([at for at, _ in self.witness.joints])
        silent_s = float(np.diff(times[(times >= begin) & (times <= end)]).max(initial=0.0))
        if not fault.concerns_the_simulator and silent_s > STOOD_S:
            raise VoidRun(f'the simulator stood for {1e3 * silent_s:.0f} ms by itself', ended)

    def any_follows(self) -> bool:
        """Return whether a driven arm follows its hand, as the supervisor says."""
        return any(state == 'following' for state in self._states().values())

    def _let_go(self) -> None:
        """Let the operator leave; then the hands go back to where their swings begin."""
        self.hardware.present = self.hardware.swinging = False
        self.until(lambda: not self.any_follows())
        self.hardware.rest()

    def _states(self) -> dict[str, str]:
        return {arm: self.witness.state(arm) for arm in DRIVEN.values()}

    def _way_back(self) -> None:
        states = {self.witness.state(arm) for arm in ('PSM1', 'PSM2', 'PSM3', 'ECM')}
        if states & {'fault', 'disabled'}:
            for command in ('enable', 'resume', 'home'):  # what does not apply is refused
                self.injuries.command_state(command)
                time.sleep(0.1)

    def _all_are(self, state: str) -> bool:
        return all(own == state for own in self._states().values())


def play(
    cases: Sequence[Case],
    workspace: Path,
    *,
    sim: str,
    seed: int,
    control_rate_hz: float,
    light: bool,
    tell: Callable[[str], None],
) -> Iterator[tuple[Case, Finding]]:
    """Play the cases in one session; a case after which nothing follows ends the session."""
    rng = np.random.default_rng(seed)
    remaining = list(cases)
    void_runs = 0
    while remaining:
        with running_session(workspace, sim, rng, control_rate_hz, light=light) as session:
            try:
                session.engage()  # whatever it takes after the start
                while remaining:
                    case = remaining[0]
                    try:
                        finding = _one(session, case, seed, rng)
                    except VoidRun as void:
                        void_runs += 1
                        tell(f'{case.name}: void, {void}')
                        if void_runs > MOST_VOID_RUNS:
                            raise TimeoutError(f'{case.name}: {void_runs} void runs') from void
                        ended = void.session_ended
                    else:
                        yield remaining.pop(0), replace(finding, void_runs=void_runs)
                        void_runs = 0
                        ended = not finding.follows or case.real.what is What.KILL
                    if ended:
                        tell('a new session begins')
                        break
            except TimeoutError as error:
                tell(f'the session could not begin: {error}')
                for name in session.stage.names:
                    print(f'--- {name}\n{session.stage.log(name)[-1500:]}', file=sys.stderr)
                raise


@contextlib.contextmanager
def running_session(
    workspace: Path,
    sim: str,
    rng: np.random.Generator,
    control_rate_hz: float,
    *,
    light: bool = False,
) -> Iterator[Play]:
    """Start both sides; the operator's hands are those of ``rng``, and he is not present yet."""
    config = workspace / 'config'
    robot = RobotDescription.load(config / 'arms.yaml')
    scale = load_node_parameters(MotionParameters, config / 'motion.yaml').scale
    with (
        Reservations() as reservations,
        Stage(
            workspace,
            reservations,
            sim=sim,
            link=LINK,
            control_rate_hz=control_rate_hz,
            light=light,
        ) as stage,
        contextlib.closing(Witness(stage.domains, robot.joint_names)) as witness,
        contextlib.closing(
            Hardware(witness.peers[Side.SURGEON].node, swings(rng, scale, LEAST_M_S, MOST_M_S))
        ) as hardware,
        contextlib.closing(Bystander()) as bystander,
    ):
        injuries = Injuries(stage, witness, hardware, LINK)
        yield Play(stage, witness, hardware, injuries, bystander, robot, scale)


def _one(session: Play, case: Case, seed: int, rng: np.random.Generator) -> Finding:
    """Play a case once; VoidRun when it says nothing of the case."""
    assert case.real is not None
    witness, hardware = session.witness, session.hardware
    session.begin()
    witness.forget()
    hardware.rest()
    _wait(lambda: len(witness.joints) > 20, DEADLINE_S)
    hardware.swinging = True
    begun_at = time.monotonic()
    time.sleep(rng.uniform(*BEFORE_S))
    known = len(witness.words)
    struck_at = time.monotonic()
    session.require_that_all_follow(begun_at, struck_at)
    with session.injuries.inflict(case.real):
        fault_at = time.monotonic()
        time.sleep(max(case.lasts_s, 0.7))
    time.sleep(AFTER_S)
    act_at = time.monotonic()
    hardware.swinging = False
    where = list(hardware.where)
    joints, states = list(witness.joints), list(witness.states)
    if case.real.what is not What.FLOOD:  # which takes the machine's time as it is meant to
        session.require_that_the_machine_ran(case.real, begun_at, act_at)
    words = [word for word in witness.words[known:] if word.at >= struck_at]
    dead = case.real.what is What.KILL and case.real.target in ('arms', 'simulator', 'gzserver')
    jump, follows = _act(session) if not dead else (0.0, True)
    times = np.array([at for at, _ in joints])
    tips = tips_of(session.robot, np.array([q for _, q in joints]))
    arms = {
        arm: _arm(
            tips[arm],
            times,
            [(state.at, state.states.get(arm, '')) for state in states],
            _commanded(where, hand, session.scale),
            struck_at,
            fault_at,
            act_at,
            BACK_S + LINK_S + case.longest_delay_s,
            dead=dead,
        )
        for hand, arm in DRIVEN.items()
    }
    after = times > struck_at
    if dead:  # what a plant that is put up anew does is nobody's command
        after &= times < fault_at + case.lasts_s
    others = [farthest(tips[a][after]) for a in tips if a not in DRIVEN.values()]
    return Finding(
        case.name,
        seed,
        arms,
        max(others),
        LINK_S + case.longest_delay_s,
        max(words[0].at - fault_at, 0.0) if words else None,
        f'{words[0].by}: {words[0].text}' if words else '',
        float('nan'),
        jump,
        follows,
    )


def _act(session: Play) -> tuple[float, bool]:
    """Let the operator engage again; return how far the tips jumped, and whether they follow."""
    witness, hardware = session.witness, session.hardware
    hardware.present = False
    time.sleep(0.5)
    begin = len(witness.joints)
    try:
        session.engage()
    except TimeoutError:
        return 0.0, False
    time.sleep(0.3)
    after = len(witness.joints)
    hardware.swinging = True
    time.sleep(0.8)
    hardware.swinging = False
    tips = tips_of(session.robot, np.array([q for _, q in witness.joints[begin:]]))
    driven = [tips[arm] for arm in DRIVEN.values()]
    jump = max(farthest(p[: after - begin]) for p in driven)
    return jump, min(farthest(p[after - begin :]) for p in driven) > 1e-3


def _commanded(where: list[tuple[float, Array, Array]], hand: Hand, scale: float) -> Commanded:
    index = 1 if hand is Hand.LEFT else 2
    times = np.array([row[0] for row in where])
    return Commanded(times, scale * np.array([row[index] for row in where]))


def _arm(
    tips: Array,
    times: Array,
    states: list[tuple[float, str]],
    commanded: Commanded,
    struck_at: float,
    fault_at: float,
    act_at: float,
    back_s: float,
    *,
    dead: bool,
) -> ArmMotion:
    """Return what an arm did; its states are those that the supervisor has said, with times.

    The fault struck from ``struck_at`` on and was there at ``fault_at``, from where times count.
    """
    p0 = tips[: max(1, int(np.searchsorted(times, commanded.at[0])))].mean(axis=0)
    held = next(
        (at for at, state in states if at > struck_at and state not in ('following', 'aligning')),
        None,
    )
    if dead:
        held = fault_at
    chosen = (times >= struck_at) & (times <= act_at)
    t, p = times[chosen], tips[chosen]
    if len(t) < 3:  # no joint has been seen since
        return ArmMotion(held and max(held - fault_at, 0.0), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ahead = np.minimum(np.searchsorted(t, t + STILL_WINDOW_S), len(t) - 1)
    moving = np.linalg.norm(p[ahead] - p, axis=1) > STILL_M_S * STILL_WINDOW_S
    last = int(np.flatnonzero(moving)[-1]) if moving.any() else 0
    rest = min(int(ahead[last]), len(t) - 1)
    rests = held is not None and t[-1] - t[rest] > STILL_WINDOW_S
    outside = uncommanded(t, p, commanded, p0, back_s, np.inf if held is None else held)
    begin = 0 if held is None else int(np.searchsorted(t, held))
    return ArmMotion(
        held_s=None if held is None else max(held - fault_at, 0.0),
        rest_s=max(float(t[rest]) - fault_at, 0.0) if rests else None,
        path_m=path(p[: rest + 1 : 5]),
        braking_m=0.0 if held is None or dead else path(p[min(begin, rest) : rest + 1]),
        uncommanded_m=float(outside.max()) if not dead else 0.0,
        after_rest_m=farthest(p[rest:]) if rests and not dead else 0.0,
        end_speed_m_s=0.0,
    )


def _wait(condition: Callable[[], object], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
