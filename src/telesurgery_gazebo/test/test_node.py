"""The node: topics, refusals, exit codes, and no process left behind."""

import io
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import WrenchStamped
from PIL import Image as Picture
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CompressedImage, Image, JointState
from std_msgs.msg import Float64MultiArray
from std_srvs.srv import SetBool, Trigger

from telesurgery_msgs.msg import LinkPoses, SimulatorState, TargetTrace
from telesurgery_ros import qos
from telesurgery_ros.testing import NodeProcess, Peer

MODULE = 'telesurgery_gazebo.node'
SIMULATORS = ['loopback', pytest.param('classic', marks=pytest.mark.gazebo)]

pytestmark = pytest.mark.ros


@pytest.fixture
def peer():
    with Peer() as peer:
        yield peer


def node(workspace, simulator, **parameters):
    return NodeProcess(MODULE, {'simulator': simulator, 'share': str(workspace), **parameters})


def send(peer, publisher, target, until):
    """Publish a target again and again until a condition holds."""
    next_time = time.monotonic()

    def sent():
        nonlocal next_time
        if time.monotonic() >= next_time:
            publisher.publish(Float64MultiArray(data=list(target)))
            next_time = time.monotonic() + 0.01
        return until()

    peer.spin_until(sent)


def descendants(pid: int) -> set[int]:
    """Process ids of the children of a process."""
    children = set()
    for task in Path('/proc', str(pid), 'task').glob('*/children'):
        children.update(int(child) for child in task.read_text().split())
    return children


def ended(pids) -> bool:
    """Whether processes have ended (a zombie has)."""
    for pid in pids:
        try:
            state = Path('/proc', str(pid), 'stat').read_text().rsplit(')', 1)[1].split()[0]
        except FileNotFoundError:
            continue
        if state != 'Z':
            return False
    return True


def call(peer, kind, name, request):
    return peer.ask(peer.client(kind, name, SimulatorState, '/simulator/state'), request)


def went_back(before, after):
    return (after.clock.sec, after.clock.nanosec) < (before.clock.sec, before.clock.nanosec)


def test_it_is_paused_and_reset_over_services(peer, workspace):
    clock = peer.collect(Clock, '/clock', qos.STREAM_IN)
    states = peer.collect(SimulatorState, '/simulator/state', qos.LATCHED)
    with node(workspace, 'loopback'):
        peer.spin_until(lambda: clock and states and states[-1].state == 'running')
        assert call(peer, SetBool, '/simulator/pause', SetBool.Request(data=True)).success
        peer.spin_until(lambda: states[-1].state == 'paused')
        assert call(peer, SetBool, '/simulator/pause', SetBool.Request(data=False)).success
        peer.spin_until(lambda: states[-1].state == 'running')
        before = clock[-1].clock
        assert call(peer, Trigger, '/simulator/reset', Trigger.Request()).success
        peer.spin_until(
            lambda: clock[-1].clock.sec + 1e-9 * clock[-1].clock.nanosec < before.sec + 1
        )


@pytest.mark.parametrize('simulator', SIMULATORS)
def test_targets_move_the_joints_that_joint_states_report(peer, workspace, robot, simulator):
    joints = peer.collect(JointState, '/joint_states', qos.STREAM_IN)
    clock = peer.collect(Clock, '/clock', qos.STREAM_IN)
    links = peer.collect(LinkPoses, '/simulator/link_poses', qos.STREAM_IN)
    states = peer.collect(SimulatorState, '/simulator/state', qos.LATCHED)
    with node(workspace, simulator):
        targets = peer.publisher(
            Float64MultiArray, '/forward_position_controller/commands', qos.STREAM_OUT
        )
        peer.spin_until(lambda: joints)
        assert tuple(joints[-1].name) == robot.joint_names
        assert len(joints[-1].velocity) == 25
        target = 0.02 + 0.001 * np.arange(25)

        def there():
            return np.allclose(joints[-1].position, target, atol=5e-4)

        send(peer, targets, target, there)
        peer.spin_until(lambda: clock and states and links)
        age_s = time.time() - (
            joints[-1].header.stamp.sec + 1e-9 * joints[-1].header.stamp.nanosec
        )
        assert 0.0 <= age_s < 5.0  # the wall clock's, not simulated
        assert states[-1].state == 'running'
        assert states[-1].simulator == simulator
        assert links[-1].header.frame_id == 'world'
        assert set(links[-1].names) == {
            *(f'PSM{n}_{link}_link' for n in (1, 2, 3) for link in ('roll', 'wrist_yaw')),
            'ECM_roll_link',
        }
        norms = [
            math.hypot(
                pose.orientation.x, pose.orientation.y, pose.orientation.z, pose.orientation.w
            )
            for pose in links[-1].poses
        ]
        np.testing.assert_allclose(norms, 1.0, atol=1e-9)


