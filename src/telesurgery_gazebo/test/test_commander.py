"""Joint controllers are told what changed, and that they are to stand when targets stop."""

import numpy as np
import pytest

from telesurgery_gazebo.classic.commander import JointCommander
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.joint_control import ControlledJoints, Gains
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.target_commander import REFRESH_S
from telesurgery_gazebo.target_velocity import SILENCE_S
from telesurgery_gazebo.transport.messages import JointCmd, StringMsg


class FakeGazebo:
    """What a client of gz-transport sees of Gazebo's joint controllers."""

    def __init__(self, known_after=0, deaf=()):
        self.sent: list[list[JointCmd]] = []
        self.stiffness: dict[str, float] = {}
        self.questions = 0
        self._known_after = known_after
        self._deaf = deaf
        self.listens = True
        self.takes_after = 0

    def advertise(self, topic, message_type):
        self.topic = topic

    def wait_for_subscriber(self, topic, timeout_s):
        return self.listens

    def publish(self, topic, message_type, payloads):
        commands = [JointCmd.FromString(bytes(payload)) for payload in payloads]
        self.sent.append(commands)
        for command in commands:
            if command.position.HasField('p_gain_optional') and command.name not in self._deaf:
                self.stiffness[command.name] = command.position.p_gain_optional.data

    def request(self, service, request_type, response_type, request, timeout_s):
        self.questions += 1
        name = StringMsg.FromString(request).data
        answer = JointCmd(name=name)
        if self.questions > self._known_after:
            answer.position.p_gain_optional.data = self.stiffness.get(name, 1.0)
        told = [command for sent in self.sent for command in sent if command.name == name]
        if told and self.questions > self.takes_after:
            answer.position.target_optional.data = told[-1].position.target_optional.data
            answer.velocity.target_optional.data = told[-1].velocity.target_optional.data
        return answer.SerializeToString()


@pytest.fixture
def joints(tree, robot):
    return ControlledJoints(tree, robot.joint_names)


def commander_of(gazebo, joints, robot):
    return JointCommander(gazebo, 'telesurgery', joints, Joints.of(robot).velocity)


def gains(joints, feed_forward=1.0):
    return [Gains(10.0 + index, 1.0, feed_forward) for index in range(len(joints.names))]


def test_gains_are_set_once_the_joints_are_there_and_asked_for_afterwards(joints, robot):
    gazebo = FakeGazebo(known_after=5)
    commander_of(gazebo, joints, robot).set_gains(gains(joints), 5.0)
    assert gazebo.topic == '/telesurgery/joint_cmd'
    assert gazebo.stiffness['telesurgery::PSM1_yaw'] == 10.0
    assert len(gazebo.stiffness) == 28
    assert len(gazebo.sent) == 1


def test_a_joint_that_does_not_take_its_gains_is_named(joints, robot):
    gazebo = FakeGazebo(deaf=('telesurgery::ECM_roll',))
    with pytest.raises(SimulatorError, match='telesurgery::ECM_roll'):
        commander_of(gazebo, joints, robot).set_gains(gains(joints), 0.2)


def test_controllers_that_do_not_listen_are_reported(joints, robot):
    gazebo = FakeGazebo()
    gazebo.listens = False
    with pytest.raises(SimulatorError, match='nobody listens to /telesurgery/joint_cmd'):
        commander_of(gazebo, joints, robot).set_gains(gains(joints), 0.2)


def test_a_moving_target_is_sent_with_its_speed_and_that_of_the_friction(joints, robot):
    gazebo = FakeGazebo()
    commander = commander_of(gazebo, joints, robot)
    commander.set_gains(gains(joints, feed_forward=1.25), 5.0)
    speed = np.zeros(25)
    speed[robot.joint_names.index('PSM1_jaw')] = 0.4
    for tick in range(20):
        commander.command(speed * 0.002 * tick, 0.002 * tick)
    moved = {command.name: command for command in gazebo.sent[-1]}
    assert set(moved) == {'telesurgery::PSM1_jaw', 'telesurgery::PSM1_jaw_mimic'}
    jaw, mimic = moved['telesurgery::PSM1_jaw'], moved['telesurgery::PSM1_jaw_mimic']
    assert jaw.position.target_optional.data == pytest.approx(0.4 * 0.038)
    assert jaw.velocity.target_optional.data == pytest.approx(1.25 * 0.4)
    assert mimic.velocity.target_optional.data == pytest.approx(-1.25 * 0.4)


