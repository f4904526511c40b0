"""A tip that is led along poses: straight, smooth, exact, through singularities and the port."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_arm.axes import Axes
from telesurgery_arm.guidance import Guidance
from telesurgery_arm.kinematics import forward, forward_once, joint_frames
from telesurgery_arm.limits import AxisLimits, Limit
from telesurgery_arm.workspace import Workspace
from telesurgery_core.transforms import pose, rotation_angle, rotation_from_vector

DT = 0.002
BRAKING, SMOOTHING = 3.0, 0.002
REST = 1e-9 / DT
BESIDE_M = 1e-4
"""Nothing may go further than this that was not commanded."""
WORKSPACE = Workspace(np.array([0.0, 0.0, -0.2]), 1.0)


class Led:
    """An arm's chain under guidance, and every setpoint of it."""

    def __init__(self, model, q, *, nearest=True, extrapolation_s=0.0):
        self.model = model
        self.chain = Axes(
            AxisLimits.of_chain(model), braking_factor=BRAKING, smoothing_s=SMOOTHING
        )
        self.chain.place(q)
        self.guidance = Guidance(
            model, self.chain, WORKSPACE, nearest=nearest, extrapolation_s=extrapolation_s
        )
        self.path = [list(self.chain.q)]
        self.acted = []

    def run(self, ticks, dt=DT):
        for _ in range(ticks):
            self.acted += self.guidance.step(dt)
            self.chain.step(dt)
            self.path.append(list(self.chain.q))
        return self

    def tips(self):
        return forward(self.model, np.array(self.path))

    def speeds(self):
        return np.abs(np.diff(self.path, axis=0)) / DT


def shifted(T, p, v=(0, 0, 0)):
    return pose(rotation_from_vector(v) @ T[:3, :3], T[:3, 3] + np.array(p))


def off_the_line(points, a, b):
    along = (b - a) / np.linalg.norm(b - a)
    way = points - a
    return np.linalg.norm(way - np.outer(way @ along, along), axis=1).max()


@pytest.mark.parametrize('distance', [0.0003, 0.003, 0.03])
def test_the_tip_goes_straight_from_pose_to_pose(psm, distance):
    led = Led(psm, (0.2, 0.1, 0.14, 0.3, 0.4, -0.2))
    start = forward_once(psm, led.chain.q)
    goal = shifted(start, distance * np.array([0.6, -0.64, 0.48]))
    led.guidance.aim(goal, 0.05)
    led.run(600)
    assert led.tips()[-1] == pytest.approx(goal, abs=1e-9)
    # Joints go straight between knots, and cut what is curved there by the way of their braking.
    assert off_the_line(led.tips()[:, :3, 3], start[:3, 3], goal[:3, 3]) < max(
        20e-6, 0.005 * distance
    )


@pytest.mark.parametrize('dt', [0.002, 0.005, 0.01])
def test_what_is_to_be_made_up_for_at_once_is_made_up_for_on_the_line(psm, dt):
    """Poses come every 10 ms, and each finds the arm 15 mm behind, as after a gap."""
    led = Led(psm, (0.3, 0.2, 0.1, 0.3, 0.4, -0.2))
    start = forward_once(psm, led.chain.q)
    along = np.array([0.6, -0.64, 0.48])
    for step in range(1, 31):
        led.guidance.aim(shifted(start, (0.015 + 0.001 * step) * along), 0.01)
        led.run(round(0.01 / dt), dt)
    led.run(round(0.5 / dt), dt)
    end = start[:3, 3] + 0.045 * along
    assert led.tips()[-1][:3, 3] == pytest.approx(end, abs=1e-9)
    assert off_the_line(led.tips()[:, :3, 3], start[:3, 3], end) < BESIDE_M


