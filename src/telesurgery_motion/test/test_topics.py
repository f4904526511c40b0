"""The motion node's topics for tools, against the node as a real process."""

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import PoseStamped, QuaternionStamped  # noqa: E402
from rcl_interfaces.msg import Log  # noqa: E402
from sensor_msgs.msg import Joy  # noqa: E402
from std_msgs.msg import Bool, Float64, String  # noqa: E402

from crtk_msgs.msg import StringStamped  # noqa: E402
from telesurgery_motion.topics.teleop import SELECTIONS  # noqa: E402
from telesurgery_msgs.msg import (  # noqa: E402
    ArmSafety,
    LinkStatus,
    MotionState,
    SafetyState,
    TeleopCommand,
)
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import header, now_ns, to_stamp  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

PERIOD_S = 0.01
REPORT_S = 0.05


CALM = {'filter': 'none', 'silence_limit_s': 1.0}
"""A busy machine may keep this test's masters from speaking for a while."""


class Operator:
    """A peer with both masters at rest, who presses pedals and listens to everything."""

    def __init__(self, peer, *, present=True):
        self.peer = peer
        self.masters = [
            peer.publisher(PoseStamped, f'/{name}/measured_cp', qos.STREAM_OUT)
            for name in ('MTML', 'MTMR')
        ]
        self.pedals = {
            name: peer.publisher(Joy, f'/console/{name}', qos.LATCHED)
            for name in ('operator_present', 'clutch', 'camera')
        }
        self.commands = peer.collect(TeleopCommand, '/teleop/command', qos.STREAM_IN)
        self.states = peer.collect(MotionState, '/motion/state', qos.STREAM_IN)
        peer.node.create_timer(PERIOD_S, self.tick)
        if present:
            self.press('operator_present', 1)

    def tick(self):
        stamp = to_stamp(now_ns())
        for publisher in self.masters:
            message = PoseStamped()
            message.header.stamp = stamp
            message.pose.orientation.w = 1.0
            publisher.publish(message)

    def report(self, message_type, topic, message):
        """Let the patient's side say the same again and again."""
        publisher = self.peer.publisher(message_type, topic, qos.STREAM_OUT)
        self.peer.node.create_timer(REPORT_S, lambda: publisher.publish(message))

    def request(self, message_type, topic, message, done):
        """Ask again and again until it is done: a subscriber may not have met us yet."""
        publisher = self.peer.publisher(message_type, topic, qos.EVENT)
        timer = self.peer.node.create_timer(0.2, lambda: publisher.publish(message))
        self.until(done)
        timer.cancel()

    def press(self, pedal, button):
        self.pedals[pedal].publish(Joy(buttons=[button]))

    def right(self):
        return self.states[-1].hands[1]

    def until(self, condition):
        self.peer.spin_until(lambda: self.states and self.commands and condition())


@pytest.fixture
def peer():
    with Peer() as peer:
        yield peer


@pytest.fixture
def start(peer):
    processes = []

    def start(*, present=True, **parameters):
        process = NodeProcess('telesurgery_motion.node', {**CALM, **parameters})
        processes.append(process)
        return process, Operator(peer, present=present)

    yield start
    for process in processes:
        process.__exit__(None, None, None)


def test_a_tool_sees_what_it_knows_and_changes_it(peer, start):
    _, operator = start()
    following = peer.collect(Bool, '/MTMR_PSM1/following', qos.LATCHED)
    current = peer.collect(String, '/MTMR_PSM1/current_state', qos.LATCHED)
    scale = peer.collect(Float64, '/MTMR_PSM1/scale', qos.LATCHED)
    locked = peer.collect(Joy, '/MTMR_PSM1/rotation_locked', qos.LATCHED)
    for_all = peer.collect(Float64, '/console/teleop/scale', qos.LATCHED)
    operator.until(lambda: following and following[-1].data and operator.right().following)
    epoch = operator.right().epoch

    operator.request(
        Float64,
        '/MTMR_PSM1/set_scale',
        Float64(data=0.5),
        lambda: scale and scale[-1].data == 0.5,
    )
    operator.request(
        Bool,
        '/MTMR_PSM1/lock_rotation',
        Bool(data=True),
        lambda: locked and locked[-1].buttons[0] == 1,
    )
    operator.request(
        Float64,
        '/console/teleop/set_scale',
        Float64(data=0.1),
        lambda: for_all and for_all[-1].data == 0.1 and scale[-1].data == 0.1,
    )
    operator.until(lambda: operator.right().scale == 0.1)

    assert current[-1].data == 'ENABLED'
    assert operator.right().rotation_locked
    assert operator.right().epoch == epoch, 'no change of settings is an engagement'


def test_selecting_gives_a_hand_another_arm_that_it_drives_after_a_clutch(peer, start):
    _, operator = start()
    selected = peer.collect(String, '/console/teleop/teleop_selected', SELECTIONS)
    unselected = peer.collect(String, '/console/teleop/teleop_unselected', SELECTIONS)
    operator.until(lambda: operator.right().following)
    operator.request(
        String,
        '/console/teleop/select_teleop',
        String(data='MTMR_PSM2'),
        lambda: operator.right().state == 'must_release',
    )

    assert not operator.commands[-1].right.engaged
    assert operator.right().reason == (
        'the arm was changed; press and release the clutch to drive PSM2'
    )
    operator.press('clutch', 1)
    operator.until(lambda: operator.right().hindrance == 'clutch')
    operator.press('clutch', 0)
    operator.until(lambda: operator.right().following)
    assert operator.commands[-1].right.arm == 'PSM2'
    assert operator.states[-1].selected == ['MTMR_PSM2', 'MTMR_ECM']
    assert selected[-1].data == 'MTMR_PSM2'
    assert {message.data for message in unselected} == {'MTMR_PSM1', 'MTML_PSM2'}


