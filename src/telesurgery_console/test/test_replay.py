"""What was recorded is played: each sample once, when it is due."""

import numpy as np
import pytest
from replaying import MS, load, play, x_of

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.errors import DeviceError
from telesurgery_console.replay import Replay
from telesurgery_core.types import Hand


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
    ('name', 'seconds'),
    [('Suturing_B002', 114.8), ('Needle_Passing_C004', 80.9), ('Knot_Tying_D001', 46.6)],
)
def test_surgeons_are_played(shared_data, name, seconds):
    timeline = load(shared_data / 'jigsaws' / name)

    assert timeline.duration_ns * 1e-9 == pytest.approx(seconds, abs=0.2)
    assert all(sample.left and sample.right for sample in timeline.samples)
    assert len(play(timeline.part(10.0, 5.0), period_s=0.01)) == 151
