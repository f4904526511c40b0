"""Nothing impossible leaves through the gate."""

import math

import pytest

from telesurgery_safety.gate import Gate

GATE = Gate(['yaw', 'insertion'], [-1.0, 0.0], [1.0, 0.24], [1.5, 0.2])
DT = 0.002


def test_a_step_within_the_limits_passes():
    assert GATE.check([0.0, 0.1], [0.003, 0.1004], DT) is None
    assert GATE.check([1.0, 0.24], [1.0, 0.24], 0.0) is None


@pytest.mark.parametrize('target', [[1.01, 0.1], [0.0, -0.01], [0.0, math.inf], [math.nan, 0.1]])
def test_a_target_out_of_bounds_is_refused(target):
    assert GATE.check(target, target, DT) is not None


def test_a_target_that_moves_too_fast_is_refused():
    assert 'moves at 2/s; allowed: 1.5/s' in str(GATE.check([0.0, 0.1], [0.004, 0.1], DT))


def test_any_motion_in_no_time_is_refused():
    assert GATE.check([0.0, 0.1], [0.001, 0.1], 0.0) is not None
