"""The console node as a real process, with devices that exist in SDL or as topics only."""

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('crtk_msgs')
pytest.importorskip('pygame')

from diagnostic_msgs.msg import DiagnosticStatus  # noqa: E402
from geometry_msgs.msg import Point, PoseStamped, Twist, TwistStamped, Vector3  # noqa: E402
from sensor_msgs.msg import JointState, Joy  # noqa: E402

from telesurgery_console.testing import button_report, translation_report  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

MODULE = 'telesurgery_console.node'
NOT_A_NUMBER = float('nan')


class Ears:
    """Hears what a console says of its device and its operator."""

    def __init__(self, peer):
        self.poses = {
            name: peer.collect(PoseStamped, f'/{name}/measured_cp', qos.EVENT)
            for name in ('MTML', 'MTMR')
        }
        self.switches = {
            name: peer.collect(Joy, f'/console/{name}', qos.LATCHED)
            for name in ('operator_present', 'stop')
        }
        self.swaps = peer.collect(Joy, '/console/arm_swap', qos.EVENT)
        self.device = peer.collect(DiagnosticStatus, '/console/device', qos.LATCHED)

    def said(self, switch):
        return [message.buttons[0] for message in self.switches[switch]]

    def present(self):
        return self.said('operator_present')[-1:] == [1]

    def health(self):
        return self.device[-1].values[0].value if self.device else ''

    def x(self):
        return self.poses['MTMR'][-1].pose.position.x


class Publisher:
    """Another node that publishes a device, 50 times a second, while the peer spins."""

    def __init__(self, peer, kind, topic, message):
        self.message = message
        self.speaks = True
        self._publisher = peer.node.create_publisher(kind, topic, qos.STREAM_OUT)
        peer.node.create_timer(0.02, self._publish)

    def _publish(self):
        if self.speaks:
            self._publisher.publish(self.message)


@pytest.fixture
def peer():
    with Peer() as peer:
        yield peer


@pytest.fixture
def ears(peer):
    return Ears(peer)


def mapping(workspace, name):
    return workspace / 'config' / 'devices' / f'{name}.yaml'


def joy(*pressed, left=0.0):
    """What the node joy says of an Xbox pad: triggers rest at 1."""
    axes = [left, 0.0, 1.0, 0.0, 0.0, 1.0]
    return Joy(axes=axes, buttons=[int(number in pressed) for number in range(11)])


def test_a_gamepad_drives_stops_swaps_and_is_missed_when_it_goes(peer, ears, workspace, pad):
    parameters = {'device': 'gamepad', 'mapping': mapping(workspace, 'gamepad'), 'linger_s': 0.0}
    with NodeProcess('with_virtual_pad', parameters) as console:
        peer.spin_until(lambda: len(ears.poses['MTMR']) > 20)
        assert ears.health() == 'ok'
        before = ears.x()
        pad('press rightshoulder', 'tilt leftx 0.9')
        peer.spin_until(lambda: ears.present() and ears.x() < before - 0.005)

        pad('press start', 'release start', 'press start', 'release start')
        pad('press back')
        peer.spin_until(lambda: ears.said('stop')[-1:] == [1] and not ears.present())
        pad('release back')
        peer.spin_until(lambda: ears.said('stop')[-1:] == [0])
        assert not ears.present(), 'the presence button has not been let go'
        pad('release rightshoulder', 'tilt leftx 0')
        pad('unplug')
        peer.spin_until(lambda: ears.health() == 'gone')
        assert ears.device[-1].level == DiagnosticStatus.ERROR
        assert not ears.present()
        pad('plug')
        peer.spin_until(lambda: ears.health() == 'ok')
        console.interrupt()
        code, output = console.wait()

    assert code == 0, output
    assert 'is gone: unplugged, switched off or out of reach' in output
    assert 'is back: release the presence button' in output
    assert ears.device[-1].values[1].value == 'gamepad'