def test_a_motion_that_is_too_fast_is_slowed_down_on_its_path_and_says_by_how_much(psm):
    led = Led(psm, (0.2, 0.1, 0.14, 0.3, 0.4, -0.2))
    start = forward_once(psm, led.chain.q)
    for step in range(1, 41):  # 0.6 m/s along the shaft, which may go 0.2 m/s
        led.guidance.aim(shifted(start, 0.003 * step * start[:3, 3] / 0.14), 0.005)
        led.run(2 + step % 2)
    factor = min(acted.factor for acted in led.acted if acted.limit is Limit.PATH)
    assert 0.1 < factor < 0.5
    assert led.speeds()[:, 2].max() == pytest.approx(psm.velocity[2], rel=0.02)
    led.run(400)
    goal = start[:3, 3] + 0.12 * start[:3, 3] / 0.14
    assert off_the_line(led.tips()[:, :3, 3], start[:3, 3], goal) < 0.005 * 0.12


def test_a_turn_on_the_spot_keeps_the_tip_on_the_spot(psm):
    led = Led(psm, (0.2, 0.1, 0.14, 0.3, 0.4, -0.2))
    start = forward_once(psm, led.chain.q)
    for step in range(1, 101):
        led.guidance.aim(shifted(start, (0, 0, 0), (0.004 * step, 0.0, 0.003 * step)), 0.01)
        led.run(5)
    led.run(200)
    assert np.abs(led.tips()[:, :3, 3] - start[:3, 3]).max() < 5e-6
    assert rotation_angle(led.tips()[-1][:3, :3] @ start[:3, :3].T) == pytest.approx(0.5)


displacements = st.tuples(
    st.tuples(*[st.floats(-0.05, 0.05)] * 3), st.tuples(*[st.floats(-1.5, 1.5)] * 3)
)


@settings(max_examples=20)
@given(st.lists(st.tuples(displacements, st.integers(0, 30)), min_size=1, max_size=8))
def test_whatever_poses_come_and_whenever_every_joint_keeps_its_limits(psm, orders):
    led = Led(psm, psm.home)
    start = forward_once(psm, psm.home)
    for (p, v), ticks in orders:
        led.guidance.aim(shifted(start, p, v), 0.01)
        led.run(ticks)
    led.run(50)
    q = np.array([psm.home] * 2 + led.path)
    assert (q >= psm.lower).all()
    assert (q <= psm.upper).all()
    assert (led.speeds() <= psm.velocity * (1 + 1e-9) + REST).all()
    most = BRAKING * psm.acceleration
    acceleration = np.diff(q, 2, axis=0) / DT**2
    jerk = np.diff(q, 3, axis=0) / DT**3
    assert (np.abs(acceleration) <= most * (1 + 1e-6) + 2 * REST / DT).all()
    assert (np.abs(jerk) <= 2 * most / SMOOTHING * (1 + 1e-6) + 4 * REST / DT**2).all()


@settings(max_examples=8)
@given(
    st.tuples(*[st.floats(-1.0, 1.0)] * 3),
    st.tuples(*[st.floats(-1.0, 1.0)] * 3),
    st.floats(0.5, 3.0),
)
def test_a_smooth_path_gives_smooth_joints_also_through_the_singularity(psm, axis, drift, rate):
    """The hand swings the tip's orientation through where the wrist would have to fold."""
    led = Led(psm, (0.2, 0.1, 0.14, 0.3, 1.2, 0.1))
    start = forward_once(psm, led.chain.q)
    for tick in range(600):
        a = rate * tick * DT
        v = 1.4 * math.sin(a) * np.array(axis)
        led.guidance.aim(shifted(start, 0.01 * math.sin(a) * np.array(drift), v), 0.004)
        led.run(2)
    assert (led.speeds() <= psm.velocity * (1 + 1e-9) + REST).all()
    # The tip itself never goes far from where it is wanted, whatever its orientation does.
    wanted = start[:3, 3] + 0.01 * math.sin(a) * np.array(drift)
    assert np.linalg.norm(led.tips()[-1, :3, 3] - wanted) < 2e-3


def test_what_the_singularity_costs_is_told_in_numbers(psm):
    led = Led(psm, (0.2, 0.1, 0.14, 0.3, 1.38, 0.1))
    T = forward_once(psm, led.chain.q)
    wrist_pitch_axis = joint_frames(psm, led.chain.q)[4][:3, 2]
    led.guidance.aim(shifted(T, (0, 0, 0), 0.1 * wrist_pitch_axis), 0.1)
    led.run(200)
    (deviation,) = {
        acted.limit: acted for acted in led.acted if acted.limit is Limit.POSE
    }.values()
    found = led.tips()[-1]
    assert deviation.metres == pytest.approx(0.0, abs=1e-9)
    assert deviation.radians > 0.01
    assert 'mm and' in str(deviation)
    assert np.isfinite(found).all()


