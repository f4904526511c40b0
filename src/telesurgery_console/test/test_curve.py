"""From the deflection of a control to what it asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.curve import shape

unit = st.floats(-1.0, 1.0)


@given(unit, st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_a_shaped_control_keeps_its_side_and_its_bounds(value, deadzone, expo):
    shaped = shape(value, deadzone, expo)

    assert abs(shaped) <= 1.0
    assert shaped * value >= 0.0
    assert shaped == -shape(-value, deadzone, expo)


@given(st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_a_control_does_nothing_in_its_deadzone_and_everything_at_its_end(deadzone, expo):
    assert shape(deadzone, deadzone, expo) == 0.0
    assert shape(1.0, deadzone, expo) == pytest.approx(1.0)


@given(unit, unit, st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_more_deflection_never_asks_for_less(a, b, deadzone, expo):
    low, high = sorted((a, b))

    assert shape(low, deadzone, expo) <= shape(high, deadzone, expo)


def test_expo_is_slow_in_the_middle():
    assert shape(0.5, 0.0, 1.0) == 0.125
    assert shape(0.5, 0.0, 0.0) == 0.5
