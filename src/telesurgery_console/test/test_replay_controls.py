"""Pausing, stepping, speed, rounds."""

import pytest
from replaying import load, x_of

from telesurgery_console.errors import DeviceError
from telesurgery_console.replay import Replay


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
