"""Moves go from rest to rest, on a straight line, within speed, acceleration and jerk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.limits import AxisLimits
from telesurgery_arm.trajectory import JointMove

JERK_TIME = 0.05


@pytest.fixture(scope='module')
def limits(psm):
    return AxisLimits.of_chain(psm)


@given(
    st.tuples(*[st.floats(0.0, 1.0)] * 6),
    st.tuples(*[st.floats(0.0, 1.0)] * 6),
    st.floats(0.05, 1.0),
)
def test_every_move_keeps_its_limits(limits, start, goal, ratio):
    lower, upper = np.array(limits.lower), np.array(limits.upper)
    a, b = (lower + np.array(share) * (upper - lower) for share in (start, goal))
    move = JointMove(a.tolist(), b.tolist(), limits, ratio=ratio, jerk_time_s=JERK_TIME)
    if move.duration == 0.0:
        assert (a == b).all()
        return
    times = np.linspace(0.0, move.duration, 400)
    dt = times[1]
    q, qd = (np.array(part) for part in zip(*(move.at(t) for t in times), strict=True))
    velocity, acceleration = np.array(limits.velocity), np.array(limits.acceleration)
    assert (np.abs(qd) <= ratio * velocity * (1 + 1e-9) + 1e-12).all()
    qdd = np.diff(qd, axis=0) / dt
    assert (np.abs(qdd) <= ratio * acceleration * (1 + 1e-6) + 1e-6).all()
    # Differences over one sample smear a jerk step, and rounding is divided by dt squared.
    jerk = np.abs(np.diff(qdd, axis=0) / dt)
    assert (jerk <= 2 * ratio * acceleration / JERK_TIME * (1 + 1e-6) + 1e-3).all()
    assert q[0] == pytest.approx(a, abs=1e-12)
    assert move.at(move.duration) == (b.tolist(), [0.0] * 6)
    way = b - a
    share = (q - a) @ way / (way @ way)
    assert q == pytest.approx(a + share[:, None] * way, abs=1e-9)
    assert (np.diff(share) >= -1e-12).all()


def test_positions_are_the_integral_of_velocities(limits):
    move = JointMove([0.0] * 6, [0.5, -0.3, 0.1, 2.0, 0.1, 0.0], limits)
    times = np.linspace(0.0, move.duration, 20001)
    q, qd = (np.array(part) for part in zip(*(move.at(t) for t in times), strict=True))
    summed = np.cumsum((qd[1:] + qd[:-1]) / 2 * np.diff(times)[:, None], axis=0)
    assert summed == pytest.approx(q[1:] - q[0], abs=1e-7)


def test_a_long_move_takes_its_way_over_its_speed_and_the_ramps(limits):
    move = JointMove([0, 0, 0, 0, 0, 0], [0, 0, 0.2, 0, 0, 0], limits, jerk_time_s=JERK_TIME)
    assert move.duration == pytest.approx(0.2 / 0.2 + 0.2 / 2.0 + JERK_TIME)


def test_a_move_to_where_the_arm_is_takes_no_time(psm, limits):
    move = JointMove(psm.home, psm.home, limits)
    assert move.duration == 0.0
    assert move.at(0.0) == (list(psm.home), [0.0] * 6)
