"""A setpoint follows, moves, brakes and stands, and never leaves its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.axes import Axes, Mode
from telesurgery_arm.interval import ArrivalInterval
from telesurgery_arm.limits import AxisLimits, Limit
from telesurgery_arm.parameters import ArmsParameters

DT = 0.002
BRAKING = 3.0
SPREAD = 0.005
SMOOTHING = ArmsParameters().setpoint_smoothing_s


def make_axes(psm):
    axes = Axes(AxisLimits.of_chain(psm), braking_factor=BRAKING, smoothing_s=SMOOTHING)
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
    path = run(axes, 100)
    assert axes.q == goal
    way = np.array(goal) - psm.home
    share = (path - psm.home) @ way / (way @ way)
    assert path == pytest.approx(psm.home + share[:, None] * way, abs=1e-12)
    assert (np.diff(share) >= 0.0).all()


def test_the_first_tick_after_a_goal_moves_towards_it(psm, axes):
    axes.follow(shifted(psm, yaw=0.001), SPREAD)
    axes.step(DT)
    assert axes.q[0] > 0.0


def test_a_setpoint_that_stands_at_its_goal_is_the_same_object_in_every_tick(psm, axes):
    axes.follow(shifted(psm, yaw=0.001), SPREAD)
    run(axes, 100)
    q = axes.q
    run(axes, 3)
    assert axes.q is q
    assert axes.qd == [0.0] * 6


@pytest.mark.parametrize('interval', [0.005, 0.01, 0.02, 0.05])
def test_a_steady_motion_is_behind_by_what_its_stages_say(psm, axes, interval):
    speed, start = 0.2, 1.0  # rad/s
    arrived, now = -1, 0.0
    lag = []
    limit = ArmsParameters().goal_spread_limit_s
    spread = ArrivalInterval(limit)
    while now < start + 1.0:
        if int(now / interval + 1e-9) > arrived:
            arrived = int(now / interval + 1e-9)
            axes.follow(shifted(psm, yaw=speed * arrived * interval), spread.arrived(now))
        axes.step(DT)
        now += DT
        if now > start:
            staircase = speed * arrived * interval  # what a tick without any spread would send
            lag.append((staircase - axes.q[0]) / speed)
    braking_time = speed / (BRAKING * psm.acceleration[0])
    expected = min(interval, limit) / 2 + braking_time / 2 + SMOOTHING
    # Goals and ticks have no common grid: the mean interval is not exactly that of the goals.
    assert np.mean(lag) == pytest.approx(expected, abs=2 * DT)
    assert min(lag) >= -1e-12  # never ahead of the newest goal


def test_a_jump_of_the_goal_is_limited_in_speed_and_says_so(psm, axes):
    axes.follow(shifted(psm, yaw=0.5, pitch=0.25), SPREAD)
    path = []
    for _ in range(100):
        axes.step(DT)
        path.append(list(axes.q))
        assert (axes.slowed.limit, axes.slowed.what) == (Limit.SPEED, 'yaw')
    path = np.array(path)
    assert np.diff(path[:, 0]).max() == pytest.approx(psm.velocity[0] * DT, rel=1e-3)
    assert path[:, 1] == pytest.approx(path[:, 0] / 2)


def test_a_small_jump_of_the_goal_is_limited_in_acceleration_and_says_so(psm, axes):
    axes.follow(shifted(psm, insertion=0.003), 0.0)
    slowed = []
    for _ in range(30):
        axes.step(DT)
        slowed.append(axes.slowed)
    assert slowed[:5] == [None] * 5  # a start that is over soon is not worth a word
    (worst,) = {clamp.what for clamp in slowed if clamp is not None}
    assert worst == 'insertion'
    assert {clamp.limit for clamp in slowed if clamp} == {Limit.ACCELERATION}
    assert {clamp.allowed for clamp in slowed if clamp} == {2.0}


def test_a_stop_brakes_within_the_limit_along_the_way(psm, axes):
    axes.follow(shifted(psm, yaw=0.5, pitch=0.25), SPREAD)
    run(axes, 80)
    before = np.array(axes.qd)
    wanted = axes.stopping_point
    axes.stop()
    speeds = [before]
    while not axes.stands:
        axes.step(DT)
        speeds.append(np.array(axes.qd))
    braking = np.abs(np.diff(speeds, axis=0)).max(axis=0) / DT
    assert before[0] == pytest.approx(psm.velocity[0], rel=0.01)
    assert (braking <= BRAKING * psm.acceleration * (1 + 1e-9)).all()
    assert all(speed[1] == pytest.approx(speed[0] / 2, abs=1e-9) for speed in speeds)
    # It ends at its stopping point, but for the tick in which rest is reached.
    assert axes.q == pytest.approx(wanted, abs=psm.velocity[0] * DT)
    # Full braking, then the lag runs out to a nanoradian.
    ramp = psm.velocity[0] / (BRAKING * psm.acceleration[0])
    assert len(speeds) * DT < ramp + SMOOTHING * math.log(psm.velocity[0] * SMOOTHING / 1e-9)


def test_a_stop_close_to_a_limit_ends_within_it(psm, axes):
    axes.follow([psm.upper[0], *psm.home[1:]], SPREAD)
    while axes.q[0] < psm.upper[0] - 0.03:
        axes.step(DT)
    axes.stop()
    run(axes, 100)
    assert psm.upper[0] - 0.03 < axes.q[0] <= psm.upper[0]
    assert axes.stands


@pytest.mark.parametrize('left', [0.03, 0.003, 0.0003, 0.00003])
def test_a_move_into_a_limit_that_is_stopped_ends_within_it(psm, axes, left):
    axes.move([psm.upper[0], *psm.home[1:]], ratio=1.0, jerk_time_s=0.05)
    while axes.q[0] < psm.upper[0] - left:
        axes.step(DT)
    axes.stop()
    path = run(axes, 100)
    assert (path[:, 0] <= psm.upper[0]).all()
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
def test_nothing_leads_outside_the_limits_of_position_speed_and_acceleration(psm, steps):
    axes = make_axes(psm)
    span = psm.upper - psm.lower
    whole = [list(axes.q)] * 3
    for kind, share, spread, ticks in steps:
        goal = np.clip(psm.lower + np.array(share) * span, psm.lower, psm.upper).tolist()
        if kind == 'follow':
            axes.follow(goal, spread)
        elif kind == 'move':
            axes.move(goal, ratio=1.0, jerk_time_s=0.05)
        elif kind == 'stop':
            axes.stop()
        whole += run(axes, ticks).tolist()
    path = np.array(whole)
    assert (path >= psm.lower).all()
    assert (path <= psm.upper).all()
    speed = np.diff(path, axis=0) / DT
    assert (np.abs(speed) <= psm.velocity * (1 + 1e-9) + 1e-12).all()
    acceleration = np.diff(speed, axis=0) / DT
    # A lag of 1e-9 that is dropped is an acceleration of that over DT squared.
    assert (np.abs(acceleration) <= BRAKING * psm.acceleration * (1 + 1e-6) + 3e-4).all()


def test_a_jaw_turns_at_most_720_degrees_a_second(psm):
    limits = AxisLimits.of_jaw(psm.jaw)
    jaw = Axes(limits, braking_factor=BRAKING, smoothing_s=SMOOTHING)
    jaw.follow([1.396], SPREAD)
    path = run(jaw, 200)
    assert jaw.q == [1.396]
    assert np.diff(path[:, 0]).max() <= math.radians(720) * DT


def test_axes_that_were_stopped_while_they_were_behind_are_behind_no_more(psm, axes):
    axes.follow(shifted(psm, yaw=1.0), SPREAD)
    run(axes, 20)
    assert axes.is_behind(0.01)
    axes.stop()
    assert not axes.is_behind(0.01)
    run(axes, 500)
    assert axes.stands
    assert not axes.is_behind(0.01)
