"""Gazebo's stream of poses becomes joint states and link poses at the rates that are asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.transforms import quaternion_from_rotation
from telesurgery_gazebo.classic.framing import FrameReader
from telesurgery_gazebo.classic.link_states import LinkStateReader, sim_time_of
from telesurgery_gazebo.classic.messages import PosesStamped
from telesurgery_gazebo.classic.state_stream import StateStream
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.rates import Metronome, Reporting

WATCHED = ('_roll_link', '_wrist_yaw_link')


@pytest.fixture(scope='module')
def joints(robot):
    return Joints.of(robot)


@pytest.fixture(scope='module')
def stream(tree, joints):
    return lambda: StateStream(tree, joints.names, Reporting(watched_links=WATCHED))


@pytest.fixture(scope='module')
def said(tree, joints):
    """The message of Gazebo with the robot at a position, and perhaps other models around it."""

    def message(time_ns, position=None, others=()):
        message = PosesStamped()
        message.time.sec, message.time.nsec = divmod(time_ns, 1_000_000_000)
        if position is not None:
            poses = tree.link_poses(dict(zip(joints.names, position, strict=True)))
            links = ['cart', *(joint.child for joint in tree.joint_of.values())]
            named = [('telesurgery', np.eye(4))]
            named += [(f'telesurgery::{link}', poses[link]) for link in links]
            named += [('telesurgery::ECM_roll_link::lamp', np.eye(4))]
            named += [(name, np.eye(4)) for name in others]
            for name, T in named:
                pose = message.pose.add(name=name)
                pose.position.x, pose.position.y, pose.position.z = T[:3, 3]
                x, y, z, w = quaternion_from_rotation(T[:3, :3])
                q = pose.orientation
                q.x, q.y, q.z, q.w = x, y, z, w
        return message.SerializeToString()

    return message


def test_the_recorded_state_of_a_real_gazebo_is_read(recorded, stream, joints):
    """It was recorded half a second after all joints were sent to 0.1."""
    (message,) = FrameReader().feed((recorded / 'poses_stamped.bin').read_bytes())
    (readings,) = stream().read([message], 5)
    expected = np.full(25, 0.1)
    slow = [index for index, name in enumerate(joints.names) if 'insertion' in name]
    expected[slow] = [0.077, 0.077, 0.077, 0.024]  # at their speed limits, still on their way
    np.testing.assert_allclose(readings.joints.position, expected, atol=1e-3)
    assert readings.joints.stamp_ns == 5
    names = [link.name for link in readings.links]
    assert sorted(names) == sorted(
        [f'PSM{n}{end}' for n in (1, 2, 3) for end in WATCHED] + ['ECM_roll_link']
    )


def test_the_recorded_links_stand_where_the_recorded_joints_put_them(
    recorded, stream, joints, tree
):
    (message,) = FrameReader().feed((recorded / 'poses_stamped.bin').read_bytes())
    (readings,) = stream().read([message], 0)
    poses = tree.link_poses(
        dict(zip(joints.names, readings.joints.position.tolist(), strict=True))
    )
    for link in readings.links:
        np.testing.assert_allclose(link.T_world_link, poses[link.name], atol=1e-4)


def test_joints_come_at_their_rate_in_simulated_time(stream, said, joints):
    states = stream()
    position = np.zeros(25)
    count = 0
    for step in range(1, 1001):
        (readings,) = states.read([said(step * 1_000_000, position)], 0)
        count += readings.joints is not None
    assert count == 251  # the first state, then every fourth


def test_a_world_that_stands_is_told_once_however_often_it_repeats_itself(stream, joints, said):
    """Each repetition is empty, and there may be many before anybody has read the first."""
    states = stream()
    position = 0.2 * joints.upper
    (readings,) = states.read([said(4_000_000, position), *[said(4_000_000)] * 99], 0)
    np.testing.assert_allclose(readings.joints.position, position, atol=1e-9)
    (readings,) = states.read([said(4_000_000)] * 99, 0)
    assert readings.sim_time_s == pytest.approx(0.004)
    assert readings.joints is None


def test_a_state_that_is_waited_for_and_was_lost_is_asked_for(tree, joints, said):
    positions = {0.002: 0.1 * joints.upper, 0.004: 0.2 * joints.upper}
    states = StateStream(
        tree, joints.names, Reporting(), lambda _: True, lambda: said(0, positions[0.004])
    )
    (readings,) = states.read([said(2_000_000, positions[0.002])], 0)
    np.testing.assert_allclose(readings.joints.position, positions[0.002], atol=1e-9)
    (readings,) = states.read([said(4_000_000)], 0)
    np.testing.assert_allclose(readings.joints.position, positions[0.004], atol=1e-9)


def test_of_messages_that_came_together_none_that_is_due_is_lost(stream, said):
    states = stream()
    together = [said(step * 1_000_000, np.zeros(25)) for step in range(1, 13)]
    readings = states.read(together, stamp_ns=1_000_000_000)
    stamps = [reading.joints.stamp_ns for reading in readings if reading.joints is not None]
    assert stamps == [989_000_000, 992_000_000, 996_000_000, 1_000_000_000]


def test_velocity_is_the_mean_since_the_sample_before(stream, said, joints):
    states = stream()
    speed = 0.1 * joints.velocity
    states.read([said(4_000_000, 0.004 * speed)], 0)
    (readings,) = states.read([said(8_000_000, 0.008 * speed)], 0)
    np.testing.assert_allclose(readings.joints.velocity, speed, rtol=1e-6, atol=1e-9)


def test_a_robot_that_does_not_move_is_where_it_was(stream, said, joints):
    states = stream()
    position = 0.2 * joints.upper
    states.read([said(4_000_000, position)], 0)
    (readings,) = states.read([said(8_000_000)], 0)
    np.testing.assert_allclose(readings.joints.position, position, atol=1e-9)
    assert not readings.joints.velocity.any()


def test_other_models_and_lights_change_nothing(stream, said, joints):
    states = stream()
    position = 0.2 * joints.upper
    for step, others in enumerate(((), ('needle', 'needle::link'), ('ring',), ())):
        message = said((step + 1) * 4_000_000, position, others)
        (readings,) = states.read([message], 0)
        np.testing.assert_allclose(readings.joints.position, position, atol=1e-9)


def test_nothing_is_said_before_the_robot_was_seen(stream, said):
    (readings,) = stream().read([said(4_000_000)], 0)
    assert readings.joints is None
    assert readings.links is None
    assert readings.sim_time_s == pytest.approx(0.004)


def test_time_that_is_reset_makes_no_velocity(stream, said, joints):
    states = stream()
    states.read([said(5_000_000_000, np.zeros(25))], 0)
    (readings,) = states.read([said(4_000_000, 0.1 * joints.upper)], 0)
    assert not readings.joints.velocity.any()


def test_time_that_is_reset_forgets_the_turns(stream, said, joints):
    states = stream()
    roll = joints.names.index('PSM1_roll')
    position = np.zeros(25)
    for step, angle in enumerate((1.5, 3.0, 4.2)):
        position[roll] = angle
        (readings,) = states.read([said(5_000_000_000 + step * 4_000_000, position)], 0)
    assert readings.joints.position[roll] == pytest.approx(4.2)
    (readings,) = states.read([said(4_000_000, np.zeros(25))], 0)
    assert readings.joints.position[roll] == pytest.approx(0.0, abs=1e-9)


@given(st.binary(max_size=100))
def test_rubbish_is_refused_or_empty_but_never_crashes(tree, data):
    try:
        sim_time_of(data)
        states = LinkStateReader('telesurgery', tree.links).read(data)
    except WireError:
        return
    assert states is None


def test_a_truncated_message_is_refused(recorded, stream):
    (message,) = FrameReader().feed((recorded / 'poses_stamped.bin').read_bytes())
    with pytest.raises(WireError):
        stream().read([message[:-10]], 0)


@given(st.floats(1, 1000), st.integers(1, 2000))
def test_a_metronome_beats_as_often_as_its_rate_says(rate_hz, steps):
    metronome = Metronome(rate_hz)
    beats = sum(metronome.due(step * 0.001) for step in range(steps))
    assert beats == pytest.approx((steps - 1) * 0.001 * rate_hz + 0.5, abs=0.51)
