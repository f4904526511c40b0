"""One case among real processes: it is played, and what the arms did is measured."""

from __future__ import annotations

import time

import numpy as np
from faults_study.cases import Case
from faults_study.measures import ArmMotion, Commanded, farthest
from faults_study.real_fault import RealFault, What
from faults_study.tips import DRIVEN, tips_of
from faults_study.verdict import STOOD_S, failures
from faults_study.virtual import Finding

from faults_real.arm_motion import Moments, Way, arm_motion
from faults_real.session import DEADLINE_S, LINK_S, RealSession, VoidRunError, wait_for
from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_safety.parameters import SafetyParameters

BEFORE_S = (0.6, 1.4)
AFTER_S = 0.8
BACK_S = 0.5
"""How long a command may take to show in the joints on a busy machine, beside the link."""
WAITED_FOR_S = SafetyParameters().joint_state_wait_s
"""A body that was silent for longer is waited for; then it goes on in its own way."""
FOLLOWS_M = 1e-3
"""An arm that goes so far with its hand follows."""
PLANT = ('arms', 'simulator', 'gzserver')
"""Who leaves nothing to be measured when it is killed."""


def run(session: RealSession, case: Case, seed: int, rng: np.random.Generator) -> Finding:
    """Play a case once; VoidRunError when it says nothing of the case."""
    assert case.real is not None
    witness, hardware = session.witness, session.hardware
    session.begin()
    witness.forget()
    hardware.rest()
    wait_for(lambda: len(witness.joints) > 20 and len(witness.targets) > 0, DEADLINE_S)
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
    moments = Moments(struck_at, fault_at, time.monotonic())
    hardware.swinging = False
    dead = case.real.what is What.KILL and case.real.target in PLANT
    seen = _Seen(session, moments, gone_s=case.lasts_s if dead else None)
    words = [word for word in witness.words[known:] if word.at >= struck_at]
    jump, follows = _act(session) if not dead else (0.0, True)
    stood_s = witness.joints.longest_gap_s(begun_at, moments.act_at)
    slow = case.body_is_slow or session.gives_way or stood_s > WAITED_FOR_S
    back_s = BACK_S + LINK_S + case.longest_delay_s
    finding = Finding(
        case.name,
        seed,
        {arm: seen.motion(hand, back_s, slow=slow) for hand, arm in DRIVEN.items()},
        seen.farthest_of_others(),
        LINK_S + case.longest_delay_s,
        max(words[0].at - fault_at, 0.0) if words else None,
        f'{words[0].by}: {words[0].text}' if words else '',
        float('nan'),
        jump,
        follows,
    )
    # A flood takes the machine's time as it is meant to.
    if failures(case, finding) and case.real.what is not What.FLOOD:
        seen.require_that_the_hands_went_on(case.real)
        session.require_that_the_machine_ran(case.real, begun_at, time.monotonic())
    return finding


class _Seen:
    """What was seen of a session up to now."""

    def __init__(self, session: RealSession, moments: Moments, gone_s: float | None) -> None:
        """``gone_s``: for so long after the fault [s] there was no plant, or a new one."""
        witness = session.witness
        self._moments, self._gone_s, self._scale = moments, gone_s, session.scale
        self._where = list(session.hardware.where)
        self._states = list(witness.states)
        times, joints = witness.joints.since(0)
        self._bodies = Way.of_all(session.robot, times, joints)
        times, targets = witness.targets.since(0)
        self._told = Way.of_all(session.robot, times, targets)

    def require_that_the_hands_went_on(self, fault: RealFault) -> None:
        """VoidRunError when the hands' devices, which are this program, stood by themselves."""
        stood_s = float(np.diff([at for at, *_ in self._where]).max(initial=0.0))
        if fault.what is not What.UNPLUG and stood_s > STOOD_S:
            ended = fault.what is What.KILL
            raise VoidRunError(f'the hands stood for {1e3 * stood_s:.0f} ms by themselves', ended)

    def motion(self, hand: Hand, back_s: float, *, slow: bool) -> ArmMotion:
        """Return what the arm of ``hand`` did; ``slow``: what it was told says more of it."""
        arm = DRIVEN[hand]
        return arm_motion(
            self._bodies[arm],
            self._told[arm],
            [(state.at, state.states.get(arm, '')) for state in self._states],
            _commanded(self._where, hand, self._scale),
            self._moments,
            back_s,
            dead=self._gone_s is not None,
            slow=slow,
        )

    def farthest_of_others(self) -> float:
        """Return the farthest that a tip has gone that nobody drives [m]."""
        end = np.inf  # what a plant that is put up anew does is nobody's command
        if self._gone_s is not None:
            end = self._moments.fault_at + self._gone_s
        others = [way for arm, way in self._bodies.items() if arm not in DRIVEN.values()]
        return max(farthest(way.between(self._moments.struck_at, end).p) for way in others)


def _act(session: RealSession) -> tuple[float, bool]:
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
    tips = tips_of(session.robot, witness.joints.since(begin)[1])
    driven = [tips[arm] for arm in DRIVEN.values()]
    jump = max(farthest(p[: after - begin]) for p in driven)
    return jump, min(farthest(p[after - begin :]) for p in driven) > FOLLOWS_M


def _commanded(where: list[tuple[float, Array, Array]], hand: Hand, scale: float) -> Commanded:
    index = 1 if hand is Hand.LEFT else 2
    times = np.array([row[0] for row in where])
    return Commanded(times, scale * np.array([row[index] for row in where]))
