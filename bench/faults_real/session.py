"""A session among real processes, with everything that is needed to break it."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faults_study.hands import swings
from faults_study.real_fault import RealFault, What
from faults_study.tips import DRIVEN
from faults_study.verdict import STOOD_S
from faults_study.virtual import LEAST_M_S, MOST_M_S

from faults_real.bystander import Bystander
from faults_real.hardware import Hardware
from faults_real.injuries import Injuries
from faults_real.stage import Stage
from faults_real.witness import Witness
from telesurgery_arm.description import RobotDescription
from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Side
from telesurgery_motion.parameters import MotionParameters
from telesurgery_virtual.configuration_files import load_node_parameters

LINK, LINK_S = 'rome_beijing', 0.0675
DEADLINE_S = 60.0


class VoidRunError(Exception):
    """A run that says nothing of its case; it is told, counted, and played again.

    That is one that the fault found in no motion, and one that is broken where the machine stood:
    nobody can say then which of the two broke it.
    """

    def __init__(self, reason: str, session_ended: bool = False) -> None:
        super().__init__(reason)
        self.session_ended = session_ended


@dataclass
class RealSession:
    """A running session with everything that is needed to break it."""

    stage: Stage
    witness: Witness
    hardware: Hardware
    injuries: Injuries
    bystander: Bystander
    robot: RobotDescription
    scale: float
    gives_way: bool
    """Whether the plant is masses on springs, which is what a Gazebo's joints are."""

    def begin(self) -> None:
        """Let the arms home and the operator engage; TimeoutError if in vain.

        Every engagement ends elsewhere than it began: without homing the arms would come to the
        walls of their workspace within a few cases, and glide along them.
        """
        self._let_go()
        for command, state in (('unhome', 'disabled'), ('home', 'ready')):
            self.injuries.command_state(command)
            wait_for(functools.partial(self._all_are, state), DEADLINE_S)
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
            wait_for(functools.partial(self._all_are, 'following'), 1.0)

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition; TimeoutError if in vain."""
        if not wait_for(condition, DEADLINE_S):
            raise TimeoutError(f'not within {DEADLINE_S:g} s: {self._states()}')

    def require_that_all_follow(self, begin: float, end: float) -> None:
        """VoidRunError when an arm did not follow throughout a time."""
        for said in list(self.witness.states):
            wrong = [arm for arm in DRIVEN.values() if said.states.get(arm) != 'following']
            if begin <= said.at <= end and wrong:
                state = said.states.get(wrong[0], 'unknown')
                raise VoidRunError(f'{wrong[0]} was in {state} before the fault')

    def require_that_the_machine_ran(self, fault: RealFault, begin: float, end: float) -> None:
        """VoidRunError when who has nothing to do with a fault could not run for too long."""
        ended = fault.what is What.KILL
        stood_s = self.bystander.longest_s(begin, end)
        if stood_s > STOOD_S:
            raise VoidRunError(f'the machine itself stood for {1e3 * stood_s:.0f} ms', ended)
        silent_s = self.witness.joints.longest_gap_s(begin, end)
        if not fault.concerns_the_simulator and silent_s > STOOD_S:
            raise VoidRunError(f'the simulator stood for {1e3 * silent_s:.0f} ms by itself', ended)

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


@contextlib.contextmanager
def running_session(
    workspace: Path,
    sim: str,
    rng: np.random.Generator,
    control_rate_hz: float,
    *,
    light: bool = False,
    record: bool = True,
) -> Iterator[RealSession]:
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
            record=record,
        ) as stage,
        contextlib.closing(Witness(stage.domains, robot.joint_names)) as witness,
        contextlib.closing(
            Hardware(witness.peers[Side.SURGEON].node, swings(rng, scale, LEAST_M_S, MOST_M_S))
        ) as hardware,
        contextlib.closing(Bystander()) as bystander,
    ):
        injuries = Injuries(stage, witness, hardware, LINK)
        yield RealSession(
            stage, witness, hardware, injuries, bystander, robot, scale, sim != 'loopback'
        )


def wait_for(condition: Callable[[], object], limit_s: float) -> bool:
    """Wait for a condition; return whether it came true within ``limit_s`` [s]."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
