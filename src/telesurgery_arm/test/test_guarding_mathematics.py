"""The damper, the projection and the guidance line, each by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_arm.guarding.damper import Damper
from telesurgery_arm.guarding.lines import GuidanceLine, LineGuide
from telesurgery_arm.guarding.projection import project
from telesurgery_core.transforms import pose

distance = st.floats(0.0, 0.3)


DAMPER = Damper(gain=10.0, deceleration=2.0, band=0.01)


class TestDamper:
    def test_within_the_band_the_speed_is_proportional_to_the_distance(self):
        assert DAMPER.speed(0.01) == pytest.approx(0.1)
        assert DAMPER.speed(0.004) == pytest.approx(0.04)

    def test_beyond_it_the_speed_can_be_braked_down_to_the_bands(self):
        assert DAMPER.speed(0.05) == pytest.approx((0.1**2 + 2 * 2.0 * 0.04) ** 0.5)

    def test_at_the_boundary_and_inside_nothing_approaches(self):
        assert DAMPER.speed(0.0) == DAMPER.speed(-0.1) == 0.0

    @given(distance)
    def test_many_at_once_are_the_same(self, slack):
        assert DAMPER.speeds(np.array([slack, -slack])) == pytest.approx(
            [DAMPER.speed(slack), DAMPER.speed(-slack)]
        )

    @given(st.floats(0.0, 2.0), st.floats(0.0, 1.0))
    def test_a_share_of_a_speed_needs_at_most_that_share(self, speed, share):
        whole, part = DAMPER.safe_distance(speed), DAMPER.safe_distance(share * speed)
        assert part <= share * whole + 1e-12
        assert DAMPER.speed(whole) >= speed - 1e-12

    def test_whoever_keeps_to_it_brakes_no_harder_than_stated_and_never_arrives(self):
        dt, slack = 0.002, 0.08
        speeds = []
        for _ in range(1500):
            speeds.append(DAMPER.speed(slack))
            slack -= speeds[-1] * dt
        assert slack > 0.0
        # A tick keeps the speed of its beginning: a share of deceleration times tick over speed.
        assert -np.diff(speeds).min() / dt <= 2.0 * (1.0 + 2.0 * dt / 0.1)


vector = st.lists(st.floats(-1.0, 1.0), min_size=4, max_size=4).map(np.array)


class TestProjection:
    def test_a_step_within_all_bounds_is_the_same_object(self):
        wanted = np.ones(3)
        assert project(wanted, np.eye(3), np.ones(3), np.eye(3)) is wanted

    def test_a_wall_takes_what_goes_into_it(self):
        step = project(np.array([1.0, 2.0]), np.array([[1.0, 0.0]]), np.array([0.25]), np.eye(2))
        assert step == pytest.approx([0.25, 2.0])

    def test_a_corner_takes_both(self):
        step = project(np.ones(2), np.eye(2), np.zeros(2), np.eye(2))
        assert step == pytest.approx([0.0, 0.0], abs=1e-8)

    def test_an_obtuse_corner_slides_along_the_wall_that_is_in_the_way(self):
        rows = np.array([[1.0, 0.0], [0.8, 0.6]])
        assert project(np.array([1.0, 0.0]), rows, np.zeros(2), np.eye(2)) == pytest.approx(
            [0.0, 0.0], abs=1e-8
        )
        assert project(np.array([1.0, -2.0]), rows, np.zeros(2), np.eye(2)) == pytest.approx(
            [0.0, -2.0], abs=1e-8
        )

    @settings(max_examples=120, deadline=None)
    @given(
        st.lists(st.tuples(vector, st.floats(0.0, 0.5)), min_size=1, max_size=9),
        vector,
        st.integers(0, 10_000),
    )
    def test_it_is_the_nearest_step_within_the_bounds(self, limits, wanted, seed):
        rows = np.array([row for row, _ in limits])
        bounds = np.array([bound for _, bound in limits])
        A = np.random.default_rng(seed).normal(size=(4, 4))
        M = A @ A.T + 0.3 * np.eye(4)
        step = project(wanted, rows, bounds, np.linalg.inv(M))
        assert (rows @ step <= bounds + 1e-6).all()
        # Optimality: no way from here towards any allowed place comes nearer to what is wanted.
        pull = M @ (wanted - step)
        for other in np.random.default_rng(seed).uniform(-1, 1, (200, 4)):
            share = np.where(rows @ other > bounds, bounds / np.maximum(rows @ other, 1e-12), 1.0)
            allowed = other * max(share.min(), 0.0)
            assert pull @ (allowed - step) <= 1e-5

    @given(vector, st.integers(0, 1000))
    @settings(max_examples=40, deadline=None)
    def test_rows_that_say_the_same_do_no_harm(self, wanted, seed):
        row = np.random.default_rng(seed).normal(size=4)
        once = project(wanted, row[None], np.array([0.1]), np.eye(4))
        often = project(wanted, np.array([row] * 6), np.full(6, 0.1), np.eye(4))
        assert often == pytest.approx(once, abs=1e-7)


def line(*points, gain=0.2, reach=0.02, ease=0.01):
    return GuidanceLine('line', np.array(points, dtype=float), gain, reach, ease)


class TestGuidanceLine:
    straight = line((0, 0, 0), (0.1, 0, 0))

    def test_along_the_line_the_hand_is_free(self):
        p = np.array([0.04, 0.0, 0.0])
        assert self.straight.guided(p, 1.0) == pytest.approx(p)

    def test_near_the_line_the_gain_is_left_of_the_way_off_it(self):
        guided = self.straight.guided(np.array([0.05, 1e-5, 0]), 1.0)
        assert guided == pytest.approx([0.05, 0.2e-5, 0], abs=1e-9)

    def test_beyond_its_reach_nothing_is_guided(self):
        p = np.array([0.05, 0.021, 0])
        assert self.straight.guided(p, 1.0) == pytest.approx(p)

    @given(st.floats(0.0, 0.03), st.floats(0.0, 0.03), st.floats(0.0, 1.0))
    def test_further_off_stays_further_off(self, near, far, strength):
        near, far = sorted((near, far))
        offs = [self.straight.guided(np.array([0.05, d, 0]), strength)[1] for d in (near, far)]
        assert 0.0 <= offs[0] <= offs[1] + 1e-12
        assert all(off <= d + 1e-12 for off, d in zip(offs, (near, far), strict=True))

    def test_around_a_corner_the_guided_place_does_not_jump(self):
        bent = line((0, 0, 0), (0.05, 0, 0), (0.05, 0.05, 0))
        across = np.stack([np.linspace(0.03, 0.05, 400), np.linspace(0.02, 0.0, 400)], axis=1)
        guided = np.array([bent.guided(np.array([x, y, 0.0]), 1.0) for x, y in across])
        steps = np.linalg.norm(np.diff(guided, axis=0), axis=1)
        assert steps.max() < 20 * np.linalg.norm(across[1] - across[0])


class TestLineGuide:
    @pytest.fixture
    def guide(self):
        guide = LineGuide([line((0, 0, 0), (0.1, 0, 0))], np.eye(4))
        guide.switch('line', on=True)
        guide.begin()
        return guide

    @staticmethod
    def at(x, y):
        return pose(np.eye(3), (x, y, 0.0))

    def test_a_hand_that_rests_moves_nothing(self, guide):
        for _ in range(100):
            assert (guide.guide(self.at(0.02, 0.005)) == self.at(0.02, 0.005)).all()

    def test_guidance_sets_in_over_the_way_of_the_hand(self, guide):
        guide.guide(self.at(0.0, 0.001))
        for x in np.linspace(0.0, 0.01, 50):
            T = guide.guide(self.at(x, 0.001))
        assert guide.strength == pytest.approx(1.0)
        assert T[1, 3] == pytest.approx(0.2 * 0.001, rel=0.05)

    def test_switching_off_ends_it_over_the_way_of_the_hand(self, guide):
        for x in np.linspace(0.0, 0.02, 50):
            guided = guide.guide(self.at(x, 0.001))
        guide.switch('line', on=False)
        assert guide.guide(self.at(0.02, 0.001)) == pytest.approx(guided)
        for x in np.linspace(0.02, 0.04, 50):
            T = guide.guide(self.at(x, 0.001))
        assert np.array_equal(T, self.at(0.04, 0.001))
        assert guide.acting == ''

    def test_without_a_line_poses_pass_untouched(self):
        T = self.at(0.1, 0.2)
        assert LineGuide([], np.eye(4)).guide(T) is T
