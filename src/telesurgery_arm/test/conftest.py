"""The robot as it ships, and a rig that runs it against a plant that follows at once."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from telesurgery_arm.description import RobotDescription, Scope
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import pose, rotation_from_vector
from telesurgery_core.types import HandCommand, JointSample, TeleopCommand
from telesurgery_safety.parameters import SafetyParameters

sys.path.insert(0, str(Path(__file__).parent))  # modules that several tests share

TICK = 0.002
ANY_JUMP = {'setpoint_jump_limit_m': 1.0, 'setpoint_turn_limit_rad': 3.2}
"""Most tests ask for a pose at once, to see what the arms make of it; few look at jumps."""


@pytest.fixture(scope='session')
def robot_description(workspace):
    return RobotDescription.load(workspace / 'config' / 'arms.yaml')


@pytest.fixture(scope='session')
def psm(robot_description):
    return robot_description.models['PSM']


@pytest.fixture(scope='session')
def ecm(robot_description):
    return robot_description.models['ECM']


@pytest.fixture(scope='session')
def make_rig(robot_description):
    """Return a rig that begins at joint positions zero; keywords are its parameters."""

    def make(*, arms=None, safety=None, scope='straight'):
        endoscope = replace(robot_description.arms['ECM'], scope=Scope(scope))
        description = replace(robot_description, arms={**robot_description.arms, 'ECM': endoscope})
        limits = SafetyParameters(**{**ANY_JUMP, **(safety or {})})
        return Rig(description, ArmsParameters(**(arms or {})), limits)

    return make


@pytest.fixture(scope='session')
def make_ready(make_rig):
    """Return a rig whose arms stand at home, where the tools are in the patient, and are ready."""

    def make(**parameters):
        rig = make_rig(**parameters)
        for name in rig.description.arms:
            home = rig.description.model_of(name).home
            start = rig.description.joint_slice(name).start
            rig.joints[start : start + len(home)] = home
        return rig.run(2 * rig.tick)

    return make


@pytest.fixture
def rig(make_ready):
    """A rig whose arms are ready."""
    return make_ready()


class Rig:
    """A robot whose joints are where they were told to be, and a console that counts commands."""

    tick = TICK

    def __init__(self, description, parameters, safety):
        self.description = description
        self.robot = Robot(description, parameters, safety)
        self.joints = np.zeros(len(description.joint_names))
        self.now = 5.0
        self.sequence = 0
        self.plant_lives = True
        self.path = []
        """Every tick's targets."""

    def run(self, seconds=TICK):
        """Let time pass, tick by tick."""
        for _ in range(max(1, round(seconds / TICK))):
            self.now += TICK
            stamp = int(self.now * 1e9)
            sample = JointSample(stamp, self.joints.copy(), np.zeros_like(self.joints))
            targets = self.robot.step(self.now, sample if self.plant_lives else None)
            if targets is not None:
                self.joints = np.array(targets)
                self.path.append(self.joints)
        return self

    def settle(self):
        """Run until nothing moves any more."""
        before = None
        while before is None or (self.joints != before).any():
            before = self.joints
            self.run()
        return self

    def drive(self, right=None, left=None):
        """Let the hands ask for the same, again and again, until nothing moves any more."""
        before = None
        while before is None or (self.joints != before).any():
            before = self.joints
            self.send(right, left)
            self.run(0.01)
        return self

    def arm(self, name='PSM1'):
        return self.robot.arm(name)

    def state(self, name='PSM1'):
        return self.robot.supervisor.verdict(name).state.value

    def tip_in_view(self, name='PSM1'):
        return self.robot.frames.T_base_rcm(name) @ self.arm(name).tip()

    @staticmethod
    def hand(name='PSM1', epoch=1, p=(0, 0, 0), v=(0, 0, 0), *, engaged=True, jaw=0.0):
        """What a hand asks for: to be moved by ``p`` [m] and turned by the vector ``v`` [rad]."""
        return HandCommand(name, engaged, epoch, pose(rotation_from_vector(v), p), jaw)

    def command(self, right=None, left=None, *, sequence=None, age_s=0.02):
        """Return the console's next command."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        stamp = int((self.now - age_s) * 1e9)
        return TeleopCommand(stamp, sequence, left or HandCommand(), right or HandCommand())

    def deliver(self, command):
        return self.robot.teleoperate(self.now, command, int(self.now * 1e9))

    def send(self, right=None, left=None, **how):
        return self.deliver(self.command(right, left, **how))

    def engage(self, name='PSM1', epoch=1, jaw=0.0):
        """Let the right hand engage an arm that is ready for it."""
        self.send(self.hand(name, epoch - 1, engaged=False))
        self.run()
        self.send(self.hand(name, epoch, jaw=jaw))
        return self.run(0.01)