def test_what_the_tools_feel_is_published_where_the_supervisor_listens(peer, workspace):
    felt = {
        frame: peer.collect(WrenchStamped, f'/{place}/measured_cf', qos.STREAM_IN)
        for place, frame in (
            ('PSM1/contact', 'PSM1_tip'),
            ('ECM/contact', 'ECM_tip'),
            ('PSM3/wrist', 'PSM3_wrist_pitch_link'),
        )
    }
    with node(workspace, 'loopback'):
        peer.spin_until(lambda: all(felt.values()))
    for frame, messages in felt.items():
        assert messages[0].header.frame_id == frame
        assert messages[0].header.stamp.sec > 0
        assert messages[0].wrench.force.x == messages[0].wrench.torque.z == 0.0


def test_targets_are_traced_by_their_numbers(peer, workspace):
    """As published: 1, 2, 3...; one that the next overtakes is neither handed on nor traced."""
    traces = peer.collect(TargetTrace, '/trace/target', qos.EVENT)
    published = 0

    def numbers():
        return [number for trace in traces for number in trace.target_number]

    def publish_until_ten_are_traced():
        nonlocal published
        published += 1
        targets.publish(Float64MultiArray(data=[0.0] * 25))
        return len(numbers()) >= 10

    with node(workspace, 'loopback'):
        targets = peer.publisher(
            Float64MultiArray, '/forward_position_controller/commands', qos.STREAM_OUT
        )
        before = time.time_ns()
        peer.spin_until(publish_until_ten_are_traced)
    stamps = [
        stamp.sec * 10**9 + stamp.nanosec for trace in traces for stamp in trace.handed_stamp
    ]
    assert set(numbers()) <= set(range(1, published + 1))
    assert numbers() == sorted(set(numbers()))
    assert before < stamps[0]
    assert stamps == sorted(stamps)
    assert len(stamps) == len(numbers())


def test_targets_that_are_none_are_refused_with_a_warning_and_move_nothing(peer, workspace):
    joints = peer.collect(JointState, '/joint_states', qos.STREAM_IN)
    with node(workspace, 'loopback') as process:
        targets = peer.publisher(
            Float64MultiArray, '/forward_position_controller/commands', qos.STREAM_OUT
        )
        peer.spin_until(lambda: joints)
        good = [0.01] * 25
        send(peer, targets, good, lambda: np.allclose(joints[-1].position, good, atol=1e-6))
        for wrong in ([0.5] * 24, [0.5] * 26, [], [0.5] * 24 + [math.nan], [math.inf] * 25):
            count = len(joints)
            send(peer, targets, wrong, lambda: len(joints) > count + 10)  # noqa: B023
            np.testing.assert_allclose(joints[-1].position, good, atol=1e-6)
        process.interrupt()
        code, output = process.wait()
    assert code == 0
    assert 'joint targets refused' in output
    assert 'shape (24,); allowed: (25,)' in output


@pytest.mark.parametrize(
    ('parameters', 'message'),
    [
        ({'simulator': 'mujoco'}, "is 'mujoco'; allowed: auto, classic, gz, loopback"),
        ({'jpeg_quality': 500}, 'jpeg_quality is 500; allowed: 1 .. 95'),
        ({'simulater': 'gz'}, "unknown key 'simulater'"),
        ({'arms_file': '/no/arms.yaml'}, "file '/no/arms.yaml' cannot be read"),
        ({'robot_file': '/no/robot.xacro'}, "file '/no/robot.xacro' cannot be expanded"),
    ],
)
def test_a_wrong_parameter_ends_it_with_one_line(workspace, parameters, message):
    with NodeProcess(
        MODULE, {'simulator': 'loopback', 'share': str(workspace), **parameters}
    ) as process:
        code, output = process.wait()
    lines = [line for line in output.splitlines() if 'error:' in line]
    assert code == 2
    assert len(lines) == 1
    assert lines[0].startswith('[simulator] error: ')
    assert message in lines[0]
    assert 'Traceback' not in output


