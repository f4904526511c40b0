import math
from dataclasses import replace

import numpy as np
import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.errors import DeviceError
from telesurgery_console.lead_in import PERIOD_S, TIP_M_S, led_in
from telesurgery_console.replay import Replay, load_timeline, refuse_standstill
from telesurgery_console.replay_mapping import ReplayMapping, load_replay_mapping
from telesurgery_core.errors import ParameterError, TelesurgeryError
from telesurgery_core.parameters import from_mapping
from telesurgery_core.transforms import inverse, rotation_about
from telesurgery_core.types import Hand

MS = 1_000_000


def load(path, time_source=TimeSource.HEADER, rate_hz=200.0):
    return load_timeline(path, time_source, rate_hz)


def play(timeline, period_s=0.005, start=1000.0, **options):
    device, samples = Replay(timeline, **options), []
    now = start
    while not device.finished:
        samples.append(device.poll(now))
        now += period_s
        assert now < start + 1000.0
    return [sample for sample in samples if sample is not None]


def x_of(sample, hand=Hand.RIGHT):
    return round(float(sample.hand(hand).T_view_hand[0, 3]), 9)


def test_every_sample_is_played_once_and_then_the_operator_goes(bag):
    samples = play(load(bag.both_hands(20).write()))

    assert [x_of(sample) for sample in samples] == [*[k / 1000 for k in range(20)], 0.019]
    assert [sample.operator_present for sample in samples] == [True] * 20 + [False]


def test_samples_are_stamped_with_the_time_of_the_poll(bag):
    samples = play(load(bag.both_hands(20).write()), start=50.0)

    assert [sample.stamp_ns for sample in samples[:20]] == pytest.approx(
        [round((50.0 + 0.005 * k) * 1e9) for k in range(20)], abs=100
    )


def test_the_device_says_when_its_next_sample_is_due(bag):
    for k in (0, 3, 17, 18, 40):
        bag.pose('/MTMR/measured_cp', k * MS, x=0.001 * k)
    device = Replay(load(bag.write(), rate_hz=1000.0))
    now, heard = 7.0, []
    while not device.finished:
        sample = device.poll(now)
        heard.append((round((now - 7.0) * 1e3), x_of(sample)))
        now = device.next_poll(now)

    assert heard == [(0, 0.0), (3, 0.003), (17, 0.017), (18, 0.018), (40, 0.04), (45, 0.04)]


def test_a_late_poll_gets_the_newest_sample_and_the_overtaken_ones_are_counted(bag):
    device = Replay(load(bag.both_hands(20).write()))
    device.poll(0.0)

    assert x_of(device.poll(0.050)) == 0.010
    assert device.skipped == 9
    assert device.poll(0.051) is None


def test_the_speed_shortens_the_time(bag):
    timeline = load(bag.both_hands(21).write())
    device = Replay(timeline, speed=2.0)
    device.poll(0.0)

    assert x_of(device.poll(0.025)) == 0.010
    assert device.describe() == 'recording: 21 samples in 0.1 s'


def test_a_part_of_a_recording_is_played(bag):
    timeline = load(bag.both_hands(100).write()).part(0.1, 0.2)
    samples = play(timeline)

    assert [x_of(samples[0]), x_of(samples[-2])] == [0.020, 0.059]
    assert not samples[-1].operator_present


def test_a_part_after_the_end_is_refused(bag):
    with pytest.raises(DeviceError, match=r'start_s is 5\.0; allowed: less than .* 0\.095 s'):
        load(bag.both_hands(20).write()).part(5.0, 1.0)


def test_the_same_recording_gives_the_same_samples_to_the_bit(bag):
    path = bag.both_hands(50).write()

    def bits():
        return [
            (sample.stamp_ns, sample.left.T_view_hand.tobytes(), sample.left.gripper)
            for sample in play(load(path))
        ]

    assert bits() == bits()


def test_poses_of_two_hands_stamped_apart_are_one_sample(bag):
    for k in range(10):
        bag.pose('/MTML/measured_cp', 5 * k * MS, x=k)
        bag.pose('/MTMR/measured_cp', 5 * k * MS + MS, x=k)
    timeline = load(bag.write())

    assert len(timeline.samples) == 10
    assert all(x_of(s, Hand.LEFT) == x_of(s, Hand.RIGHT) for s in timeline.samples)


def test_no_two_samples_are_closer_than_half_a_period_of_the_rate(bag):
    for k in range(1000):
        bag.pose('/MTMR/measured_cp', k * MS, x=0.001 * k)
    timeline = load(bag.write(), rate_hz=100.0)

    assert np.diff([sample.stamp_ns for sample in timeline.samples]).min() >= 5 * MS
    assert x_of(timeline.samples[-1]) == 0.999


