"""The console node as a real process."""

import os
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('crtk_msgs')

from geometry_msgs.msg import PoseStamped  # noqa: E402
from sensor_msgs.msg import JointState, Joy  # noqa: E402

from crtk_msgs.msg import OperatingState  # noqa: E402
from telesurgery_msgs.msg import HandMotion, MotionState  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import now_ns, to_ns  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

MODULE = 'telesurgery_console.node'
READY = {'state': 'ENABLED', 'is_homed': True, 'is_busy': False}


class Ears:
    """Hears everything that a console says."""

    def __init__(self, peer):
        self.poses = {
            name: peer.collect(PoseStamped, f'/{name}/measured_cp', qos.EVENT)
            for name in ('MTML', 'MTMR')
        }
        self.grippers = {
            name: peer.collect(JointState, f'/{name}/gripper/measured_js', qos.EVENT)
            for name in ('MTML', 'MTMR')
        }
        self.switches = {
            name: peer.collect(Joy, f'/console/{name}', qos.LATCHED)
            for name in ('clutch', 'camera', 'operator_present')
        }

    def said(self, switch):
        return [message.buttons[0] for message in self.switches[switch]]


@pytest.fixture
def peer():
    with Peer() as peer:
        yield peer


@pytest.fixture
def ears(peer):
    return Ears(peer)


@pytest.fixture
def ready_arms(peer):
    for arm in ('PSM1', 'PSM2'):
        publisher = peer.node.create_publisher(
            OperatingState, f'/{arm}/operating_state', qos.LATCHED
        )
        publisher.publish(OperatingState(**READY))


def test_a_recording_is_played_and_ends_with_the_operator_gone(peer, ears, bag, ready_arms):
    bag.both_hands(200)
    bag.joy('/console/clutch', 500_000_000, 1)
    bag.joy('/console/clutch', 600_000_000, 0)
    parameters = {'bag': bag.write(), 'start_when_ready': True, 'linger_s': 0.5}
    before_ns = now_ns()
    with NodeProcess(MODULE, parameters) as console:
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [1])
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [0])
        code, output = console.wait()

    assert code == 0, output
    assert 'bag: 200 samples in 1.0 s' in output
    assert ears.said('operator_present')[-2:] == [1, 0]
    assert ears.said('clutch')[-3:] == [0, 1, 0]
    left, right = ears.poses['MTML'], ears.poses['MTMR']
    stamps = [to_ns(message.header.stamp) for message in right]
    alike = {to_ns(message.header.stamp) for message in left}.intersection(stamps)
    # A writer keeps one message and a player skips what is overtaken: a busy machine loses some.
    assert len(alike) > 100
    assert before_ns < stamps[0] < stamps[-1] < now_ns()
    assert right[-1].pose.position.x == pytest.approx(0.199)
    assert right[-1].header.frame_id == 'view'
    assert ears.grippers['MTMR'][-1].position[0] == pytest.approx(0.02 * 199)


def test_samples_are_published_at_their_own_times(peer, ears, bag, ready_arms):
    parameters = {'bag': bag.both_hands(400).write(), 'start_when_ready': True, 'linger_s': 0.0}
    with NodeProcess(MODULE, parameters) as console:
        console.wait_and_spin(peer)

    stamps = [to_ns(message.header.stamp) for message in ears.poses['MTMR']][:-1]
    steps_ms = [(b - a) * 1e-6 for a, b in pairwise(stamps)]
    assert median(steps_ms) == pytest.approx(5.0, rel=0.1)


def test_a_part_of_a_recording_is_played(peer, ears, bag, ready_arms):
    parameters = {
        'bag': bag.both_hands(400).write(), 'start_s': 1.0, 'seconds': 0.5,
        'start_when_ready': True, 'linger_s': 0.0,
    }  # fmt: skip
    with NodeProcess(MODULE, parameters) as console:
        console.wait_and_spin(peer)

    assert ears.poses['MTMR'][0].pose.position.x == pytest.approx(0.200)
    assert ears.poses['MTMR'][-1].pose.position.x == pytest.approx(0.299)


def test_a_recording_waits_for_the_arms(peer, ears, bag):
    psm1, psm2 = (
        peer.node.create_publisher(OperatingState, f'/{arm}/operating_state', qos.LATCHED)
        for arm in ('PSM1', 'PSM2')
    )
    psm1.publish(OperatingState(**READY))
    psm2.publish(OperatingState(state='ENABLED', is_homed=False, is_busy=True))
    parameters = {'bag': bag.both_hands(200).write(), 'start_when_ready': True, 'linger_s': 0.0}
    with NodeProcess(MODULE, parameters) as console:
        peer.spin_until(lambda: psm2.get_subscription_count() == 1)
        peer.spin_until(lambda: ears.said('operator_present') == [0])
        assert not ears.poses['MTMR']
        psm2.publish(OperatingState(**READY))
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [1])
        code, output = console.wait_and_spin(peer)

    assert code == 0, output
    assert ears.poses['MTMR'][0].pose.position.x == pytest.approx(0.0), 'nothing was lost'