def test_one_press_asks_once_for_the_next_arm_of_the_hand(peer, ears, workspace, pad):
    parameters = {'device': 'gamepad', 'mapping': mapping(workspace, 'gamepad')}
    with NodeProcess('with_virtual_pad', parameters):
        peer.spin_until(lambda: len(ears.poses['MTMR']) > 20)
        pad('press start')
        peer.spin_until(lambda: ears.swaps)
        assert [list(message.buttons) for message in ears.swaps] == [[0, 1]], 'left, right'


def test_two_spacemice_are_one_a_hand_and_one_that_goes_stops_both(peer, ears, workspace, mice):
    parameters = {
        'device': 'spacemouse', 'mapping': mapping(workspace, 'spacemouse'),
        'right_unit': 'mouse1', 'left_unit': 'mouse2', 'linger_s': 0.0,
    }  # fmt: skip
    with NodeProcess(MODULE, parameters) as console:
        peer.spin_until(lambda: ears.poses['MTML'] and ears.health() == 'ok')
        before = ears.poses['MTML'][-1].pose.position.x
        for mouse in ('mouse1', 'mouse2'):
            mice(mouse, button_report(0))
        peer.spin_until(ears.present)
        wiggle = iter(range(10**6))

        def pushed_far_enough():
            mice('mouse2', translation_report(-300 - next(wiggle) % 2, 0, 0))
            return ears.poses['MTML'][-1].pose.position.x > before + 0.005

        peer.spin_until(pushed_far_enough)
        assert ears.x() == ears.poses['MTMR'][0].pose.position.x, 'the right hand rests'
        mice('mouse1', 'gone')
        peer.spin_until(lambda: ears.health() == 'gone' and not ears.present())
        console.interrupt()
        code, output = console.wait()

    assert code == 0, output
    assert 'right hand: spacemouse SpaceMouse Compact' in output
    assert (
        'right hand: spacemouse SpaceMouse Compact is gone: unplugged: '
        'the operator is no longer present'
    ) in output


def test_a_joy_topic_drives_and_a_fault_or_silence_of_it_is_noticed(peer, ears, workspace):
    other = Publisher(peer, Joy, '/joy', joy())
    parameters = {'device': 'joy', 'mapping': mapping(workspace, 'joy')}
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: ears.poses['MTMR'] and ears.health() == 'ok')
        before = ears.x()
        other.message = joy(5)
        peer.spin_until(ears.present)
        other.message = joy(5, left=0.8)
        peer.spin_until(lambda: ears.x() > before + 0.005)

        other.message = joy(5, left=NOT_A_NUMBER)
        peer.spin_until(lambda: ears.health() == 'fault' and not ears.present())
        assert 'axis0 is nan' in ears.device[-1].message

        other.message = joy()
        peer.spin_until(lambda: ears.health() == 'ok')
        other.message = joy(5)
        peer.spin_until(ears.present)
        other.speaks = False
        peer.spin_until(lambda: ears.health() == 'silent' and not ears.present())


def test_a_joy_with_too_few_axes_is_a_fault_that_names_the_axis(peer, ears, workspace):
    other = Publisher(peer, Joy, '/joy', joy())
    other.message = Joy(axes=[0.0, 0.0], buttons=[0])
    parameters = {'device': 'joy', 'mapping': mapping(workspace, 'joy')}
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: ears.health() == 'fault')
        assert 'axis2 is not among its axes (axis0, axis1)' in ears.device[-1].message


def test_a_topic_that_nobody_publishes_is_a_device_that_is_gone(peer, ears, workspace):
    parameters = {'device': 'joy', 'mapping': mapping(workspace, 'joy'), 'unit': '/other/joy'}
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: ears.health() == 'gone')
        assert 'nobody publishes /other/joy' in ears.device[-1].message


