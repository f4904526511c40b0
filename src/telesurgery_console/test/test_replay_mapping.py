"""Recordings of other makers become hands by a mapping."""

import math

import numpy as np
import pytest
from replaying import MS

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.errors import DeviceError
from telesurgery_console.replay import load_timeline
from telesurgery_console.replay_mapping import ReplayMapping, load_replay_mapping
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_core.transforms import inverse
from telesurgery_core.types import Hand


def replay_mapping(**content):
    return from_mapping(ReplayMapping, {'device': 'replay', **content}, where='mapping')


def test_poses_of_a_robot_are_a_hand_by_a_mapping(bag):
    for k in range(10):
        bag.pose('/PSM2/setpoint_cp', 10 * k * MS, x=0.001 * k)
        bag.gripper('/PSM2/jaw/setpoint_js', 10 * k * MS, 0.698)
    mapping = replay_mapping(
        right={
            'pose': '/PSM2/setpoint_cp',
            'gripper': '/PSM2/jaw/setpoint_js',
            'gripper_open_rad': 1.396,
            'rotation_deg': [0.0, 0.0, 90.0],
            'scale': 2.0,
        }
    )
    samples = load_timeline(bag.write(), TimeSource.HEADER, 200.0, mapping=mapping).samples

    assert len(samples) == 10
    assert samples[-1].right.T_view_hand[:3, 3] == pytest.approx([0.0, 0.018, 0.0])
    assert samples[-1].right.gripper == pytest.approx(0.5236)
    assert samples[-1].left is None


def test_joints_of_an_arm_are_a_hand_by_its_kinematics(bag):
    for k in range(3):
        bag.gripper('/PSM2/setpoint_js', 10 * k * MS, 0.0, 0.0, 0.1 + 0.01 * k, 0.0, 0.0, 0.0)

    def tip(arm, q):
        T = np.eye(4)
        T[2, 3] = -q[2] if arm == 'PSM2' else math.nan
        return T

    mapping = replay_mapping(left={'joints': '/PSM2/setpoint_js', 'arm': 'PSM2'})
    samples = load_timeline(
        bag.write(), TimeSource.HEADER, 200.0, mapping=mapping, kinematics=tip
    ).samples

    assert [float(s.left.T_view_hand[2, 3]) for s in samples] == pytest.approx(
        [-0.1, -0.11, -0.12]
    )


def test_a_topic_of_the_mapping_that_is_not_there_is_named_with_those_that_are(bag):
    bag.pose('/a', 0)
    mapping = replay_mapping(right={'pose': '/b'})
    with pytest.raises(DeviceError, match=r'/b of the mapping is not in .*allowed: /a;'):
        load_timeline(bag.write(), TimeSource.HEADER, 200.0, mapping=mapping)


@pytest.mark.parametrize(
    ('hand', 'message'),
    [
        ({}, "pose is '' and joints is ''"),
        ({'pose': '/a', 'joints': '/b', 'arm': 'PSM1'}, 'allowed: one of them'),
        ({'joints': '/b'}, "arm is ''; allowed: both or neither"),
        ({'pose': '/a', 'gripper_open_rad': 0.0}, 'two different angles'),
        ({'pose': '/a', 'scale': 0.0}, r'scale is 0\.0; allowed: 0\.05 \.\. 20'),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(hand, message):
    with pytest.raises(ParameterError, match=message):
        replay_mapping(right=hand)


def test_a_recorded_joystick_is_driven_through_its_mapping(bag, workspace):
    mapping = load_replay_mapping(workspace / 'config' / 'devices' / 'joy.yaml')
    for k in range(150):
        # At rest with the presence button released, then held, then the stick pushed left.
        bag.joystick(
            '/joy', 20 * k * MS, [0.5 + 0.001 * (k % 7) if k > 60 else 0.0, *[0.0] * 5], k > 30
        )
    timeline = load_timeline(bag.write(), TimeSource.HEADER, 100.0, mapping=mapping)
    present = [k for k, sample in enumerate(timeline.samples) if sample.operator_present]

    assert 0.5 < present[0] / 100.0 < 0.8
    first, last = timeline.samples[0].right, timeline.samples[-1].right
    assert last.T_view_hand[0, 3] - first.T_view_hand[0, 3] > 0.01
    assert any(note.startswith('MTMR: ') for note in timeline.notes)


def test_a_joystick_s_stamp_in_the_future_does_not_lengthen_the_recording(bag, workspace):
    mapping = load_replay_mapping(workspace / 'config' / 'devices' / 'joy.yaml')
    for k in range(50):
        bag.joystick('/joy', 20 * k * MS, [0.0] * 6, k > 30)
    received_ns, topic, _ = bag.messages[20]
    bag.joystick('/joy', 3_600_000 * MS, [0.0] * 6, True)
    bag.messages[20] = received_ns, topic, bag.messages.pop()[2]
    timeline = load_timeline(bag.write(), TimeSource.HEADER, 100.0, mapping=mapping)

    assert timeline.duration_ns * 1e-9 == pytest.approx(0.98, abs=0.02)
    assert '1 messages with a stamp more than 10 s off: left out' in timeline.notes


def test_the_frame_of_the_shipped_mapping_is_that_of_the_robot(workspace):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    T_patient_view = robot.arms['ECM'].T_patient_rcm.T @ forward(
        robot.model_of('ECM'), robot.model_of('ECM').home
    )
    expected = inverse(T_patient_view) @ robot.arms['PSM2'].T_patient_rcm.T
    mapping = load_replay_mapping(workspace / 'config' / 'replay' / 'dvrk_psm2.yaml')

    assert mapping.right.T_view_source == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize('name', ['dvrk_psm2', 'dvrk_psm_jaws'])
def test_shipped_mappings_are_read(workspace, name):
    assert load_replay_mapping(workspace / 'config' / 'replay' / f'{name}.yaml').right is not None


def test_a_real_robot_is_played_by_its_joints(shared_data, workspace):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    timeline = load_timeline(
        shared_data / 'dvrk' / 'psm2_traj_01',
        TimeSource.HEADER,
        200.0,
        mapping=load_replay_mapping(workspace / 'config' / 'replay' / 'dvrk_psm2.yaml'),
        kinematics=lambda arm, q: forward(robot.model_of(arm), q),
    )

    assert len(timeline.samples) == 3420
    assert timeline.T_view_tips[Hand.RIGHT] == pytest.approx(timeline.samples[0].right.T_view_hand)
