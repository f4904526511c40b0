"""Whatever goals come and whenever: hull, speed, acceleration and jerk hold to the last digit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.limits import AxisLimits, Limit
from telesurgery_arm.pursuit import Pursuit

DT = 0.002
BRAKING = 3.0
SMOOTHING = 0.004
REST = 1e-9
"""A lag shorter than this is dropped: differences of differences see it over DT squared."""


@pytest.fixture(scope='module')
def limits(psm):
    return AxisLimits.of_chain(psm)


def make_pursuit(psm, limits, smoothing=SMOOTHING):
    pursuit = Pursuit(limits, (BRAKING * psm.acceleration).tolist(), smoothing)
    pursuit.begin(psm.home, [0.0] * 6)
    return pursuit


def run(pursuit, goal, ticks, dt=DT):
    path = []
    for _ in range(ticks):
        pursuit.step(list(goal), dt)
        path.append(list(pursuit.q))
    return path


goals = st.lists(
    st.tuples(
        st.tuples(*[st.floats(-1.0, 1.0)] * 6),
        st.sampled_from([1e-4, 1e-2, 1.0]),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=12,
)


@given(goals)
def test_goals_of_any_kind_at_any_time_keep_every_bound(psm, limits, orders):
    pursuit = make_pursuit(psm, limits)
    low = high = np.array(psm.home)
    path = [psm.home] * 4
    for shift, size, ticks in orders:
        goal = np.clip(np.array(pursuit.q) + size * np.array(shift), psm.lower, psm.upper)
        low, high = np.minimum(low, goal), np.maximum(high, goal)
        new = run(pursuit, goal.tolist(), ticks)
        assert (new >= low - 1e-15).all()  # nothing overshoots what was ever wanted
        assert (new <= high + 1e-15).all()
        path += new
    q = np.array(path)
    speed = np.diff(q, axis=0) / DT
    acceleration = np.diff(speed, axis=0) / DT
    jerk = np.diff(acceleration, axis=0) / DT
    most = BRAKING * psm.acceleration
    assert (np.abs(speed) <= psm.velocity * (1 + 1e-9) + REST / DT).all()
    assert (np.abs(acceleration) <= most * (1 + 1e-6) + 2 * REST / DT**2).all()
    assert (np.abs(jerk) <= 2 * most / SMOOTHING * (1 + 1e-6) + 4 * REST / DT**3).all()


@given(goals, st.lists(st.floats(0.0005, 0.01), min_size=8, max_size=8))
def test_the_bounds_of_place_and_speed_hold_for_ticks_of_any_length(psm, limits, orders, ticks):
    pursuit = make_pursuit(psm, limits)
    low = high = np.array(psm.home)
    for (shift, size, count), dt in zip(orders, ticks, strict=False):
        goal = np.clip(np.array(pursuit.q) + size * np.array(shift), psm.lower, psm.upper)
        low, high = np.minimum(low, goal), np.maximum(high, goal)
        before = np.array(pursuit.q)
        for place in run(pursuit, goal.tolist(), count, dt):
            assert (place >= low - 1e-15).all()
            assert (place <= high + 1e-15).all()
            assert (np.abs(place - before) <= psm.velocity * dt * (1 + 1e-9) + REST).all()
            before = np.array(place)


def test_speeding_up_keeps_the_joints_own_acceleration(psm, limits):
    pursuit = make_pursuit(psm, limits)
    goal = [1.0, 0.5, *psm.home[2:]]
    q = np.array([psm.home, psm.home, *run(pursuit, goal, 60)])
    gain = np.diff(q, 2, axis=0) / DT**2
    assert gain.max(axis=0)[:2] == pytest.approx([15.0, 7.5], rel=0.02)


def test_the_axes_stay_on_one_line_with_one_factor(psm, limits):
    pursuit = make_pursuit(psm, limits)
    way = np.array([0.8, -0.4, 0.03, 2.0, 0.5, -0.2])
    goal = way + psm.home
    path = np.array(run(pursuit, goal.tolist(), 800)) - psm.home
    share = path @ way / (way @ way)
    assert path == pytest.approx(share[:, None] * way, abs=1e-12)
    assert share[-1] == 1.0


def test_a_goal_aside_is_gone_to_without_leaving_the_hull(psm, limits):
    """Two axes of the same kind: the corner is cut within the triangle of the goals."""
    pursuit = make_pursuit(psm, limits)
    first, second = np.array(psm.home), np.array(psm.home)
    first[0], second[1] = 0.2, 0.2
    path = run(pursuit, first.tolist(), 90)
    assert 0.1 < path[-1][0] < 0.2
    path += run(pursuit, second.tolist(), 300)
    yaw, pitch = np.array(path)[:, :2].T
    assert yaw.min() >= 0.0
    assert pitch.min() >= 0.0
    assert (yaw + pitch).max() <= 0.2 + 1e-12
    assert [yaw[-1], pitch[-1]] == [0.0, 0.2]


def test_a_steady_motion_is_followed_at_half_the_time_that_stopping_takes(psm, limits):
    pursuit = make_pursuit(psm, limits)
    speed = 0.3
    for tick in range(1, 500):
        clamp = pursuit.step([speed * tick * DT, *psm.home[1:]], DT)
    behind = 499 * DT - pursuit.q[0] / speed
    assert clamp is None
    assert behind == pytest.approx(speed / (BRAKING * 15.0) / 2 + SMOOTHING, abs=1e-6)
    assert pursuit.qd[0] == pytest.approx(speed)


def test_limits_that_act_are_named_with_the_factor(psm, limits):
    pursuit = make_pursuit(psm, limits)
    goal = [1.5, 0.0, *psm.home[2:]]
    clamps = [pursuit.step(goal, DT) for _ in range(150)]
    assert clamps[0].limit is Limit.SPEED
    fastest = clamps[140]
    assert (fastest.limit, fastest.what, fastest.allowed) == (
        Limit.SPEED,
        'yaw',
        pytest.approx(1.5708, abs=1e-4),
    )
    assert fastest.value > 2 * fastest.allowed
    assert 'the motion scaled by 0.' in str(fastest)


def test_braking_ends_where_it_was_said(psm, limits):
    pursuit = make_pursuit(psm, limits)
    run(pursuit, [1.0, 0.3, 0.2, *psm.home[3:]], 70)
    stop = pursuit.stopping_point
    for _ in range(200):
        pursuit.brake(DT)
    assert pursuit.stands
    # Braking in steps ends within one step before it.
    speed_of_a_step = BRAKING * psm.acceleration * DT
    assert (np.abs(np.array(pursuit.q) - stop) <= 20 * speed_of_a_step * DT).all()
    assert (np.array(pursuit.q)[:3] <= np.array(stop)[:3] + 1e-12).all()
