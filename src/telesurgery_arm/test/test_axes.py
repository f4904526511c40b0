"""A setpoint follows smoothly, brakes within its limit, and never leaves its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.axes import Axes, Mode
from telesurgery_arm.interval import ArrivalInterval
from telesurgery_arm.limits import AxisLimits
from telesurgery_arm.parameters import ArmsParameters

DT = 0.002
BRAKING = 3.0
SPREAD = 0.005


def make_axes(psm):
    axes = Axes(AxisLimits.of_chain(psm), braking_factor=BRAKING)
    axes.place(psm.home)
    return axes


@pytest.fixture
def axes(psm):
    return make_axes(psm)


def shifted(psm, **by):
    names = [joint.name for joint in psm.joints]
    return [q + by.get(name, 0.0) for name, q in zip(names, psm.home, strict=True)]


def run(axes, ticks):
    path = []
    for _ in range(ticks):
        axes.step(DT)
        path.append(list(axes.q))
    return np.array(path)


def test_a_goal_is_reached_exactly_along_a_straight_line(psm, axes):
    goal = shifted(psm, yaw=0.003, insertion=0.0003)
    axes.follow(goal, SPREAD)
    path = run(axes, 3)
    assert axes.q == goal
    share = (path - psm.home) @ (np.array(goal) - psm.home)
    assert share / share[-1] == pytest.approx([0.4, 0.8, 1.0])


def test_the_first_tick_after_a_goal_moves_towards_it(psm, axes):
    axes.follow(shifted(psm, yaw=0.001), SPREAD)
    axes.step(DT)
    assert axes.q[0] > 0.0


@pytest.mark.parametrize('interval', [0.005, 0.01, 0.02])
def test_goals_of_a_steady_motion_add_at_most_5_ms(psm, axes, interval):
    speed, start = 0.2, 1.0  # rad/s
    arrived, now = -1, 0.0
    lag = []
    spread = ArrivalInterval(ArmsParameters().goal_spread_limit_s)
    while now < start + 1.0:
        if int(now / interval + 1e-9) > arrived:
            arrived = int(now / interval + 1e-9)
            axes.follow(shifted(psm, yaw=speed * arrived * interval), spread.arrived(now))
        axes.step(DT)
        now += DT
        if now > start:
            staircase = speed * arrived * interval  # what a tick without any spread would send
            lag.append((staircase - axes.q[0]) / speed)
    assert 0.0 <= np.mean(lag) <= 0.005
    assert min(lag) >= -1e-12  # never ahead of the newest goal


def test_a_jump_of_the_goal_is_limited_in_speed_and_says_so(psm, axes):
    axes.follow(shifted(psm, yaw=0.5, pitch=0.25), SPREAD)
    path = run(axes, 10)
    assert axes.slowed.what == 'yaw'
    assert np.abs(np.diff(path[:, 0])) == pytest.approx(psm.velocity[0] * DT)
    assert path[:, 1] == pytest.approx(path[:, 0] / 2)


def test_a_stop_brakes_within_the_limit_along_the_way(psm, axes):
    axes.follow(shifted(psm, yaw=0.5, pitch=0.25), SPREAD)
    run(axes, 20)
    before = np.array(axes.qd)
    axes.stop()
    speeds = [before]
    while not axes.stands:
        axes.step(DT)
        speeds.append(np.array(axes.qd))
    braking = np.abs(np.diff(speeds, axis=0)).max(axis=0) / DT
    assert (braking <= BRAKING * psm.acceleration * (1 + 1e-9)).all()
    assert len(speeds) * DT == pytest.approx(psm.velocity[0] / (BRAKING * 15.0), abs=2 * DT)
    assert all(speed[1] == pytest.approx(speed[0] / 2) for speed in speeds)


def test_a_stop_close_to_a_limit_ends_at_the_limit(psm, axes):
    axes.follow([psm.upper[0], *psm.home[1:]], SPREAD)
    while axes.q[0] < psm.upper[0] - 0.005:
        axes.step(DT)
    axes.stop()  # the braking path is 27 mrad, the way that is left less than 5
    run(axes, 50)
    assert axes.q[0] == psm.upper[0]
    assert axes.stands


def test_a_stop_at_rest_is_at_rest(axes):
    axes.stop()
    q = list(axes.q)
    run(axes, 3)
    assert axes.stands
    assert axes.q == q


def test_a_move_begins_at_rest_and_is_busy_until_its_end(psm, axes):
    axes.follow(shifted(psm, yaw=0.5), SPREAD)
    run(axes, 20)
    axes.move(psm.home, ratio=1.0, jerk_time_s=0.05)
    assert axes.busy
    assert axes.mode is Mode.BRAKING
    while axes.busy:
        axes.step(DT)
    assert axes.q == list(psm.home)
    assert axes.stands


def test_a_stop_cancels_a_move_that_has_not_begun(psm, axes):
    axes.move(shifted(psm, yaw=0.5), ratio=1.0, jerk_time_s=0.05)
    axes.stop()
    run(axes, 10)
    assert axes.q == list(psm.home)


def test_no_time_is_no_motion(psm, axes):
    axes.follow(shifted(psm, yaw=0.5), SPREAD)
    axes.step(0.0)
    axes.step(-1.0)
    assert axes.q == list(psm.home)


orders = st.lists(
    st.tuples(
        st.sampled_from(['follow', 'move', 'stop', 'wait']),
        st.tuples(*[st.floats(0.0, 1.0)] * 6),
        st.floats(0.0, 0.05),
        st.integers(1, 30),
    ),
    max_size=12,
)


@given(orders)
def test_nothing_leads_outside_the_limits_or_above_the_speed_limits(psm, steps):
    axes = make_axes(psm)
    span = psm.upper - psm.lower
    for kind, share, spread, ticks in steps:
        goal = np.clip(psm.lower + np.array(share) * span, psm.lower, psm.upper).tolist()
        if kind == 'follow':
            axes.follow(goal, spread)
        elif kind == 'move':
            axes.move(goal, ratio=1.0, jerk_time_s=0.05)
        elif kind == 'stop':
            axes.stop()
        path = np.vstack([axes.q, run(axes, ticks)])
        assert (path >= psm.lower).all()
        assert (path <= psm.upper).all()
        assert (np.abs(np.diff(path, axis=0)) <= psm.velocity * DT * (1 + 1e-9) + 1e-15).all()


def test_a_jaw_turns_at_most_720_degrees_a_second(psm):
    jaw = Axes(AxisLimits.of_jaw(psm.jaw), braking_factor=BRAKING)
    jaw.follow([1.396], SPREAD)
    jaw.step(DT)
    assert jaw.q == [pytest.approx(math.radians(720) * DT)]
