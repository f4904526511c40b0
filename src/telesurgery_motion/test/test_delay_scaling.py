import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.errors import ParameterError
from telesurgery_motion.delay_scaling import DelayScaling, wanted_factor
from telesurgery_motion.parameters import MotionParameters

ON = MotionParameters(delay_scaling=True)
DT = 0.005


def after(seconds, delay):
    return [delay.step(DT) for _ in range(round(seconds / DT))]


@pytest.mark.parametrize(
    ('round_trip_ms', 'factor'),
    [(0.0, 1.0), (100.0, 1.0), (300.0, 0.75), (500.0, 0.5), (9e3, 0.5)],
)
def test_the_line_between_two_delays(round_trip_ms, factor):
    assert wanted_factor(round_trip_ms, ON) == pytest.approx(factor)


@given(st.floats(0.0, 5e3), st.floats(0.0, 5e3))
def test_more_delay_never_means_more_scale(a, b):
    assert wanted_factor(max(a, b), ON) <= wanted_factor(min(a, b), ON)


def test_it_is_off_unless_asked_for():
    delay = DelayScaling(MotionParameters())
    delay.measured(2000.0)

    assert set(after(5.0, delay)) == {1.0}


def test_the_factor_arrives_smoothly():
    delay = DelayScaling(ON)
    delay.measured(500.0)
    factors = [1.0, *after(20.0, delay)]

    assert factors[-1] == 0.5
    assert all(0.0 <= before - now <= 0.0025 for before, now in pairwise(factors))
    at_time_constant = factors[round(ON.delay_scaling_time_s / DT)]
    assert at_time_constant == pytest.approx(0.5 + 0.5 * math.exp(-1.0), abs=2e-3)


def test_a_round_trip_that_is_not_known_changes_nothing():
    delay = DelayScaling(ON)
    delay.measured(300.0)
    after(30.0, delay)
    delay.measured(math.nan)

    assert set(after(1.0, delay)) == {0.75}


@pytest.mark.parametrize('dt', [0.0, -1.0])
def test_time_that_stands_or_goes_back_changes_nothing(dt):
    delay = DelayScaling(ON)
    delay.measured(500.0)

    assert delay.step(dt) == 1.0


def test_ends_in_the_wrong_order_are_refused():
    with pytest.raises(ParameterError, match='less than delay_scaling_to_ms'):
        MotionParameters(delay_scaling_from_ms=500.0)
