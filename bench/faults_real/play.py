"""Cases among real processes, one after another in one session that is mended in between."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faults_study.cases import Case
from faults_study.hands import swings
from faults_study.measures import ArmMotion, Commanded, farthest, path, uncommanded
from faults_study.real_fault import What
from faults_study.session import DRIVEN, tips_of
from faults_study.virtual import LEAST_M_S, MOST_M_S, Finding

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


@dataclass
class Play:
    """A running session with everything that is needed to break it."""

    stage: Stage
    witness: Witness
    hardware: Hardware
    injuries: Injuries
    robot: RobotDescription
    scale: float

    def engage(self) -> None:
        """Bring every arm back and let the operator engage anew; TimeoutError if in vain."""
        # Nobody is present while the hands go back to where their swings begin.
        self.hardware.present = self.hardware.swinging = False
        self.until(lambda: not self.any_follows())
        self.hardware.rest()
        deadline = time.monotonic() + DEADLINE_S
        while not self._following():
            if time.monotonic() > deadline:
                raise TimeoutError(f'not following within {DEADLINE_S:g} s: {self._states()}')
            self._way_back()
            self.hardware.present = False
            time.sleep(0.4)
            self.hardware.present = True
            _wait(self._following, 1.0)

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition; TimeoutError if in vain."""
        if not _wait(condition, DEADLINE_S):
            raise TimeoutError(f'not within {DEADLINE_S:g} s: {self._states()}')

    def any_follows(self) -> bool:
        """Return whether a driven arm follows its hand, as the supervisor says."""
        return any(state == 'following' for state in self._states().values())

    def _states(self) -> dict[str, str]:
        return {arm: self.witness.state(arm) for arm in DRIVEN.values()}

    def _way_back(self) -> None:
        states = {self.witness.state(arm) for arm in ('PSM1', 'PSM2', 'PSM3', 'ECM')}
        if states & {'fault', 'disabled'}:
            for command in ('enable', 'resume', 'home'):  # what does not apply is refused
                self.injuries.command_state(command)
                time.sleep(0.1)

    def _following(self) -> bool:
        return all(state == 'following' for state in self._states().values())


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
    while remaining:
        with running_session(workspace, sim, rng, control_rate_hz, light=light) as session:
            try:
                session.engage()
                while remaining:
                    case = remaining.pop(0)
                    finding = _one(session, case, seed, rng)
                    yield case, finding
                    if not finding.follows or case.real.what is What.KILL:
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
    ):
        injuries = Injuries(stage, witness, hardware, LINK)
        yield Play(stage, witness, hardware, injuries, robot, scale)


def _one(session: Play, case: Case, seed: int, rng: np.random.Generator) -> Finding:
    assert case.real is not None
    witness, hardware = session.witness, session.hardware
    session.engage()
    witness.forget()
    hardware.rest()
    _wait(lambda: len(witness.joints) > 20, DEADLINE_S)
    hardware.swinging = True
    time.sleep(rng.uniform(*BEFORE_S))
    known = len(witness.words)
    fault_at = time.monotonic()
    with session.injuries.inflict(case.real):
        time.sleep(max(case.lasts_s, 0.7))
    time.sleep(AFTER_S)
    act_at = time.monotonic()
    hardware.swinging = False
    where = list(hardware.where)
    joints, states = list(witness.joints), list(witness.states)
    words = [word for word in witness.words[known:] if word.at >= fault_at]
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
            fault_at,
            act_at,
            BACK_S + LINK_S + case.longest_delay_s,
            dead=dead,
        )
        for hand, arm in DRIVEN.items()
    }
    after = times > fault_at
    if dead:  # what a plant that is put up anew does is nobody's command
        after &= times < fault_at + case.lasts_s
    others = [farthest(tips[a][after]) for a in tips if a not in DRIVEN.values()]
    return Finding(
        case.name,
        seed,
        arms,
        max(others),
        LINK_S + case.longest_delay_s,
        words[0].at - fault_at if words else None,
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
    fault_at: float,
    act_at: float,
    back_s: float,
    *,
    dead: bool,
) -> ArmMotion:
    """Return what an arm did; its states are those that the supervisor has said, with times."""
    p0 = tips[: max(1, int(np.searchsorted(times, commanded.at[0])))].mean(axis=0)
    held = next(
        (at for at, state in states if at > fault_at and state not in ('following', 'aligning')),
        None,
    )
    if dead:
        held = fault_at
    chosen = (times >= fault_at) & (times <= act_at)
    t, p = times[chosen], tips[chosen]
    if len(t) < 3:  # no joint has been seen since
        return ArmMotion(held and held - fault_at, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ahead = np.minimum(np.searchsorted(t, t + STILL_WINDOW_S), len(t) - 1)
    moving = np.linalg.norm(p[ahead] - p, axis=1) > STILL_M_S * STILL_WINDOW_S
    last = int(np.flatnonzero(moving)[-1]) if moving.any() else 0
    rest = min(int(ahead[last]), len(t) - 1)
    rests = held is not None and t[-1] - t[rest] > STILL_WINDOW_S
    outside = uncommanded(t, p, commanded, p0, back_s, np.inf if held is None else held)
    begin = 0 if held is None else int(np.searchsorted(t, held))
    return ArmMotion(
        held_s=None if held is None else held - fault_at,
        rest_s=float(t[rest]) - fault_at if rests else None,
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
