"""gz-sim is told targets in one message for all joints, and read as its systems publish."""

import numpy as np
import pytest
import yaml

from telesurgery_core.transforms import quaternion_from_rotation
from telesurgery_gazebo.errors import SimulatorError, WireError
from telesurgery_gazebo.gz.commander import TrajectoryCommander
from telesurgery_gazebo.gz.messages import (
    Boolean,
    JointTrajectory,
    Model,
    PoseV,
    Stamped,
    WorldControl,
)
from telesurgery_gazebo.gz.states import JointStates, LinkPoses, sim_time_of
from telesurgery_gazebo.gz.systems import write_systems
from telesurgery_gazebo.gz.trajectory import TrajectoryMessage
from telesurgery_gazebo.gz.world import WorldControls
from telesurgery_gazebo.joint_control import ControlledJoints, Gains
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.target_commander import REFRESH_S
from telesurgery_gazebo.target_velocity import SILENCE_S


class FakeClient:
    """What a client of gz-transport sees of gz-sim."""

    def __init__(self, answer=True, listens=True):
        self.sent: list[JointTrajectory] = []
        self.asked: list[WorldControl] = []
        self._answer, self._listens = answer, listens

    def advertise(self, topic, message_type):
        self.topic = topic

    def wait_for_subscriber(self, topic, timeout_s):
        return self._listens

    def publish(self, topic, message_type, payloads):
        self.sent += [JointTrajectory.FromString(payload) for payload in payloads]

    def request(self, service, request_type, response_type, request, timeout_s):
        self.service = service
        self.asked.append(WorldControl.FromString(request))
        return Boolean(data=self._answer).SerializeToString()


@pytest.fixture
def joints(tree, robot):
    return ControlledJoints(tree, robot.joint_names)


def commander_of(client, joints, robot):
    feed_forward = np.full(len(joints.names), 1.5)
    return TrajectoryCommander(
        client, 'telesurgery', joints, Joints.of(robot).velocity, feed_forward
    )


def test_a_message_holds_the_joints_with_their_positions_and_velocities():
    message = TrajectoryMessage(['a', 'b', 'c'])
    for position, velocity in (([1.0, -2.0, 0.0], [0.0, 0.5, 4.0]), ([0.0] * 3, [0.0] * 3)):
        read = JointTrajectory.FromString(message.of(np.array(position), np.array(velocity)))
        assert list(read.joint_names) == ['a', 'b', 'c']
        (point,) = read.points
        assert (list(point.positions), list(point.velocities)) == (position, velocity)


def test_a_moving_target_is_told_with_its_velocity_and_then_that_it_stands(joints, robot):
    client = FakeClient()
    commander = commander_of(client, joints, robot)
    assert client.topic == '/model/telesurgery/joint_trajectory'
    column = robot.joint_names.index('PSM1_jaw')
    target = np.zeros(25)
    for tick in range(10):
        target = target.copy()
        target[column] += 0.001
        commander.command(target, 0.002 * tick)
    (point,) = client.sent[-1].points
    follower = joints.names.index('PSM1_jaw_mimic')
    assert point.positions[column] == pytest.approx(0.01)
    assert point.positions[follower] == pytest.approx(-0.01)
    assert point.velocities[column] == pytest.approx(0.5 * 1.5)
    assert point.velocities[follower] == pytest.approx(-0.5 * 1.5)
    commander.rest(0.018 + SILENCE_S / 2)
    assert len(client.sent) == 10
    commander.rest(0.018 + 2 * SILENCE_S)
    (point,) = client.sent[-1].points
    assert point.positions[column] == pytest.approx(0.01)
    assert not np.any(point.velocities)


def test_standing_targets_are_repeated_and_forgotten_ones_are_zero(joints, robot):
    client = FakeClient()
    commander = commander_of(client, joints, robot)
    commander.command(np.full(25, 0.1), 0.0)
    commander.rest(2 * SILENCE_S)
    assert len(client.sent) == 1
    commander.rest(2 * REFRESH_S)
    assert len(client.sent) == 2
    assert client.sent[1].points[0].positions[0] == 0.1
    commander.forget()
    commander.rest(2 * REFRESH_S)
    assert not np.any(client.sent[2].points[0].positions)