def test_pedals_hold_from_when_they_are_pressed(bag):
    bag.both_hands(20)
    bag.joy('/console/operator_present', 0, 1)
    bag.joy('/console/clutch', 25 * MS, 1)
    bag.joy('/console/clutch', 50 * MS, 0)
    bag.joy('/console/camera', 75 * MS, 2)  # a quick tap is over at once
    samples = load(bag.write()).samples

    assert [k for k, sample in enumerate(samples) if sample.clutch] == [5, 6, 7, 8, 9]
    assert not any(sample.camera for sample in samples)
    assert all(sample.operator_present for sample in samples)


def test_a_recorded_operator_is_absent_until_recorded_as_present(bag):
    bag.both_hands(20)
    bag.joy('/console/operator_present', 50 * MS, 1)
    samples = load(bag.write()).samples

    assert [sample.operator_present for sample in samples] == [False] * 10 + [True] * 10


def test_topics_may_be_below_a_namespace(bag):
    bag.pose('/operator/MTMR/measured_cp', 0)

    assert load(bag.write()).samples[0].right is not None


def test_a_missing_hand_and_missing_grippers_are_said(bag):
    bag.pose('/MTMR/measured_cp', 0)
    timeline = load(bag.write())

    assert timeline.samples[0].left is None
    assert timeline.notes[:3] == (
        'no MTML: that hand rests',
        'no MTMR/gripper/measured_js: its jaw stays closed',
        'no console/operator_present: present from the first sample to the last',
    )


def test_a_hand_that_ends_early_is_missing_from_then_on(bag):
    for k in range(200):
        bag.pose('/MTMR/measured_cp', 5 * k * MS)
        if k < 100:
            bag.pose('/MTML/measured_cp', 5 * k * MS)
    samples = load(bag.write()).samples

    assert samples[99].left is not None
    assert samples[-1].left is None
    assert samples[-1].right is not None


def test_recorded_times_may_be_played_instead_of_measured_ones(bag):
    for k in range(5):
        bag.received_after_ns = k * 10 * MS
        bag.pose('/MTMR/measured_cp', 5 * k * MS)
    bag.write()

    assert load(bag.folder, TimeSource.HEADER).duration_ns == 20 * MS
    assert load(bag.folder, TimeSource.RECEIVE).duration_ns == 60 * MS


def test_messages_out_of_order_are_played_in_order(bag):
    for k in (0, 2, 1, 4, 3):
        bag.received_after_ns += 100 * MS
        bag.pose('/MTMR/measured_cp', 5 * k * MS, x=k)

    assert [x_of(sample) for sample in load(bag.write()).samples] == [0, 1, 2, 3, 4]


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


@pytest.mark.parametrize(
    ('name', 'seconds'),
    [('Suturing_B002', 114.8), ('Needle_Passing_C004', 80.9), ('Knot_Tying_D001', 46.6)],
)
def test_surgeons_are_played(shared_data, name, seconds):
    timeline = load(shared_data / 'jigsaws' / name)

    assert timeline.duration_ns * 1e-9 == pytest.approx(seconds, abs=0.2)
    assert all(sample.left and sample.right for sample in timeline.samples)
    assert len(play(timeline.part(10.0, 5.0), period_s=0.01)) == 151


# Recordings of other makers


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


# Gaps, and stamps that are not as they should be


def with_a_gap(bag, gap_ms=1000):
    for k in range(100):
        later = gap_ms if k >= 50 else 0
        bag.pose('/MTMR/measured_cp', (5 * k + later) * MS, x=0.001 * k)
    return load(bag.write())


def test_in_a_gap_the_operator_lets_go_and_engages_anew_after_it(bag):
    samples = with_a_gap(bag).samples
    absent = [s.stamp_ns / MS for s in samples if not s.operator_present]

    # 0.2 s after the last pose, and with the first one that comes again.
    assert absent == [245 + 200, 1250]
    assert samples[-1].operator_present


def test_gaps_are_counted_and_said(bag):
    assert any(
        note.startswith('1 gaps of more than 0.2 s (the longest 1.00 s)')
        for note in with_a_gap(bag, 995).notes
    )


def test_a_hand_that_comes_back_is_released_first(bag):
    for k in range(300):
        bag.pose('/MTML/measured_cp', 5 * k * MS)
        if not 100 <= k < 200:
            bag.pose('/MTMR/measured_cp', 5 * k * MS)
    samples = load(bag.write()).samples
    back = next(k for k in range(150, 300) if samples[k].right is not None)

    assert not samples[back].operator_present
    assert samples[back - 1].operator_present
    assert samples[back + 1].operator_present


