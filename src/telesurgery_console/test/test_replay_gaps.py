"""Silence, and stamps that are not as they should be."""

import pytest
from replaying import MS, load

from telesurgery_console.errors import DeviceError
from telesurgery_console.replay import refuse_standstill


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