def test_the_devices_button_swaps_on_the_fly(peer, start):
    _, operator = start()
    swap = peer.publisher(Joy, '/console/arm_swap', qos.EVENT)
    operator.until(lambda: operator.right().following)
    first, epoch = len(operator.states), operator.right().epoch
    operator.until(lambda: len(operator.states) > first + 5)  # it is asked once: all have met
    swap.publish(Joy(buttons=[0, 1]))
    operator.until(lambda: operator.right().arm == 'PSM3' and operator.right().following)

    assert operator.right().epoch == epoch + 1
    assert operator.states[-1].hands[0].arm == 'PSM2'


def test_a_motion_part_that_is_started_again_moves_nothing_by_that(peer, start):
    there = peer.node.create_publisher(Joy, '/console/operator_present', qos.LATCHED)
    there.publish(Joy(header=header(now_ns()), buttons=[1]))
    _, operator = start(present=False)
    operator.until(lambda: operator.right().hindrance == 'must_release')
    assert operator.right().reason.startswith('the motion part was started again; press')

    operator.press('clutch', 1)
    operator.until(lambda: operator.right().hindrance == 'clutch')
    operator.press('clutch', 0)
    operator.until(lambda: operator.right().following)


def test_teleoperation_is_switched_off_and_on(peer, start):
    _, operator = start()
    enabled = peer.collect(Bool, '/console/teleop/enabled', qos.LATCHED)
    operator.until(lambda: operator.right().following)
    operator.request(
        Bool,
        '/console/teleop/enable',
        Bool(data=False),
        lambda: operator.right().hindrance == 'disabled' and not enabled[-1].data,
    )
    operator.request(
        Bool,
        '/console/teleop/enable',
        Bool(data=True),
        lambda: operator.right().hindrance == 'must_release',
    )
    operator.request(
        StringStamped,
        '/MTMR_PSM1/state_command',
        StringStamped(string='disable'),
        lambda: operator.right().hindrance == 'pair_disabled',
    )
    assert not operator.commands[-1].right.engaged


def test_an_aligned_hand_waits_for_the_tip_and_says_by_how_much_it_is_off(peer, start):
    process, operator = start(alignment='absolute')
    offset = peer.collect(QuaternionStamped, '/MTMR_PSM1/alignment_offset', qos.LATCHED)
    operator.until(lambda: operator.right().hindrance == 'tip_unknown')
    pose = PoseStamped()
    pose.pose.orientation.z, pose.pose.orientation.w = 0.0871557, 0.9961947  # ten degrees
    operator.report(PoseStamped, '/PSM1/measured_cp', pose)
    operator.until(lambda: operator.right().hindrance == 'misaligned' and offset)
    assert operator.right().misalignment_deg == pytest.approx(10.0, abs=0.01)
    assert offset[-1].quaternion.z == pytest.approx(0.08716, abs=1e-4)

    pose.pose.orientation.z, pose.pose.orientation.w = 0.0261769, 0.9996573  # three degrees
    operator.until(lambda: operator.right().following)
    process.interrupt()
    _, output = process.wait()
    assert output.count('MTMR does not move PSM1: the hand is turned 10.0 deg away') <= 1


def test_a_held_arm_is_told_and_logged_once(peer, start):
    process, operator = start()
    operator.until(lambda: operator.right().following)
    held = ArmSafety(arm='PSM1', state='hold', holder='A', reason='no command for 120 ms')
    operator.report(SafetyState, '/safety/state', SafetyState(arms=[held]))
    operator.until(lambda: operator.right().hindrance == 'not_following')
    first = len(operator.states)
    operator.until(lambda: len(operator.states) > first + 15)
    process.interrupt()
    _, output = process.wait()
    told = 'PSM1 is in the state hold at the patient side (no command for 120 ms)'
    assert output.count(f'MTMR does not move PSM1: {told}') == 1


def test_a_long_round_trip_scales_down_where_that_is_wanted(peer, start):
    _, operator = start(delay_scaling=True, delay_scaling_time_s=0.1)
    operator.report(LinkStatus, '/link/status', LinkStatus(round_trip_p50_ms=600.0))
    operator.until(lambda: operator.states[-1].delay_factor == 0.5)
    assert operator.right().scale == pytest.approx(0.1)


def test_what_cannot_be_met_is_refused_in_words_and_changes_nothing(peer, start):
    _, operator = start()
    requests = {
        '/MTMR_PSM1/set_scale': (Float64, Float64(data=3.0)),
        '/console/teleop/set_scale': (Float64, Float64(data=float('nan'))),
        '/console/teleop/select_teleop': (String, String(data='MTMR_PSM9')),
        '/console/teleop/unselect_teleop': (String, String(data='MTML_PSM3')),
        '/MTMR_PSM1/state_command': (StringStamped, StringStamped(string='dance')),
    }
    logs = peer.collect(Log, '/rosout', qos.EVENT)
    for topic, (message_type, message) in requests.items():
        told = f'{topic} refused: '
        operator.request(
            message_type, topic, message, lambda told=told: any(told in log.msg for log in logs)
        )
    operator.until(lambda: operator.right().following)

    text = '\n'.join(log.msg for log in logs)
    assert 'scale is 3.0; allowed: 0.05 .. 1; nothing is changed' in text
    assert "state command is 'dance'; allowed: enable, disable, align_mtm" in text
    assert operator.states[-1].selected == ['MTMR_PSM1', 'MTML_PSM2', 'MTMR_ECM']
    assert (operator.states[-1].scale, operator.right().scale) == (0.2, 0.2)