def test_stamps_out_of_order_doubled_and_in_the_future_are_counted(bag):
    for k in (0, 1, 3, 2, 4, 4):
        bag.received_after_ns += 10 * MS
        bag.pose('/MTMR/measured_cp', 5 * k * MS, x=k)
    for k in range(5, 20):
        bag.pose('/MTMR/measured_cp', 5 * k * MS, x=k)
    bag.received_after_ns = -3600_000 * MS  # recorded an hour before it was stamped
    bag.pose('/MTMR/measured_cp', 3600_048 * MS)
    bag.received_after_ns = 0
    timeline = load(bag.write())

    assert timeline.duration_ns == 95 * MS
    for reason in ('out of order', 'with the stamp of another one', 'more than 10 s off'):
        assert any(note.startswith('1 messages') and reason in note for note in timeline.notes)


def test_poses_at_one_instant_are_refused(bag):
    for _ in range(5):
        bag.pose('/MTMR/measured_cp', 0)
    with pytest.raises(DeviceError, match=r'one instant, 1 of them \(0 Hz\)'):
        refuse_standstill(load(bag.write()), 'bag')


# Pausing, stepping, speed, rounds


def playing(bag, count=100, **options):
    device = Replay(load(bag.both_hands(count).write()), **options)
    for k in range(11):
        device.poll(0.005 * k)
    return device


def test_paused_hands_rest_held_and_go_on_where_they_were(bag):
    device = playing(bag)
    device.pause(0.051)
    resting = [device.poll(0.051 + 0.02 * k) for k in range(1, 100)]
    device.resume(2.051)

    assert {x_of(sample) for sample in resting} == {0.010}
    assert all(sample.operator_present for sample in resting)
    assert [sample.stamp_ns for sample in resting] == sorted({s.stamp_ns for s in resting})
    assert x_of(device.poll(2.055)) == 0.011
    assert device.skipped == 0


def test_hands_that_rest_too_long_are_nobodys(bag):
    device = playing(bag)
    device.pause(0.051)

    assert device.poll(30.0).operator_present
    assert not device.poll(30.2).operator_present


def test_stepping_plays_one_sample_after_the_other(bag):
    device = playing(bag)
    assert device.step(0.051) is None
    device.pause(0.051)

    assert [x_of(device.step(1.0 + k)) for k in range(3)] == [0.011, 0.012, 0.013]
    assert x_of(device.poll(10.0)) == 0.013
    device.resume(20.0)
    assert x_of(device.poll(20.005)) == 0.014


def test_the_speed_may_change_on_the_way(bag):
    device = playing(bag)
    device.set_speed(0.050, 4.0)

    assert x_of(device.poll(0.055)) == 0.014
    with pytest.raises(DeviceError, match=r'speed is 0\.0; allowed: 0\.1 \.\. 10\.0'):
        device.set_speed(0.06, 0.0)


def test_a_looping_recording_begins_again_after_the_operator_has_gone(bag):
    device = Replay(load(bag.both_hands(20).write()), loops=True)
    heard = []
    for k in range(200):
        sample = device.poll(0.005 * k)
        if sample is not None:
            heard.append((x_of(sample), sample.operator_present))

    assert not device.finished
    assert heard[19:22] == [(0.019, True), (0.019, False), (0.0, True)]
    assert any('2. time' in note for note in device.notices())


def test_a_stopped_recording_has_finished(bag):
    device = playing(bag)
    device.stop()

    assert device.finished


# Leading the arms to the recorded start


def test_the_hands_lead_the_tips_to_where_they_were_recorded(bag):
    timeline = load(bag.both_hands(20).write())
    wanted, tip, scale = np.eye(4), np.eye(4), 0.2
    wanted[:3, 3] = [0.01, -0.02, 0.005]
    wanted[:3, :3] = rotation_about('x', 0.3)
    tip[:3, :3] = rotation_about('z', -0.2)
    led = led_in(replace(timeline, T_view_tips={Hand.RIGHT: wanted}), {Hand.RIGHT: tip}, scale)
    lead = [s for s in led.samples if s.stamp_ns < led.samples[-20].stamp_ns]
    begin, end = lead[0].right.T_view_hand, led.samples[-20].right.T_view_hand

    # What teleoperation makes of the hand's way, from where the tip is.
    assert tip[:3, 3] + scale * (end - begin)[:3, 3] == pytest.approx(wanted[:3, 3])
    assert end[:3, :3] @ begin[:3, :3].T @ tip[:3, :3] == pytest.approx(wanted[:3, :3])
    assert [s.operator_present for s in lead[:2]] == [False, True]
    points = np.array([s.right.T_view_hand[:3, 3] for s in lead])
    speeds = scale * np.linalg.norm(np.diff(points, axis=0), axis=1) / PERIOD_S
    assert speeds.max() <= TIP_M_S * 1.001
    assert all(np.array_equal(s.left.T_view_hand, lead[0].left.T_view_hand) for s in lead)


def test_without_recorded_tips_nothing_is_led(bag):
    timeline = load(bag.both_hands(20).write())

    assert led_in(timeline, {Hand.RIGHT: np.eye(4)}, 0.2) is timeline


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
