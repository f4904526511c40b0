"""The motion node as a real process."""

from itertools import pairwise

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import PoseStamped  # noqa: E402
from sensor_msgs.msg import JointState, Joy  # noqa: E402

from telesurgery_msgs.msg import TeleopCommand  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import now_ns, to_ns, to_stamp  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

MODULE = 'telesurgery_motion.node'
PERIOD_S = 0.005


class FakeConsole:
    """Publishes both masters at 200 Hz from a timer of the test's peer."""

    def __init__(self, peer):
        self.poses = {
            name: peer.publisher(PoseStamped, f'/{name}/measured_cp', qos.STREAM_OUT)
            for name in ('MTML', 'MTMR')
        }
        self.grippers = {
            name: peer.publisher(JointState, f'/{name}/gripper/measured_js', qos.STREAM_OUT)
            for name in ('MTML', 'MTMR')
        }
        self.present = peer.publisher(Joy, '/console/operator_present', qos.LATCHED)
        self.clutch = peer.publisher(Joy, '/console/clutch', qos.LATCHED)
        self.stamps = []
        self.quaternion_w = 1.0
        self.timer = peer.node.create_timer(PERIOD_S, self.tick)

    def tick(self):
        stamp_ns = now_ns()
        self.stamps.append(stamp_ns)
        for publisher in self.grippers.values():
            publisher.publish(JointState(position=[0.5]))
        for publisher in self.poses.values():
            message = PoseStamped()
            message.header.stamp = to_stamp(stamp_ns)
            message.pose.position.x = 0.001 * len(self.stamps)
            message.pose.orientation.w = self.quaternion_w
            publisher.publish(message)

    def press(self, publisher, button):
        publisher.publish(Joy(buttons=[button]))


@pytest.fixture
def motion():
    with NodeProcess(MODULE, {'filter': 'none', 'silence_limit_s': 1.0}) as process:
        yield process


@pytest.fixture
def peer():
    with Peer() as peer:
        yield peer


@pytest.fixture
def commands(motion, peer):
    received = peer.collect(TeleopCommand, '/teleop/command', qos.EVENT)
    peer.spin_until(lambda: received)
    return received


@pytest.fixture
def console(peer, commands):
    return FakeConsole(peer)


def engaged(commands):
    return commands[-1].left.engaged and commands[-1].right.engaged


def test_without_masters_a_keep_alive_is_sent_that_engages_nothing(peer, commands):
    first = len(commands)
    peer.spin_until(lambda: len(commands) >= first + 10)
    stamps = [to_ns(command.header.stamp) for command in commands[first:]]

    assert not any(c.left.engaged or c.right.engaged for c in commands)
    assert (stamps[-1] - stamps[0]) * 1e-9 / (len(stamps) - 1) == pytest.approx(0.05, rel=0.5)


def test_a_pair_of_poses_becomes_one_command_with_their_stamp(peer, console, commands):
    console.press(console.present, 1)
    peer.spin_until(lambda: engaged(commands))
    first = len(commands)
    peer.spin_until(lambda: len(commands) >= first + 100)
    stamps = [to_ns(command.header.stamp) for command in commands[first : first + 100]]

    assert set(stamps) <= set(console.stamps)
    assert len(set(stamps)) >= 98, 'a pair split by the scheduler may give two commands'
    assert all(b.sequence == a.sequence + 1 for a, b in pairwise(commands[first:]))


def test_the_displacement_is_scaled_and_the_jaw_follows_the_gripper(peer, console, commands):
    console.press(console.present, 1)
    peer.spin_until(lambda: engaged(commands))
    peer.spin_until(lambda: commands[-1].right.displacement.position.x > 0.02)
    latest = commands[-1]
    moved_m = 0.001 * (
        console.stamps.index(to_ns(latest.header.stamp)) - first_engaged(console, commands)
    )

    assert latest.right.displacement.position.x == pytest.approx(0.2 * moved_m, abs=0.00041)
    assert latest.right.jaw == pytest.approx(0.5 * 1.396 / 1.0472, abs=1e-4)
    assert (latest.right.arm, latest.left.arm) == ('PSM1', 'PSM2')


def first_engaged(console, commands):
    first = next(command for command in commands if command.right.engaged)
    return console.stamps.index(to_ns(first.header.stamp))


def test_the_clutch_disengages_and_its_release_is_a_new_epoch(peer, console, commands):
    console.press(console.present, 1)
    peer.spin_until(lambda: engaged(commands))
    epoch = commands[-1].left.epoch
    console.press(console.clutch, 1)
    peer.spin_until(lambda: not commands[-1].left.engaged)
    console.press(console.clutch, 0)
    peer.spin_until(lambda: engaged(commands))

    assert commands[-1].left.epoch == epoch + 1


@pytest.mark.parametrize('quaternion_w', [float('nan'), 0.5])
def test_poses_that_are_none_disengage_and_need_a_fresh_engagement(
    peer, console, commands, quaternion_w
):
    console.press(console.present, 1)
    peer.spin_until(lambda: engaged(commands))
    console.quaternion_w = quaternion_w
    peer.spin_until(lambda: not commands[-1].left.engaged)
    console.quaternion_w = 1.0
    first = len(commands)
    peer.spin_until(lambda: len(commands) >= first + 50)
    assert not engaged(commands)

    console.press(console.clutch, 1)
    console_ticks = len(console.stamps)
    peer.spin_until(lambda: len(console.stamps) >= console_ticks + 5)
    console.press(console.clutch, 0)
    peer.spin_until(lambda: engaged(commands))


def test_masters_that_stop_are_warned_of(motion, peer, console, commands):
    console.press(console.present, 1)
    peer.spin_until(lambda: engaged(commands))
    console.timer.cancel()
    peer.spin_until(lambda: not commands[-1].left.engaged)
    first = len(commands)
    peer.spin_until(lambda: len(commands) >= first + 20)  # a second of keep-alives
    motion.interrupt()
    code, output = motion.wait()

    assert code == 0
    assert output.count('MTMR does not move PSM1: the master says nothing') == 1


@pytest.mark.parametrize(
    ('parameters', 'message'),
    [
        ({'scale': 2.0}, 'scale is 2.0; allowed: 0.05 .. 1'),
        ({'right_arm': 'PSM2'}, 'an arm has one master'),
        ({'left_arm': 'PSM7'}, "left_arm is 'PSM7'; allowed: PSM1, PSM2, PSM3"),
        ({'speed': 1.0}, "unknown key 'speed'"),
    ],
)
def test_a_bad_parameter_is_one_line_and_exit_code_2(parameters, message):
    with NodeProcess(MODULE, parameters) as process:
        code, output = process.wait()

    assert code == 2
    assert message in output
    assert sum(line.startswith('[motion]') for line in output.splitlines()) == 1
    assert 'Traceback' not in output
