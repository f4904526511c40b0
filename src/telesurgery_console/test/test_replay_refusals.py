"""What is no pose, or no recording of a console, is left out or refused, and said."""

import math

import numpy as np
import pytest
from replaying import MS, load

from telesurgery_console.errors import DeviceError
from telesurgery_core.errors import TelesurgeryError


@pytest.mark.parametrize(
    ('quaternion', 'x', 'note'),
    [
        ((math.nan, 0.0, 0.0, 1.0), 0.0, '1 messages with a pose that is not finite: left out'),
        ((0.0, 0.0, 0.0, 1.0), math.inf, '1 messages with a pose that is not finite: left out'),
        (
            (0.0, 0.0, 0.0, 0.5),
            0.0,
            '1 messages with a quaternion that is not of length one: left out',
        ),
    ],
)
def test_a_pose_that_is_none_is_left_out_and_said(bag, quaternion, x, note):
    bag.both_hands(10)
    bag.pose('/MTMR/measured_cp', 22 * MS, x, quaternion)
    timeline = load(bag.write())

    assert note in timeline.notes
    assert all(np.isfinite(sample.right.T_view_hand).all() for sample in timeline.samples)


def test_a_gripper_that_is_none_is_left_out_and_said(bag):
    bag.both_hands(10)
    bag.gripper('/MTMR/gripper/measured_js', 20 * MS, math.nan)
    bag.gripper('/MTML/gripper/measured_js', 20 * MS)

    assert '2 messages without a finite gripper angle: left out' in load(bag.write()).notes


def nothing_recorded(bag):
    pass


def without_masters(bag):
    bag.text('/rosout', 0, 'hello')
    bag.pose('/PSM1/measured_cp', 0)


def with_another_type(bag):
    bag.text('/MTMR/measured_cp', 0, 'hello')


def with_two_consoles(bag):
    bag.pose('/a/MTMR/measured_cp', 0)
    bag.pose('/b/MTMR/measured_cp', 0)


def with_nothing_valid(bag):
    bag.pose('/MTMR/measured_cp', 0, x=math.nan)


def with_stamp_zero(bag):
    bag.pose('/MTMR/measured_cp', -1_700_000_000_000_000_000)


def with_masters_that_say_nothing(bag):
    bag.types['/MTMR/measured_cp'] = 'geometry_msgs/msg/PoseStamped'
    bag.text('/rosout', 0, 'hello')


@pytest.mark.parametrize(
    ('fill', 'message'),
    [
        (nothing_recorded, 'is empty; allowed: one with the poses of a master'),
        (
            without_masters,
            'neither /MTML/measured_cp nor /MTMR/measured_cp.*has /PSM1/measured_cp, /rosout',
        ),
        (with_another_type, "of type 'std_msgs/msg/String'; allowed: geometry_msgs"),
        (with_two_consoles, 'more than once.*/a/MTMR/measured_cp, /b/MTMR/measured_cp'),
        (with_nothing_valid, 'no valid pose of a master.*1 with a pose that is not finite'),
        (with_stamp_zero, 'no valid pose of a master.*with stamp 0'),
        (with_masters_that_say_nothing, 'no valid pose.*its topics are empty'),
    ],
    ids=lambda value: getattr(value, '__name__', ''),
)
def test_a_recording_that_is_no_console_is_refused_in_one_line(bag, fill, message):
    fill(bag)
    with pytest.raises(DeviceError, match=message) as raised:
        load(bag.write())

    assert '\n' not in str(raised.value)


def test_a_recording_cut_before_its_first_message_is_refused_in_one_line(bag):
    path = bag.both_hands(200).write()
    data = (path / 'bag.mcap').read_bytes()
    (path / 'bag.mcap').write_bytes(data[:200])

    with pytest.raises(TelesurgeryError, match='truncated'):
        load(path)


def test_a_recording_that_is_cut_is_played_as_far_as_it_goes_and_says_so(bag):
    path = bag.both_hands(200).write()
    data = (path / 'bag.mcap').read_bytes()
    (path / 'bag.mcap').write_bytes(data[: len(data) // 2])
    timeline = load(path)

    assert 50 < len(timeline.samples) < 150
    assert any(note.startswith('cut: bag.mcap: it ends in the middle') for note in timeline.notes)


def test_messages_that_cannot_be_decoded_are_left_out_and_counted(bag):
    bag.both_hands(20).spoil(every=10)
    timeline = load(bag.write())

    assert len(timeline.samples) == 20
    assert any('that cannot be decoded' in note for note in timeline.notes)


def test_a_robot_without_masters_is_refused_with_what_is_there(shared_data):
    with pytest.raises(DeviceError, match=r'it has .*/PSM2/measured_cp'):
        load(shared_data / 'dvrk' / 'psm2_traj_01')