def test_joints_are_told_to_stand_when_the_targets_stop(joints, robot):
    gazebo = FakeGazebo()
    commander = commander_of(gazebo, joints, robot)
    target = np.zeros(25)
    for tick in range(10):
        target = target + 1e-4
        commander.command(target, 0.002 * tick)
    commander.rest(0.018 + 0.5 * SILENCE_S)
    count = len(gazebo.sent)
    commander.rest(0.018 + 1.1 * SILENCE_S)
    assert len(gazebo.sent) == count + 1
    assert all(command.velocity.target_optional.data == 0.0 for command in gazebo.sent[-1])
    assert len(gazebo.sent[-1]) == 28
    commander.rest(0.018 + 1.2 * SILENCE_S)
    assert len(gazebo.sent) == count + 1  # once is enough


def test_everything_is_repeated_now_and_then(joints, robot):
    gazebo = FakeGazebo()
    commander = commander_of(gazebo, joints, robot)
    commander.command(np.full(25, 0.1), 0.0)
    commander.command(np.full(25, 0.1), 0.002)
    assert gazebo.sent[-1] == []
    commander.rest(1.1 * REFRESH_S)
    assert len(gazebo.sent[-1]) == 28
    assert gazebo.sent[-1][0].position.target_optional.data == 0.1


def test_settled_are_the_targets_that_the_last_joint_of_a_message_has(joints, robot):
    gazebo = FakeGazebo()
    commander = commander_of(gazebo, joints, robot)
    commander.settle()  # nothing was commanded, nobody is asked
    assert gazebo.questions == 0
    commander.command(np.full(25, 0.1), 0.0)
    gazebo.takes_after = 3
    commander.settle()
    assert gazebo.questions == 4
    commander.settle()
    assert gazebo.questions == 4


class SlowGazebo(FakeGazebo):
    """Controllers that take one message after the other, one whenever they are asked."""

    def __init__(self):
        super().__init__()
        self.waiting = []
        self.taken: dict[str, JointCmd] = {}

    def publish(self, topic, message_type, payloads):
        self.waiting += [JointCmd.FromString(bytes(payload)) for payload in payloads]

    def request(self, service, request_type, response_type, request, timeout_s):
        if self.waiting:
            command = self.waiting.pop(0)
            self.taken[command.name] = command
        name = StringMsg.FromString(request).data
        return self.taken.get(name, JointCmd(name=name)).SerializeToString()


@pytest.mark.parametrize(
    ('moved', 'name'), [(0.1, 'PSM1_yaw'), (0.2, 'PSM1_jaw'), (0.1, 'ECM_roll')]
)
def test_settled_are_all_that_moved_though_all_are_repeated(joints, robot, moved, name):
    gazebo = SlowGazebo()
    commander = commander_of(gazebo, joints, robot)
    target = np.full(25, 0.1)
    commander.command(target, 0.0)
    commander.settle()
    target = target.copy()
    target[robot.joint_names.index(name)] += moved
    commander.command(target, 1.1 * REFRESH_S)  # that long after: every joint is told
    commander.settle()
    assert gazebo.waiting == []


def test_settled_is_a_joint_that_is_only_to_stand_where_it_is(joints, robot):
    gazebo = SlowGazebo()
    commander = commander_of(gazebo, joints, robot)
    for tick in range(3):
        commander.command(np.full(25, 0.001 * tick), 0.002 * tick)
    commander.settle()
    commander.rest(0.004 + 1.1 * SILENCE_S)  # the same positions, without speed
    assert gazebo.waiting
    commander.settle()
    assert gazebo.waiting == []
