"""What a real gz-sim said is understood.

Recorded from gz-sim 8.14.0 (commit b81e26dab) with this robot, paused 0.6 s after all joints were
sent to 0.1: in the partition ``recorded``, the datagrams that a client of
``telesurgery_gazebo/transport`` received, and the newest messages of the two topics. Contacts,
wrench and the joint states beside them are of another run: PSM1 was pressed onto the board.
"""

import numpy as np
import pytest

from telesurgery_gazebo.gz.forces import ForceStates
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


def test_its_contacts_and_its_wrist_s_wrench_are_one_force_upon_the_tool(recorded, robot, tree):
    """Recorded with PSM1 pressed onto the board by a spring of 32040 N/m, 1.28 mm too deep."""
    states = JointStates(robot.joint_names)
    message = (recorded / 'gz_pressed_joint_state.bin').read_bytes()
    position = states.sample(message, sim_time_of(message), 5).position
    positions = dict(zip(robot.joint_names, position.tolist(), strict=True))
    forces = ForceStates(tree)
    forces.hear_contacts('PSM1_jaw_mimic_link', (recorded / 'gz_contacts.bin').read_bytes())
    forces.hear_wrist('PSM1_wrist_pitch', (recorded / 'gz_wrench.bin').read_bytes())
    felt = next(item for item in forces.take(0.001, positions) if item.arm == 'PSM1')
    spring = 32040.0 * (0.2335 - positions['PSM1_insertion'])
    assert felt.contact.force[2] == pytest.approx(-spring, rel=0.05)  # z of the tip leads away
    R_world_tip = tree.pose_of('PSM1_tip', positions)[:3, :3]
    assert (R_world_tip @ felt.contact.force)[2] > 30.0  # the board pushes upwards
    # Of two different steps, and friction sideways changes its sign from step to step: compared is
    # what acts along the tool, the wrist's x.
    assert felt.wrist.force[0] == pytest.approx(felt.contact.force[2], rel=0.01)