def test_out_of_reach_may_mean_to_stay(psm):
    goal = shifted(forward_once(psm, psm.home), (0.0, 0.0, -0.3))
    for nearest, depth in ((True, 0.24), (False, 0.24)):
        led = Led(psm, psm.home, nearest=nearest)
        led.guidance.aim(goal, 0.05)
        led.run(1000)
        assert led.chain.q[2] == pytest.approx(depth, abs=1e-3)
        kinds = {acted.limit for acted in led.acted}
        assert Limit.POSITION in kinds
        assert (Limit.POSE in kinds) == nearest


def test_the_motion_may_go_on_past_the_newest_pose_up_to_the_bound(psm):
    def ends(extrapolation_s):
        led = Led(psm, psm.home, extrapolation_s=extrapolation_s)
        start = forward_once(psm, psm.home)
        for step in range(1, 41):
            led.guidance.aim(shifted(start, (0.0002 * step, 0, 0)), 0.01)
            led.run(5)
        led.run(100)  # the link is silent
        return led.tips()[:, 0, 3]

    newest = 40 * 0.0002
    assert ends(0.0).max() <= newest + 1e-12
    assert ends(0.005).max() == pytest.approx(newest + 0.0001, abs=1e-7)
    assert ends(0.05).max() == pytest.approx(newest + 0.0002, abs=1e-7)  # at most a step


class TestCannula:
    END = 0.0606

    def lateral(self, led):
        q = np.array(led.path)
        return np.abs(np.diff(q[:, :2], axis=0)).max(axis=1), q[1:, 2]

    @settings(max_examples=40)
    @given(
        st.lists(
            st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(0.01, 0.12)),
            min_size=1,
            max_size=8,
        ),
        st.integers(5, 100),
    )
    def test_a_tool_in_its_cannula_never_moves_sideways(self, psm, places, ticks):
        led = Led(psm, (0.0, 0.0, 0.08, 0.0, 0.0, 0.0))
        for yaw, pitch, insertion in places:
            led.guidance.aim(forward(psm, (yaw, pitch, insertion, 0.1, 0.0, 0.0)), 0.02)
            led.run(ticks)
        sideways, depth = self.lateral(led)
        inside = depth < self.END
        # Less than a tenth of a micrometre at the cannula's end is left of a motion that stops.
        assert sideways[inside].sum(initial=0.0) * 0.045 < 1e-7 * len(places)

    def test_it_comes_out_and_goes_on_smoothly(self, psm):
        led = Led(psm, (0.0, 0.0, 0.03, 0.0, 0.0, 0.0))
        goal = forward(psm, (0.3, -0.2, 0.1, 0.1, 0.1, 0.0))
        led.guidance.aim(goal, 0.05)
        led.run(1500)
        assert led.tips()[-1] == pytest.approx(goal, abs=1e-9)
        sideways, depth = self.lateral(led)
        assert sideways[depth < self.END].max() == 0.0
        near = (depth > self.END) & (depth < self.END + 0.002)
        assert sideways[near].max() / DT < 0.25 * psm.velocity[0]

    def test_it_goes_in_only_when_it_stands(self, psm):
        led = Led(psm, (0.0, 0.0, 0.08, 0.0, 0.0, 0.0))
        led.guidance.aim(forward(psm, (0.4, 0.0, 0.08, 0.0, 0.0, 0.0)), 0.05)
        led.run(60)
        led.guidance.aim(forward(psm, (0.4, 0.0, 0.03, 0.0, 0.0, 0.0)), 0.05)
        led.run(500)
        sideways, depth = self.lateral(led)
        assert depth[-1] == pytest.approx(0.03)
        assert sideways[depth < self.END].sum() * 0.045 < 1e-7
        assert any(acted.limit is Limit.CANNULA for acted in led.acted)