def test_a_controller_that_does_not_listen_is_named(joints, robot):
    commander = commander_of(FakeClient(listens=False), joints, robot)
    with pytest.raises(SimulatorError, match='nobody listens to /model/telesurgery/joint_traj'):
        commander.wait_for_controller(0.1)


def model_of(names, positions, sec=3, nsec=500_000_000):
    """Return what JointStatePublisher says: proto3 leaves out what is zero."""
    model = Model()
    for name, position in zip(names, positions, strict=True):
        joint = model.joint.add(name=name)
        if position:
            joint.axis1.position = position
    header = b'\x0a' + bytes([len(stamp := stamped(sec, nsec))]) + stamp
    return header + model.SerializeToString()


def stamped(sec, nsec):
    """Return a header with a stamp, as bytes."""
    message = Stamped()
    message.header.stamp.sec, message.header.stamp.nsec = sec, nsec
    return message.header.SerializeToString()


def test_joint_states_are_read_in_our_order_with_the_mean_velocity():
    states = JointStates(('b', 'a'))
    first = model_of(('a', 'b', 'other'), (0.0, 0.5, 9.0))
    assert sim_time_of(first) == 3.5
    sample = states.sample(first, 3.5, 7)
    assert sample.stamp_ns == 7
    np.testing.assert_array_equal(sample.position, (0.5, 0.0))
    np.testing.assert_array_equal(sample.velocity, (0.0, 0.0))
    sample = states.sample(model_of(('a', 'b'), (0.1, 0.5)), 3.6, 8)
    np.testing.assert_allclose(sample.velocity, (0.0, 1.0))


def test_another_model_and_rubbish_are_no_joint_states():
    with pytest.raises(SimulatorError, match="no joint 'b'"):
        JointStates(('a', 'b')).sample(model_of(('a',), (1.0,)), 0.0, 0)
    for read in (sim_time_of, lambda data: JointStates(()).sample(data, 0.0, 0)):
        with pytest.raises(WireError):
            read(b'\xff\xff rubbish')


def test_watched_links_are_told_in_the_world(tree, robot):
    positions = np.linspace(0.1, 0.2, 25)
    poses = tree.link_poses(dict(zip(robot.joint_names, positions.tolist(), strict=True)))
    message = PoseV()
    for name, T in [('telesurgery', np.eye(4)), *poses.items()]:
        item = message.pose.add(name=name if name == 'telesurgery' else f'telesurgery::{name}')
        item.position.x, item.position.y, item.position.z = T[:3, 3]
        q = item.orientation
        q.x, q.y, q.z, q.w = quaternion_from_rotation(T[:3, :3])
    message.pose[0].position.z = 1.0  # the model stands a metre higher
    message.pose[0].header.stamp.sec = 3
    sim_time_s, links = LinkPoses('telesurgery', ('_roll_link',)).read(message.SerializeToString())
    assert sim_time_s == 3.0
    assert {link.name for link in links} == {f'{arm}_roll_link' for arm in robot.arms}
    for link in links:
        expected = poses[link.name].copy()
        expected[2, 3] += 1.0
        np.testing.assert_allclose(link.T_world_link, expected, atol=1e-9)


def test_the_world_is_paused_stepped_and_reset():
    client = FakeClient()
    world = WorldControls(client, 'room')
    world.pause(True)
    world.step(2)
    world.reset(paused=False)
    assert client.service == '/world/room/control'
    pause, step, reset = client.asked
    assert (pause.pause, pause.multi_step) == (True, 0)
    assert (step.pause, step.multi_step) == (True, 2)  # without the pause it would run on
    assert (reset.pause, reset.reset.all) == (False, True)


def test_a_world_that_refuses_says_what():
    with pytest.raises(SimulatorError, match='refuses pause: true multi_step: 3; allowed'):
        WorldControls(FakeClient(answer=False), 'room').step(3)


def test_the_systems_are_told_the_gains_in_the_controllers_order(tmp_path):
    file = tmp_path / 'systems.yaml'
    write_systems(file, ['b', 'a'], [Gains(1.0, 2.0), Gains(3.0, 4.0)], Reporting(250.0, 50.0))
    told = yaml.safe_load(file.read_text())
    assert told['joints'] == [
        {'name': 'b', 'stiffness': 1.0, 'damping': 2.0},
        {'name': 'a', 'stiffness': 3.0, 'damping': 4.0},
    ]
    assert told['link_rate_hz'] == 50.0
