"""Guarding over ROS: its state on a topic, and its switches."""

import math

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from sensor_msgs.msg import JointState  # noqa: E402
from std_srvs.srv import SetBool  # noqa: E402

from telesurgery_msgs.msg import GuardState  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import joint_state, now_ns  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

MODULE = 'telesurgery_arm.node'


@pytest.fixture
def states(workspace, robot_description):
    """Run the node beside joints that stand at home; yield the peer and what is said."""
    joints = []
    for arm in robot_description.arms:
        model = robot_description.model_of(arm)
        joints += [*model.home, *([] if model.jaw is None else [0.0])]
    arguments = {'arms_file': workspace / 'config' / 'arms.yaml', 'joint_state_timeout_s': 5.0}
    with NodeProcess(MODULE, arguments), Peer() as peer:
        said = peer.collect(GuardState, '/guard/state', qos.STREAM_IN)
        out = peer.node.create_publisher(JointState, '/joint_states', qos.STREAM_OUT)
        names = list(robot_description.joint_names)
        still = [0.0] * len(names)
        peer.node.create_timer(
            0.02, lambda: out.publish(joint_state(names, now_ns(), joints, still))
        )
        peer.spin_until(lambda: said and any(arm.by for arm in said[-1].arms))
        yield peer, said


def is_on(said, name):
    return dict(zip(said[-1].fixtures, said[-1].on, strict=True))[name]


def test_the_state_says_what_is_near_and_what_is_on(states):
    _, said = states
    state = said[-1]
    arms = {arm.arm: arm for arm in state.arms}
    assert set(arms) == {'PSM1', 'PSM2', 'PSM3', 'ECM'}
    assert {arm.action for arm in arms.values()} == {'free'}
    # At home the brackets of PSM2 and PSM3 are the nearest to each other.
    assert (arms['PSM2'].by, arms['PSM2'].part) == ('PSM3', 'outer')
    assert 0.0 < arms['PSM2'].distance_m < 0.01
    away = arms['PSM2'].away
    assert math.hypot(away.x, away.y, away.z) == pytest.approx(1.0)
    assert math.isinf(arms['ECM'].distance_m)
    assert state.header.frame_id == 'patient'
    assert is_on(said, 'floor')
    assert is_on(said, 'separation')


def test_a_fixture_is_switched_by_its_name(states):
    peer, said = states
    client = peer.client(SetBool, '/guard/floor/enable', GuardState, '/guard/state')
    for on in (False, True):
        answer = peer.ask(client, SetBool.Request(data=on))
        assert answer.success
        assert answer.message == f'floor is {"on" if on else "off"}'
        peer.spin_until(lambda on=on: is_on(said, 'floor') is on)


def test_a_file_that_is_wrong_stops_the_node_with_one_line(workspace, tmp_path):
    path = tmp_path / 'guarding.yaml'
    path.write_text('planes: {floor: {point: [0, 0, 0], normal: [0, 0, 0]}}\n')
    arguments = {'arms_file': workspace / 'config' / 'arms.yaml', 'guarding_file': path}
    with NodeProcess(MODULE, arguments) as process:
        code, output = process.wait()
    assert code == 2
    assert 'guarding.yaml: planes.floor: normal is (0' in output
