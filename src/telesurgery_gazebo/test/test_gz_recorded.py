"""What a real gz-sim said is understood.

Recorded from gz-sim 8.14.0 (commit b81e26dab) with this robot, paused 0.6 s after all joints were
sent to 0.1: in the partition ``recorded``, the datagrams that a client of
``telesurgery_gazebo/transport`` received, and the newest messages of the two topics.
"""

import numpy as np
import pytest

from telesurgery_gazebo.gz.states import JointStates, LinkPoses, sim_time_of
from telesurgery_gazebo.transport.discovery import Discovery, Found, Joined, Publication, decode

WORLD = '@/recorded@/world/operating_room'


@pytest.fixture
def found(recorded):
    """What a process that seeks a topic or service makes of a recorded datagram."""

    def receive(name, topic):
        discovery = Discovery('us')
        discovery.seek(topic)
        (event,) = discovery.receive((recorded / name).read_bytes(), 0.0)
        assert isinstance(event, Found)
        return event.publication

    return receive


def test_its_joint_states_are_announced_without_a_control_socket(found):
    states = found('gz_advertise_topic.bin', f'{WORLD}/model/telesurgery/joint_state')
    assert states.message_type == 'gz.msgs.Model'
    assert states.address.startswith('tcp://127.0.0.1:')
    assert not states.has_control_socket


def test_the_control_of_its_world_is_announced(found):
    control = found('gz_advertise_service.bin', f'{WORLD}/control')
    assert control.request_type == 'gz.msgs.WorldControl'
    assert control.response_type == 'gz.msgs.Boolean'
    assert control.socket_id


def test_its_controller_registers_by_multicast_with_the_publisher_that_it_names(recorded):
    datagram = (recorded / 'gz_new_connection.bin').read_bytes()
    topic = '@/recorded@/model/telesurgery/joint_trajectory'
    publisher = decode(datagram).pub.msg_pub.ctrl
    events = {}
    for process in (publisher, 'another'):
        discovery = Discovery(process)
        discovery.advertise(Publication(topic, 'tcp://127.0.0.1:1', process, 'node'))
        events[process] = discovery.receive(datagram, 0.0)
    (joined,) = events[publisher]
    assert isinstance(joined, Joined)
    assert joined.topic == topic
    assert events['another'] == []


def test_its_joint_states_are_read(recorded, robot):
    message = (recorded / 'gz_joint_state.bin').read_bytes()
    assert sim_time_of(message) == pytest.approx(0.615)
    sample = JointStates(robot.joint_names).sample(message, 0.615, 5)
    expected = np.full(25, 0.1)
    expected[robot.joint_names.index('ECM_insertion')] = 0.0323  # at its speed limit, on its way
    np.testing.assert_allclose(sample.position, expected, atol=1e-3)


def test_its_links_stand_where_its_joints_put_them(recorded, robot, tree):
    states = JointStates(robot.joint_names)
    message = (recorded / 'gz_joint_state.bin').read_bytes()
    position = states.sample(message, 0.615, 5).position
    expected = tree.link_poses(dict(zip(robot.joint_names, position.tolist(), strict=True)))
    time_s, links = LinkPoses('telesurgery', ('_roll_link', '_wrist_yaw_link')).read(
        (recorded / 'gz_pose.bin').read_bytes()
    )
    assert time_s == pytest.approx(0.61)
    assert len(links) == 7
    for link in links:
        # 5 ms earlier, in which the endoscope has gone 0.3 mm.
        np.testing.assert_allclose(link.T_world_link, expected[link.name], atol=1e-3)