@pytest.mark.parametrize('stamped', [False, True])
def test_a_twist_drives_with_the_buttons_of_a_joy(peer, ears, workspace, tmp_path, stamped):
    text = mapping(workspace, 'twist').read_text().replace('stamped: false', f'stamped: {stamped}')
    (tmp_path / 'twist.yaml').write_text(text)
    kind = TwistStamped if stamped else Twist

    def twist(left):
        linear = Twist(linear=Vector3(y=left))
        return TwistStamped(twist=linear) if stamped else linear

    motion = Publisher(peer, kind, '/spacenav/twist', twist(0.0))
    keys = Publisher(peer, Joy, '/spacenav/joy', Joy(axes=[0.0] * 6, buttons=[0, 0]))
    parameters = {'device': 'twist', 'mapping': tmp_path / 'twist.yaml'}
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: ears.poses['MTMR'] and ears.health() == 'ok')
        before = ears.x()
        keys.message = Joy(axes=[0.0] * 6, buttons=[1, 0])
        peer.spin_until(ears.present)
        motion.message = twist(0.5)
        peer.spin_until(lambda: ears.x() > before + 0.005)
        motion.speaks = False
        peer.spin_until(lambda: ears.health() == 'silent' and not ears.present())


def test_the_pose_of_another_master_is_mapped_absolutely(peer, ears, workspace):
    def at(forward, left, up, stamp=1):
        message = PoseStamped()
        message.header.stamp.sec = stamp
        message.pose.orientation.w = 1.0
        message.pose.position = Point(x=forward, y=left, z=up)
        return message

    master = Publisher(peer, PoseStamped, '/omega/pose', at(0.3, 0.1, 0.2))
    keys = Publisher(peer, Joy, '/omega/joy', Joy(buttons=[0]))
    jaws = Publisher(peer, JointState, '/omega/jaw', JointState(position=[0.6]))
    parameters = {
        'device': 'pose', 'mapping': mapping(workspace, 'pose'),
        'right_unit': '/omega/pose,/omega/joy,/omega/jaw',
    }  # fmt: skip
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: ears.poses['MTMR'] and ears.health() == 'ok')
        seen = ears.poses['MTMR'][-1].pose.position
        assert (seen.x, seen.y, seen.z) == (0.1, 0.2, 0.3), 'left, up, away'
        assert not ears.poses['MTML'], 'that hand has no unit'
        keys.message = Joy(buttons=[1])
        peer.spin_until(ears.present)
        jaws.message = JointState()
        peer.spin_until(lambda: ears.health() == 'fault' and not ears.present())
        assert 'its gripper has no finite angle' in ears.device[-1].message
        jaws.message = JointState(position=[0.6])
        master.message = at(0.3, 0.1, 0.2, stamp=0)
        peer.spin_until(lambda: 'stamp 0' in ears.device[-1].message)


def test_zeros_that_a_driver_without_a_device_streams_make_nobody_present(peer, ears, workspace):
    Publisher(peer, Twist, '/spacenav/twist', Twist())
    Publisher(peer, Joy, '/spacenav/joy', Joy(axes=[0.0] * 6, buttons=[0, 0]))
    parameters = {'device': 'twist', 'mapping': mapping(workspace, 'twist')}
    with NodeProcess(MODULE, parameters):
        peer.spin_until(lambda: len(ears.poses['MTMR']) > 100)

    assert 1 not in ears.said('operator_present')


@pytest.mark.parametrize(
    ('parameters', 'message'),
    [
        ({'device': 'spacemouse', 'unit': 'no such serial number'}, 'not found; allowed: '),
        ({'device': 'spacenavd', 'unit': '/nowhere.sock'}, 'spacenavd not found'),
        ({'device': 'twist', 'unit': '/twist'}, "unit is '/twist' for the device twist; allowed"),
    ],
)
def test_a_device_that_is_not_there_is_one_line_and_exit_code_2(workspace, parameters, message):
    file = mapping(workspace, parameters['device'])
    with NodeProcess(MODULE, {**parameters, 'mapping': file}) as console:
        code, output = console.wait()

    assert code == 2, output
    assert message in output
    assert 'Traceback' not in output