def test_without_gazebo_auto_says_plainly_that_there_is_none(peer, workspace, monkeypatch):
    monkeypatch.delenv('TELESURGERY_GAZEBO_PREFIX', raising=False)
    monkeypatch.setenv('PATH', '/nonexistent')
    states = peer.collect(SimulatorState, '/simulator/state', qos.LATCHED)
    with node(workspace, 'auto') as process:
        peer.spin_until(lambda: states and states[-1].state == 'running')
        assert states[-1].simulator == 'loopback'
        process.interrupt()
        _, output = process.wait()
    assert 'NO GAZEBO HERE' in output


def test_a_camera_that_shows_nothing_is_reported(peer, workspace):
    with node(workspace, 'loopback') as process:
        states = peer.collect(SimulatorState, '/simulator/state', qos.LATCHED)
        peer.collect(CompressedImage, '/endoscope/image_raw/compressed', qos.STREAM_IN)
        peer.spin_until(lambda: states and states[-1].sim_time_s > 8.0)
        process.interrupt()
        _, output = process.wait()
    assert output.count('no picture of endoscope for 5 s, though it is subscribed to') == 1


@pytest.mark.gazebo
def test_a_window_without_a_display_ends_it_with_one_line(workspace, monkeypatch):
    monkeypatch.setenv('DISPLAY', '')
    with node(workspace, 'classic', gui=True) as process:
        code, output = process.wait()
    assert code == 2
    assert "[simulator] error: the window asks for a display and DISPLAY is ''" in output


@pytest.mark.gazebo
def test_pictures_come_while_they_are_subscribed_to(peer, workspace):
    with node(workspace, 'classic'):
        raw = peer.collect(Image, '/endoscope/image_raw', qos.STREAM_IN)
        jpeg = peer.collect(CompressedImage, '/endoscope/image_raw/compressed', qos.STREAM_IN)
        peer.spin_until(lambda: len(raw) >= 2 and len(jpeg) >= 2)
    image = raw[-1]
    assert (image.width, image.height, image.encoding, image.step) == (640, 480, 'rgb8', 1920)
    assert image.header.frame_id == 'ECM_tip'
    assert np.frombuffer(image.data, np.uint8).mean() > 20
    picture = np.asarray(Picture.open(io.BytesIO(bytes(jpeg[-1].data))))
    assert picture.shape == (480, 640, 3)
    assert picture.mean() > 20


@pytest.mark.gazebo
def test_when_gazebo_dies_the_node_says_so_and_stays(peer, workspace):
    states = peer.collect(SimulatorState, '/simulator/state', qos.LATCHED)
    with node(workspace, 'classic', cameras=False) as process:
        peer.spin_until(lambda: states and states[-1].state == 'running')
        (server,) = descendants(process.pid)
        os.kill(server, signal.SIGKILL)
        peer.spin_until(lambda: states[-1].state == 'dead')
        assert states[-1].reason == 'gzserver ended by SIGKILL'
        count = len(states)
        peer.spin_until(lambda: len(states) > count)  # it goes on saying it
        assert states[-1].state == 'dead'
        assert process.running
        process.interrupt()
        code, output = process.wait()
    assert code == 0
    assert 'gzserver ended by SIGKILL' in output


@pytest.mark.gazebo
@pytest.mark.parametrize('end', [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_gazebo_however_the_node_ends(peer, workspace, end):
    states = peer.collect(SimulatorState, '/simulator/state', qos.LATCHED)
    with node(workspace, 'classic') as process:
        peer.spin_until(lambda: states and states[-1].state == 'running')
        children = descendants(process.pid)
        assert len(children) >= 1
        os.kill(process.pid, end)
        peer.spin_until(lambda: not process.running)
        peer.spin_until(lambda: ended(children))