def test_a_recorded_operator_uses_the_clutch_when_his_hands_have_been_stopped(
    peer, ears, bag, ready_arms
):
    # As the motion node says it: again and again, to whoever is there.
    motion = peer.node.create_publisher(MotionState, '/motion/state', qos.STREAM_OUT)

    def clutch_is(pressed, hindrance):
        motion.publish(MotionState(hands=[HandMotion(hand='MTMR', hindrance=hindrance)]))
        return ears.said('clutch')[-1:] == [pressed]

    parameters = {
        'bag': bag.both_hands(4000).write(), 'start_when_ready': True, 'reengage_after_s': 0.2,
    }  # fmt: skip
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: clutch_is(1, 'must_release'))
        peer.spin_until(lambda: clutch_is(0, 'none'))

    assert ears.said('operator_present')[-1:] == [1]


def test_arms_that_never_become_ready_are_named(peer, ears, bag):
    psm1 = peer.node.create_publisher(OperatingState, '/PSM1/operating_state', qos.LATCHED)
    psm1.publish(OperatingState(state='FAULT', is_homed=True))
    parameters = {
        'bag': bag.both_hands(20).write(), 'start_when_ready': True, 'ready_timeout_s': 2.0,
    }  # fmt: skip
    with NodeProcess(MODULE, parameters) as console:
        code, output = console.wait_and_spin(peer)

    assert code == 2
    assert 'arms are not ready after 2 s' in output
    assert 'PSM2: not heard of' in output
    assert 1 not in ears.said('operator_present')
    assert not ears.poses['MTMR']


def test_an_interrupted_console_leaves_nobody_present(peer, ears, bag):
    with NodeProcess(MODULE, {'bag': bag.both_hands(4000).write()}) as console:
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [1])
        console.interrupt()
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [0])
        code, _ = console.wait()

    assert code == 0


def test_a_keyboard_drives_the_hands_from_its_terminal(peer, ears, workspace):
    operator, program = os.openpty()
    parameters = {
        'device': 'keyboard',
        'mapping': workspace / 'config' / 'devices' / 'keyboard.yaml',
        'linger_s': 0.0,
    }
    # setsid makes the pseudo-terminal the process's own.
    with NodeProcess(MODULE, parameters, stdin=program, prefix=['setsid', '--ctty']) as console:
        poses = ears.poses['MTMR']
        peer.spin_until(lambda: len(poses) > 20)
        before = poses[-1].pose.position.x
        os.write(operator, b'pa')
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [1])
        peer.spin_until(lambda: poses[-1].pose.position.x > before + 0.004)
        os.write(operator, b'q')
        peer.spin_until(lambda: ears.said('operator_present')[-1:] == [0])
        code, output = console.wait()
    os.close(operator)
    os.close(program)

    assert code == 0, output
    assert 'keyboard: p presence, c clutch' in output
    assert 'presence on' in output


def test_a_persons_device_is_left_after_the_time_that_was_given(ears, workspace):
    operator, program = os.openpty()
    parameters = {
        'device': 'keyboard',
        'mapping': workspace / 'config' / 'devices' / 'keyboard.yaml',
        'seconds': 0.5,
        'linger_s': 0.0,
    }
    with NodeProcess(MODULE, parameters, stdin=program, prefix=['setsid', '--ctty']) as console:
        code, output = console.wait()
    os.close(operator)
    os.close(program)

    assert code == 0, output
    assert 'the device has finished' in output


@pytest.mark.parametrize(
    ('parameters', 'message'),
    [
        ({'device': 'mouse'}, "device is 'mouse'; allowed: replay, keyboard, gamepad"),
        ({'bag': '/nowhere/bag'}, "recording '/nowhere/bag' does not exist"),
        ({'bag': ''}, "bag is ''"),
        ({'bag': '/nowhere', 'seconds': 0.0}, 'seconds is 0.0; allowed: 0.1'),
        ({'device': 'gamepad', 'mapping': '/nowhere/pad.yaml'}, 'cannot be read'),
        ({'bag': '/nowhere', 'speeed': 1.0}, "unknown key 'speeed'"),
    ],
)
def test_a_bad_parameter_is_one_line_and_exit_code_2(parameters, message):
    assert_refused(parameters, message)


def test_a_recording_without_masters_is_refused(bag):
    bag.text('/rosout', 0, 'hello')

    assert_refused({'bag': bag.write()}, 'has neither /MTML/measured_cp nor /MTMR/measured_cp')


def test_a_truncated_recording_is_played_as_far_as_it_goes_and_this_is_said(bag):
    file = Path(bag.both_hands(50).write()) / 'bag.mcap'
    file.write_bytes(file.read_bytes()[:-50])

    with NodeProcess(MODULE, {'bag': bag.folder}) as console:
        code, output = console.wait()

    assert code == 0, output
    assert 'bag.mcap: it was not closed' in output
    assert 'bag: 50 samples' in output


def test_a_missing_gamepad_is_refused(workspace, monkeypatch):
    monkeypatch.setenv('SDL_JOYSTICK_DEVICE', '/dev/null')
    mapping = workspace / 'config' / 'devices' / 'gamepad.yaml'

    assert_refused({'device': 'gamepad', 'mapping': mapping}, 'gamepad not found')


def test_a_keyboard_without_a_terminal_is_refused(workspace):
    mapping = workspace / 'config' / 'devices' / 'keyboard.yaml'
    parameters = {'device': 'keyboard', 'mapping': mapping}

    assert_refused(parameters, 'keyboard finds no terminal', prefix=['setsid', '--wait'])


def assert_refused(parameters, message, prefix=()):
    with NodeProcess(MODULE, parameters, prefix=prefix) as console:
        code, output = console.wait()

    assert code == 2, output
    assert message in output
    assert sum(line.startswith('[console] error:') for line in output.splitlines()) == 1
    assert 'Traceback' not in output
