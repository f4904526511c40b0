"""The arms as a real process, beside a plant that does at once what it is told."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import PoseStamped, TwistStamped  # noqa: E402
from rcl_interfaces.msg import Log  # noqa: E402
from sensor_msgs.msg import JointState, Joy  # noqa: E402
from std_msgs.msg import Empty, Float64MultiArray  # noqa: E402

from crtk_msgs.msg import OperatingState, StringStamped  # noqa: E402
from crtk_msgs.srv import QueryForwardKinematics, QueryInverseKinematics  # noqa: E402
from telesurgery_arm.frames import Frames  # noqa: E402
from telesurgery_arm.kinematics import forward  # noqa: E402
from telesurgery_bringup.reset import reset  # noqa: E402
from telesurgery_bringup.stop import stop  # noqa: E402
from telesurgery_core.transforms import pose, rotation_from_vector  # noqa: E402
from telesurgery_core.types import HandCommand  # noqa: E402
from telesurgery_core.types import TeleopCommand as Command  # noqa: E402
from telesurgery_msgs.msg import (  # noqa: E402
    CommandTrace,
    SafetyState,
    SimulatorState,
    TeleopCommand,
)
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import (  # noqa: E402
    command_to_msg,
    joint_state,
    now_ns,
    pose_from_msg,
    to_ns,
)
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402
from telesurgery_safety.testing.limits import LENIENT  # noqa: E402

MODULE = 'telesurgery_arm.node'
CONTROL_HZ = 500.0


class Plant:
    """Publishes what it was last told as joint states, at 100 Hz; keeps what it was told."""

    def __init__(self, peer, description):
        self.peer = peer
        self.description = description
        self.names = list(description.joint_names)
        self.joints = [0.0] * len(self.names)
        self.targets = []
        """Pairs of publication sequence number and targets."""
        peer.node.create_subscription(
            Float64MultiArray,
            '/forward_position_controller/commands',
            self.on_target,
            qos.STREAM_IN,
        )
        self.publisher = peer.node.create_publisher(JointState, '/joint_states', qos.STREAM_OUT)
        self.timer = peer.node.create_timer(0.01, self.publish)

    def on_target(self, message, info):
        self.joints = list(message.data)
        self.targets.append((info['publication_sequence_number'], self.joints))

    def publish(self):
        self.publisher.publish(
            joint_state(self.names, now_ns(), self.joints, [0.0] * len(self.joints))
        )

    def q(self, arm):
        return self.joints[self.description.joint_slice(arm)]


class Site:
    """The process, the plant, and everything that the arms say."""

    def __init__(self, process, peer, description):
        self.process = process
        self.peer = peer
        self.description = description
        self.plant = Plant(peer, description)
        self.states = {
            arm: peer.collect(OperatingState, f'/{arm}/operating_state', qos.LATCHED)
            for arm in description.arms
        }
        self.safety = peer.collect(SafetyState, '/safety/state', qos.STREAM_IN)
        self.frames = Frames(description)
        ecm = description.models['ECM']
        self.frames.see(forward(ecm, ecm.home))

    def until(self, condition):
        self.peer.spin_until(condition)

    def meanwhile(self, act):
        """Return what ``act()`` returns; the plant goes on, as a real one would."""
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(act)
            self.until(future.done)
            return future.result()

    def homed(self):
        self.until(
            lambda: all(
                said and said[-1].is_homed and not said[-1].is_busy
                for said in self.states.values()
            )
        )
        return self

    def safety_of(self, arm):
        for said in reversed(self.safety):
            for one in said.arms:
                if one.arm == arm:
                    return one
        return None

    def client(self, kind, name):
        return self.peer.client(kind, name, SafetyState, '/safety/state')

    def send(self, topic, message, profile=qos.EVENT):
        publisher = self.peer.publisher(type(message), topic, profile)
        publisher.publish(message)
        return publisher

    def tip_in_view(self, q):
        return self.frames.T_base_rcm('PSM1') @ forward(self.description.models['PSM'], q)


@pytest.fixture
def make_site(workspace, robot_description):
    opened = []

    def make(**parameters):
        arguments = {'arms_file': workspace / 'config' / 'arms.yaml', **LENIENT, **parameters}
        process = NodeProcess(MODULE, arguments)
        peer = Peer()
        opened.extend([process, peer])
        return Site(process, peer, robot_description)

    yield make
    for context in reversed(opened):
        context.__exit__(None, None, None)


@pytest.fixture
def site(make_site):
    return make_site().homed()


def test_the_arms_are_enabled_and_homed_when_joint_states_come(site):
    assert site.states['PSM1'][-1].state == 'ENABLED'
    for arm in site.description.arms:
        home = site.description.model_of(arm).home
        assert site.plant.q(arm)[: len(home)] == pytest.approx(home)
    busy = [said.is_busy for said in site.states['PSM1']]
    assert True in busy[:-1]


def test_streams_say_where_the_tip_is(site, psm):
    view = site.peer.collect(PoseStamped, '/PSM1/measured_cp', qos.STREAM_IN)
    setpoint = site.peer.collect(PoseStamped, '/PSM1/setpoint_cp', qos.STREAM_IN)
    local = site.peer.collect(PoseStamped, '/PSM1/local/measured_cp', qos.STREAM_IN)
    endoscope = site.peer.collect(PoseStamped, '/ECM/measured_cp', qos.STREAM_IN)
    joints = site.peer.collect(JointState, '/PSM1/measured_js', qos.STREAM_IN)
    jaw = site.peer.collect(JointState, '/PSM1/jaw/measured_js', qos.STREAM_IN)
    twist = site.peer.collect(TwistStamped, '/PSM1/measured_cv', qos.STREAM_IN)
    site.until(lambda: view and setpoint and local and endoscope and joints and jaw and twist)
    home = site.description.model_of('PSM1').home
    T = site.tip_in_view(home)
    assert pose_from_msg(view[-1].pose) == pytest.approx(T, abs=1e-9)
    assert pose_from_msg(setpoint[-1].pose) == pytest.approx(T, abs=1e-9)
    assert pose_from_msg(local[-1].pose) == pytest.approx(forward(psm, home), abs=1e-9)
    frames = [said[-1].header.frame_id for said in (view, setpoint, local, endoscope)]
    assert frames == ['view', 'view', 'PSM1_rcm', 'patient']
    assert tuple(joints[-1].name) == tuple(joint.name for joint in psm.joints)
    assert (len(jaw[-1].position), jaw[-1].name) == (1, ['jaw'])
    assert twist[-1].twist.linear.x == pytest.approx(0.0)


def command(sequence, hand, age_s=0.0):
    return command_to_msg(
        Command(now_ns() - int(age_s * 1e9), sequence, HandCommand(arm='PSM2'), hand)
    )


class Operator:
    """Sends the same wish again and again, 50 times a second."""

    def __init__(self, site):
        self.out = site.peer.publisher(TeleopCommand, '/teleop/command', qos.STREAM_OUT)
        self.hand = HandCommand('PSM1')
        self.sent = {}
        """Stamps by publication sequence number."""
        self.timer = site.peer.node.create_timer(0.02, self.tick)

    def tick(self):
        message = command(len(self.sent) + 1, self.hand)
        self.out.publish(message)
        self.sent[len(self.sent) + 1] = to_ns(message.header.stamp)

    def wish(self, p=(0, 0, 0), v=(0, 0, 0), epoch=1, *, engaged=True):
        self.hand = HandCommand('PSM1', engaged, epoch, pose(rotation_from_vector(v), p), 0.4)


def test_the_operators_hand_moves_the_tip(site):
    operator = Operator(site)
    site.until(lambda: len(operator.sent) > 10)
    operator.wish()
    site.until(lambda: site.safety_of('PSM1').state == 'following')
    before = site.tip_in_view(site.plant.q('PSM1')[:6])
    operator.wish(p=(0.005, -0.004, 0.006), v=(0.1, 0.05, -0.1))
    wanted = before[:3, 3] + (0.005, -0.004, 0.006)
    site.until(
        lambda: np.allclose(site.tip_in_view(site.plant.q('PSM1')[:6])[:3, 3], wanted, atol=1e-8)
    )
    site.until(lambda: site.plant.q('PSM1')[6] == pytest.approx(0.2))  # half of the jaw's angle


def test_the_trace_says_which_target_carried_a_command_first(site):
    traces = site.peer.collect(CommandTrace, '/trace/command', qos.EVENT)
    operator = Operator(site)
    site.until(lambda: len(operator.sent) > 10)
    operator.wish()
    site.until(lambda: site.safety_of('PSM1').state == 'following')
    site.until(lambda: site.plant.q('PSM1')[6] == pytest.approx(0.2))
    site.until(lambda: all(q == site.plant.joints for _, q in site.plant.targets[-50:]))
    still, last_still = site.plant.joints, len(operator.sent)
    begin = site.plant.targets[-1][0]
    operator.wish(p=(0.005, 0.0, 0.0))
    moved = range(last_still + 1, last_still + 30)
    site.until(lambda: any(number in moved for trace in traces for number in trace.command_number))
    carried = {}
    for trace in traces:
        for number, stamp, target in zip(
            trace.command_number, trace.command_stamp, trace.target_number, strict=True
        ):
            assert operator.sent[number] == to_ns(stamp)
            carried[number] = target
    first = carried[min(number for number in carried if number in moved)]
    for number, joints in site.plant.targets:
        if number >= begin:
            assert (joints != still) == (number >= first)


def test_silence_of_the_operator_is_a_hold_that_says_why(make_site):
    site = make_site(command_gap_limit_s=0.3).homed()
    operator = Operator(site)
    site.until(lambda: len(operator.sent) > 5)
    operator.wish()
    site.until(lambda: site.safety_of('PSM1').state == 'following')
    operator.timer.cancel()
    site.until(lambda: site.safety_of('PSM1').state == 'hold')
    assert 'no command for' in site.safety_of('PSM1').reason
    assert site.safety[-1].holds >= 1
    operator.timer.reset()
    count = len(operator.sent)
    site.until(lambda: len(operator.sent) > count + 20)
    assert site.safety_of('PSM1').state == 'hold'
    operator.wish(epoch=2)
    site.until(lambda: site.safety_of('PSM1').state == 'following')


def crooked_pose():
    message = PoseStamped()
    message.pose.orientation.w = 1.5
    return message


def command_with_nan():
    message = command(1, HandCommand('PSM1'))
    message.right.displacement.position.x = math.nan
    return message


INVALID = {
    '/PSM1/servo_jp': (
        lambda: JointState(position=[math.nan] * 6),
        'servo_jp of yaw is nan; allowed: a finite number',
    ),
    '/PSM2/move_jp': (lambda: JointState(position=[0.1] * 5), 'move_jp has 5 values; allowed: 6'),
    '/PSM1/servo_cp': (crooked_pose, 'norm 1.5; allowed: 1 within 0.001'),
    '/PSM3/state_command': (
        lambda: StringStamped(string='go'),
        "'go'; allowed: enable, disable, pause, resume, home, unhome",
    ),
    '/ECM/jaw/servo_jp': (lambda: JointState(position=[0.1]), 'ECM has no jaw'),
    '/PSM1/free': (Empty, 'free is not supported'),
    '/teleop/command': (command_with_nan, 'refused: pose has position (nan'),
}


def test_invalid_commands_are_refused_with_a_warning_and_move_nothing(site):
    log = site.peer.collect(Log, '/rosout', qos.EVENT)
    before = site.plant.joints
    for topic, (make, words) in INVALID.items():
        publisher = site.peer.publisher(type(make()), topic, qos.STREAM_OUT)
        # A stream's subscriber may not yet know this publisher when the first message is sent.
        again = site.peer.node.create_timer(0.1, lambda: publisher.publish(make()))  # noqa: B023
        site.until(lambda: any(topic in said.msg and words in said.msg for said in log))  # noqa: B023
        again.cancel()
    assert site.plant.joints == before
    site.process.interrupt()
    assert site.process.wait()[0] == 0


def test_a_client_moves_an_arm_and_sees_it_busy(site):
    site.states['PSM2'].clear()
    out = site.send('/PSM2/move_jp', JointState(position=[0.1, 0.1, 0.13, 0.2, 0.1, -0.1]))
    site.until(lambda: any(said.is_busy for said in site.states['PSM2']))
    site.until(lambda: not site.states['PSM2'][-1].is_busy)
    site.until(lambda: site.plant.q('PSM2')[5] == pytest.approx(-0.1))
    assert site.plant.q('PSM2')[:6] == pytest.approx([0.1, 0.1, 0.13, 0.2, 0.1, -0.1])
    out.publish(JointState(position=[0.5, 0.1, 0.13, 0.2, 0.1, -0.1]))
    site.until(lambda: site.states['PSM2'][-1].is_busy)
    site.send('/PSM2/hold', Empty())
    site.until(lambda: not site.states['PSM2'][-1].is_busy)
    assert site.plant.q('PSM2')[0] < 0.5


def test_a_limit_that_acts_is_said_in_the_safety_state(site):
    site.send('/PSM3/move_jp', JointState(position=[0.0, 0.0, 0.9, 0.0, 0.0, 0.0]))
    site.until(
        lambda: any(
            'insertion: position 0.9 m limited to 0.24 m' in arm.reason
            for said in site.safety
            for arm in said.arms
        )
    )
    site.until(lambda: site.plant.q('PSM3')[2] == pytest.approx(0.24))


def test_state_commands_are_obeyed_in_order(site):
    out = site.peer.publisher(StringStamped, '/PSM1/state_command', qos.EVENT)
    for text in ('pause', 'enable', 'resume', 'disable', 'enable', 'pause'):
        out.publish(StringStamped(string=text))
    site.until(lambda: site.states['PSM1'][-1].state == 'PAUSED')
    site.until(lambda: site.safety_of('PSM1').state == 'disabled')
    assert site.states['PSM1'][-1].is_homed


@pytest.mark.parametrize('prefix', ['PSM1', 'PSM1/local'])
def test_kinematics_can_be_asked_for(site, prefix):
    there_of = site.client(QueryForwardKinematics, f'/{prefix}/forward_kinematics')
    back_of = site.client(QueryInverseKinematics, f'/{prefix}/inverse_kinematics')
    q = [0.1, -0.1, 0.13, 0.2, 0.1, -0.1]

    there = site.peer.ask(there_of, QueryForwardKinematics.Request(jp=q))
    assert (there.result, there.message) == (True, '')
    again = site.peer.ask(back_of, QueryInverseKinematics.Request(cp=there.cp, jp=q))
    assert again.result
    assert list(again.jp) == pytest.approx(q, abs=1e-9)
    assert (
        'jp has 2 values'
        in site.peer.ask(there_of, QueryForwardKinematics.Request(jp=[0.0, 0.0])).message
    )
    there.cp.orientation.w += 1.0
    refused = site.peer.ask(back_of, QueryInverseKinematics.Request(cp=there.cp, jp=q))
    assert not refused.result
    assert 'norm' in refused.message


def test_a_dead_simulator_is_a_fault_that_says_why(site):
    site.send(
        '/simulator/state', SimulatorState(state='dead', reason='it was killed'), qos.LATCHED
    )
    site.until(lambda: site.safety_of('ECM').state == 'fault')
    assert 'it was killed' in site.safety_of('ECM').reason
    site.until(lambda: {said[-1].state for said in site.states.values()} == {'FAULT'})


def test_nothing_is_sent_before_joint_states_come(make_site):
    site = make_site()
    site.plant.timer.cancel()
    site.until(lambda: len(site.safety) > 5)
    assert site.plant.targets == []
    begun = time.monotonic()
    site.plant.timer.reset()
    site.until(lambda: site.plant.targets)
    ticks = (time.monotonic() - begun) * CONTROL_HZ
    site.until(lambda: len(site.plant.targets) > 50)
    numbers = [number for number, _ in site.plant.targets]
    # The middleware counts from one, as the node does. The first ones may have passed unheard,
    # but not more than there were ticks since the joint states came, and one that was due.
    assert 1 <= numbers[0] <= ticks + 2
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ('parameters', 'words'),
    [
        ({'arms_file': '/nowhere/arms.yaml'}, "'/nowhere/arms.yaml' cannot be read"),
        ({'move_ratio': 7.0}, 'move_ratio is 7.0; allowed: 0.01 .. 1'),
        ({'speed': 1.0}, "unknown key 'speed'"),
    ],
)
def test_wrong_parameters_end_it_with_one_line(parameters, words):
    with NodeProcess(MODULE, parameters) as process:
        code, output = process.wait()
    assert code == 2
    assert any(line.startswith('[arms] error: ') and words in line for line in output.splitlines())


def test_a_second_process_is_refused(site, workspace):
    with NodeProcess(MODULE, {'arms_file': workspace / 'config' / 'arms.yaml'}) as second:
        code, output = second.wait()
    assert code == 2
    assert "node 'arms' already runs" in output


def test_an_emergency_stop_is_latched_and_ends_in_two_steps(domain_id, site):
    site.send('/emergency_stop', StringStamped(string='smoke'))
    site.until(lambda: site.safety and site.safety[-1].site == 'emergency stop')
    said = site.safety[-1]
    assert {arm.state for arm in said.arms} == {'emergency stop'}
    assert said.stopped == 'emergency stop by somebody unknown: smoke'
    Operator(site).wish(epoch=2)
    assert not site.meanwhile(lambda: reset(domain_id, 'nurse', lambda code: f'not {code}'))
    assert site.safety_of('PSM1').state == 'emergency stop'
    assert site.meanwhile(lambda: reset(domain_id, 'nurse', lambda code: code))
    site.until(lambda: site.safety_of('PSM1').state == 'ready')


def test_a_button_at_the_bedside_and_the_terminal_stop_as_well(domain_id, site):
    site.send('/console/stop', Joy(buttons=[0, 1]))
    site.until(lambda: site.safety[-1].site == 'emergency stop')
    assert site.meanwhile(lambda: reset(domain_id, 'nurse', lambda code: code))
    site.until(lambda: site.safety[-1].site == 'ready')
    assert site.meanwhile(lambda: stop(domain_id, 'enough', 'terminal'))
    site.until(lambda: site.safety[-1].stopped == 'emergency stop by terminal: enough')
