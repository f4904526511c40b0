"""Nothing impossible leaves through the gate."""

import math

import pytest

from telesurgery_safety.gate import Gate

DT = 0.002


def gate(acceleration=1e4):
    return Gate(
        ['yaw', 'insertion'], [-1.0, 0.0], [1.0, 0.24], [1.5, 0.2], [acceleration, acceleration]
    )


def test_a_step_within_the_limits_passes():
    assert gate().check([0.0, 0.1], [0.003, 0.1004], DT) is None
    assert gate().check([1.0, 0.24], [1.0, 0.24], 0.0) is None


@pytest.mark.parametrize('target', [[1.01, 0.1], [0.0, -0.01], [0.0, math.inf], [math.nan, 0.1]])
def test_a_target_out_of_bounds_is_refused(target):
    assert gate().check(target, target, DT) is not None


def test_a_target_that_moves_too_fast_is_refused():
    assert 'moves at 2/s; allowed: 1.5/s' in str(gate().check([0.0, 0.1], [0.004, 0.1], DT))


def test_any_motion_in_no_time_is_refused():
    assert gate().check([0.0, 0.1], [0.001, 0.1], 0.0) is not None


def test_a_motion_that_gathers_speed_within_the_limit_passes_and_a_jerk_is_refused():
    guard, q = gate(acceleration=50.0), [0.0, 0.1]
    for step in range(1, 11):  # 50 rad/s^2
        after = [q[0] + 0.1 * step * DT, 0.1]
        assert guard.check(q, after, DT) is None
        q = after
    refused = guard.check(q, [q[0] + 0.8 * DT, 0.1], DT)
    assert 'accelerates at 100/s^2; allowed: 50/s^2' in str(refused)
    guard.stand()
    assert guard.check(q, [q[0] + 1.0 * DT, 0.1], DT) is not None


def test_uneven_ticks_are_no_acceleration():
    guard, q, speed = gate(acceleration=50.0), [0.0, 0.1], 0.0
    for dt in (0.002, 0.01, 0.002, 0.004, 0.01):
        speed += 45.0 * dt
        after = [q[0] + speed * dt, 0.1]
        assert guard.check(q, after, dt) is None
        q = after
