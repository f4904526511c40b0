"""One case in virtual time: a session in which something fails at a random moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from faults_study.cases import Case
from faults_study.hands import STOPPING_S, Operator, swings
from faults_study.injuries import Arms, Console, Device, Motion, Simulator
from faults_study.measures import ArmMotion, arm_motion, farthest
from faults_study.session import FaultSession
from faults_study.tips import DRIVEN
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import OperatingState
from telesurgery_gazebo.lockstep import LockstepPlant
from telesurgery_virtual.configuration_files import load_configuration

LINK = 'rome_beijing'
LEAST_M_S, MOST_M_S = 0.04, 0.1
"""Range of the tips' greatest speeds."""
BEFORE_S = (0.4, 1.4)
"""When it fails, after the hands have begun to swing."""
WAY_BACK = {
    OperatingState.ENABLED: (),
    OperatingState.PAUSED: ('resume',),
    OperatingState.DISABLED: ('enable', 'home'),
    OperatingState.FAULT: ('enable', 'home'),
}
"""What the patient's side does before the operator can engage again."""
SURGEONS = (Console, Device, Motion)
"""What fails where commands are made: what the hands are meant to do is then told by a twin."""
AFTER_S = 0.6
"""How long the hands go on to swing when the fault is over."""


@dataclass(frozen=True)
class Finding:
    """What came of one run."""

    case: str
    seed: int
    arms: dict[str, ArmMotion]
    others_m: float
    """Farthest that a tip has gone that nobody drives."""
    delay_s: float
    """Of the link, one way, before the fault."""
    told_s: float | None
    """When the operator was told why, after the fault."""
    told: str
    overdue_s: float
    """From the moment that the gap was too long to the hold; NaN: it was no gap."""
    jump_m: float
    """How far the tips went when the operator engaged again, his hands still."""
    follows: bool
    """Whether the arms follow after that."""
    void_runs: int = 0
    """Runs before it that said nothing, because real time failed the machine."""


def run(case: Case, config: Path, seed: int, plant: LockstepPlant | None = None) -> Finding:
    """Play a case; the same seed gives the same run to the bit.

    ``plant``: a Gazebo that is stepped, and goes on from where the last run has left it.
    """
    assert case.virtual is not None
    rng = np.random.default_rng(seed)
    session = _ready(config, seed, rng, plant)
    operator = session.operator
    operator.present = True
    session.run(0.3)
    operator.swinging = True
    session.run(rng.uniform(*BEFORE_S))
    fault_at, known = session.now, len(session.log.words)
    if isinstance(case.virtual, SURGEONS):
        session.keep_a_twin()
    case.virtual.begin(session, rng)
    session.run(case.lasts_s)
    case.virtual.end(session)
    session.run(AFTER_S)
    act_at = session.now
    jump, follows = _act(session)
    delay_s = session.configuration.link.surgeon_to_patient.least_delay_ms * 1e-3
    gone = isinstance(case.virtual, Arms) or (
        isinstance(case.virtual, Simulator) and case.virtual.dead
    )
    arms = {
        arm: arm_motion(
            session,
            hand,
            fault_at,
            act_at,
            delay_s + case.longest_delay_s,
            gone=gone,
            slow=case.body_is_slow or plant is not None,
        )
        for hand, arm in DRIVEN.items()
    }
    words = session.log.words[known:]
    begin = int(np.searchsorted(session.log.now, fault_at))
    tips = session.tips(np.array(session.log.joints[begin:]))
    return Finding(
        case.name,
        seed,
        arms,
        max(farthest(tips[arm]) for arm in session.arms if arm not in DRIVEN.values()),
        delay_s,
        words[0].at - fault_at if words else None,
        f'{words[0].by}: {words[0].text}' if words else '',
        _overdue(session, arms, fault_at, [word.text for word in words]),
        jump,
        follows,
    )


def load_mapping_of_masters(config: Path) -> PoseMapping:
    """Return the mapping of masters that have poses, as shipped."""
    return load_yaml(PoseMapping, config / 'devices' / 'pose.yaml')


@cache
def _prepared(config: Path) -> FaultSession:
    """Return a session whose arms are homed; homing is the same whatever comes after."""
    plain = replace(load_configuration(config, link='none'), guarding=GuardingDescription())
    session = FaultSession(Operator({}, load_mapping_of_masters(config)), plain)
    session.make_ready(*session.arms)
    return session


def _ready(
    config: Path, seed: int, rng: np.random.Generator, plant: LockstepPlant | None
) -> FaultSession:
    # The fixtures have tests of their own, and take half of the time.
    configuration = replace(
        load_configuration(config, link=LINK, seed=seed), guarding=GuardingDescription()
    )
    mapping = load_mapping_of_masters(config)
    operator = Operator(swings(rng, configuration.motion.scale, LEAST_M_S, MOST_M_S), mapping)
    if plant is None:
        session = FaultSession(operator, configuration)
        session.adopt(_prepared(config))
    else:
        session = FaultSession(operator, configuration, plant.time_s, plant)
        session.make_ready(*session.arms)
        _home(session)
    session.run(0.4)  # the two gateways agree on a key; nobody is present
    return session


def _home(session: FaultSession) -> None:
    """Lead the arms home from wherever the last run has left them."""
    for arm in session.arms:
        for command in ('unhome', 'home'):
            session.robot.command_state(arm, command, session.now)
    session.make_ready(*session.arms)


def _act(session: FaultSession) -> tuple[float, bool]:
    """Let the operator engage again; return how far the tips jumped, and whether they follow."""
    operator = session.operator
    operator.swinging = False
    for arm in session.arms:
        for command in WAY_BACK[session.robot.arm(arm).state]:
            session.robot.command_state(arm, command, session.now)
    session.run(2.0 * STOPPING_S)
    operator.clutch, operator.present = True, False
    session.run(0.1)
    operator.present = True
    session.run(0.1)
    before = len(session.log.now)
    operator.clutch = False
    session.run(0.25)
    after = len(session.log.now)
    operator.swinging = True
    session.run(0.35)
    tips = session.tips(np.array(session.log.joints[before:]))
    driven = [tips[arm] for arm in DRIVEN.values()]
    jump = max(farthest(p[: after - before]) for p in driven)
    follows = min(farthest(p[after - before :]) for p in driven) > 1e-3
    return jump, follows


def _overdue(
    session: FaultSession, arms: dict[str, ArmMotion], fault_at: float, words: list[str]
) -> float:
    held = min((arm.held_s for arm in arms.values() if arm.held_s is not None), default=None)
    if held is None or not any('no command for' in word for word in words):
        return float('nan')
    held_at = fault_at + held
    accepted = [at for at in session.log.accepted_at if at < held_at]
    limit = session.configuration.safety.command_gap_limit_s
    return held_at - (accepted[-1] + limit)
