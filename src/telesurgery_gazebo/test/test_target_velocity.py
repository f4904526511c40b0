"""The feed-forward is the speed of the stream of targets, and never more than a joint can do."""

import numpy as np
import pytest

from telesurgery_gazebo.target_velocity import SILENCE_S, WINDOW_S, TargetVelocity

LIMIT = np.array([1.0, 10.0])
SPEED = np.array([0.3, -2.0])


def streamed(times):
    stream = TargetVelocity(LIMIT)
    for time in times:
        velocity = stream.update(SPEED * time, time)
    return velocity


def test_a_steady_stream_has_its_speed():
    np.testing.assert_allclose(streamed(np.arange(20) * 0.002), SPEED, rtol=1e-9)


def test_targets_that_come_in_bursts_still_have_the_streams_speed():
    """Two at once, every 4 ms: the slope is taken over a longer time than that."""
    times = np.repeat(np.arange(10) * 0.004, 2) + np.tile([0.0, 1e-5], 10)
    stream = TargetVelocity(LIMIT)
    for index, time in enumerate(times):
        velocity = stream.update(SPEED * index * 0.002, time)
    np.testing.assert_allclose(velocity, SPEED, rtol=0.25)


def test_the_first_target_has_no_speed():
    assert not TargetVelocity(LIMIT).update(SPEED, 7.0).any()


def test_a_step_is_never_faster_than_the_joints():
    stream = TargetVelocity(LIMIT)
    stream.update(np.zeros(2), 0.0)
    velocity = stream.update(np.array([5.0, -5.0]), 0.002)
    np.testing.assert_array_equal(velocity, [1.0, -10.0])


def test_a_step_is_over_after_the_window():
    stream = TargetVelocity(LIMIT)
    stream.update(np.zeros(2), 0.0)
    for time in np.arange(0.002, 2 * WINDOW_S + 0.004, 0.002):
        velocity = stream.update(np.ones(2), time)
    assert not velocity.any()


def test_a_stream_that_stops_is_noticed_and_starts_from_rest():
    stream = TargetVelocity(LIMIT)
    for time in np.arange(10) * 0.002:
        stream.update(SPEED * time, time)
    assert not stream.is_silent(0.018 + 0.9 * SILENCE_S)
    assert stream.is_silent(0.018 + 1.1 * SILENCE_S)
    assert not stream.update(SPEED, 1.0).any()


def test_two_targets_at_the_same_instant_do_not_divide_by_zero():
    stream = TargetVelocity(LIMIT)
    stream.update(np.zeros(2), 1.0)
    assert not stream.update(np.ones(2), 1.0).any()


def test_a_stream_is_silent_before_its_first_target():
    assert TargetVelocity(LIMIT).is_silent(0.0)


@pytest.mark.parametrize('count', [2, 5, 50])
def test_the_window_does_not_grow(count):
    stream = TargetVelocity(LIMIT)
    for index in range(count):
        stream.update(np.zeros(2), index * 0.002)
    velocity = stream.update(SPEED * 0.002, count * 0.002)
    window = min(count * 0.002, WINDOW_S)
    np.testing.assert_allclose(velocity, SPEED * 0.002 / window, rtol=1e-6)
