"""What guarding does to arms that hands push about: it stops them, and nothing else."""

import math

import numpy as np
import pytest
from guarded import Guarded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesurgery_arm.errors import CommandRefusedError

SAME = 1e-9
TICK = 0.002
DECELERATION = 4.0
FLOOR = {'planes': {'floor': {'point': [0, 0, 0.02], 'normal': [0, 0, 1], 'parts': ['tip']}}}
ROOM = {
    'workspaces': {
        'room': {
            'centre': [-0.02, 0, 0.036],
            'size': [0.02, 0.02, 0.02],
            'parts': ['tip'],
            'arms': ['PSM1'],
        }
    }
}
BALL = {
    'spheres': {'ball': {'centre': [-0.02, 0, 0.015], 'radius_m': 0.01, 'parts': ['tip', 'jaws']}}
}
APART = {'separation': {}}

few = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope='session')
def guarded(make_rig):
    def make(content=None, *arms, **how):
        made = Guarded(make_rig(), content, **how)
        return made.engage(*arms) if arms else made

    return make


def bent(depth):
    """How far aside a tip is when the hand is ``depth`` [m] behind a wall, at most.

    The tip closes up on the hand's pose along a line of the joints, which is an arc about the
    remote centre some 0.15 m away.
    """
    return depth**2 / (2 * 0.15)


def minimum_jerk(to, seconds):
    def path(t):
        s = min(t / seconds, 1.0)
        return np.asarray(to) * (10 * s**3 - 15 * s**4 + 6 * s**5)

    return path


class TestPlane:
    def test_a_hand_that_pushes_through_it_is_stopped_at_it(self, guarded):
        arm = guarded(FLOOR, 'PSM1').walk([minimum_jerk((0, 0, -0.03), 0.5)], 1.0)
        assert arm.tips()[:, 2].min() >= 0.02
        assert arm.tip()[2] == pytest.approx(0.02, abs=1e-4)
        state = arm.state()
        assert (state.action.value, state.by, state.part) == ('stopped', 'floor', 'tip')
        assert state.away == (0, 0, 1)
        assert state.kept_back_m == pytest.approx(0.014, abs=5e-4)

    def test_it_is_approached_no_faster_than_the_damper_allows(self, guarded):
        arm = guarded(FLOOR, 'PSM1').walk([minimum_jerk((0, 0, -0.03), 0.15)], 0.8)
        height = arm.tips()[:-1, 2] - 0.02
        falling = -arm.speeds()[:, 2]
        band = height < 0.01
        assert (falling[band] <= 10.0 * height[band] + 1e-4).all()
        braking = np.diff(arm.speeds(), axis=0)[:, 2].max() / TICK
        assert braking <= 1.5 * DECELERATION  # the setpoint's own turn is in it as well

    def test_along_it_the_hand_is_free(self, guarded):
        side = minimum_jerk((0.02, 0.015, 0), 0.5)

        def path(t):
            return minimum_jerk((0, 0, -0.02), 0.3)(t) + side(max(t - 0.5, 0.0))

        along, free = (
            guarded(content, 'PSM1').walk([path], 1.6).tip() for content in (FLOOR, None)
        )
        assert along[:2] == pytest.approx(free[:2], abs=bent(0.006))

    def test_the_tool_keeps_its_orientation(self, guarded):
        arm = guarded(FLOOR, 'PSM1')
        before = arm.rig.tip_in_view()[:3, :3]
        arm.walk([minimum_jerk((0, 0, -0.03), 0.5)], 1.5)
        assert arm.rig.tip_in_view()[:3, :3] == pytest.approx(before, abs=2e-3)

    def test_leaving_is_free_and_begins_without_a_jump(self, guarded):
        down = minimum_jerk((0, 0, -0.03), 0.3)

        def path(t):
            return down(min(t, 0.6)) - minimum_jerk((0, 0, -0.03), 0.5)(max(t - 0.6, 0.0))

        arm, free = (guarded(content, 'PSM1').walk([path], 2.0) for content in (FLOOR, None))
        assert arm.tip() == pytest.approx(free.tip(), abs=SAME)
        assert arm.state().action.value == 'free'
        gain = np.abs(np.diff(arm.speeds(), axis=0)).max() / TICK
        usual = np.abs(np.diff(free.speeds(), axis=0)).max() / TICK
        assert gain <= usual + DECELERATION

    def test_the_plant_is_never_sent_elsewhere_than_the_setpoint_says(self, guarded):
        arm = guarded(FLOOR, 'PSM1').walk([minimum_jerk((0.01, 0, -0.03), 0.4)], 0.6)
        assert arm.rig.arm().targets == pytest.approx(arm.rig.joints[:7].tolist())


class TestFar:
    def test_guarding_that_has_nothing_to_do_changes_no_bit(self, guarded):
        path = [minimum_jerk((0.02, 0.01, 0.02), 0.4)]
        runs = [
            np.array(guarded(content, 'PSM1').walk(path, 0.7).rig.path)
            for content in (None, {**FLOOR, **APART})
        ]
        assert (runs[0] == runs[1]).all()

    def test_what_is_off_changes_no_bit(self, guarded):
        off = {'planes': {'floor': {**FLOOR['planes']['floor'], 'on': False}}}
        path = [minimum_jerk((0.0, 0.01, -0.03), 0.4)]
        runs = [
            np.array(guarded(content, 'PSM1').walk(path, 0.7).rig.path) for content in (None, off)
        ]
        assert (runs[0] == runs[1]).all()

    def test_the_same_hands_give_the_same_motion(self, guarded):
        path = [minimum_jerk((0.01, 0.01, -0.03), 0.4), minimum_jerk((-0.03, 0.01, 0), 0.4)]
        runs = [
            np.array(guarded({**FLOOR, **APART}, 'PSM1', 'PSM2').walk(path, 0.7).rig.path)
            for _ in range(2)
        ]
        assert (runs[0] == runs[1]).all()


def wandering(seed, size, speed):
    """A smooth random path: a sum of sines."""
    rng = np.random.default_rng(seed)
    w, phase = rng.uniform(0.3, 1.0, (3, 4)) * speed / size, rng.uniform(0, 6.3, (3, 4))
    share = rng.dirichlet(np.ones(4), 3)

    def path(t):
        return size * (share * (np.sin(w * t + phase) - np.sin(phase))).sum(axis=1)

    return path


class TestAnyPath:
    @few
    @given(seed=st.integers(0, 10**6), speed=st.floats(0.02, 0.4))
    def test_no_tip_leaves_a_workspace_nor_shakes_in_its_corners(self, guarded, seed, speed):
        arm = guarded(ROOM, 'PSM1').walk([wandering(seed, 0.05, speed)], 0.4)
        beyond = np.abs(arm.tips() - (-0.02, 0, 0.036)).max() - 0.01
        assert beyond <= SAME
        still = guarded(None, 'PSM1').walk([wandering(seed, 0.05, speed)], 0.4)
        shaking, usual = (
            np.abs(np.diff(run.speeds(), axis=0)).max() / TICK for run in (arm, still)
        )
        assert shaking <= 1.5 * usual + 3 * DECELERATION

    @few
    @given(seed=st.integers(0, 10**6), speed=st.floats(0.02, 0.4))
    def test_no_tip_enters_a_ball(self, guarded, seed, speed):
        arm = guarded(BALL, 'PSM1').walk([wandering(seed, 0.05, speed)], 0.4)
        assert np.linalg.norm(arm.tips() - (-0.02, 0, 0.015), axis=1).min() >= 0.01 - SAME

    @few
    @given(seed=st.integers(0, 10**6), speed=st.floats(0.02, 0.4))
    def test_no_two_tools_meet(self, guarded, seed, speed):
        arms = guarded(APART, 'PSM1', 'PSM2')
        arms.walk([wandering(seed, 0.05, speed), wandering(seed + 1, 0.05, speed)], 0.4)
        assert arms.gaps().min() >= -SAME


class TestTwoArms:
    def test_both_are_stopped_before_they_meet_and_share_the_way(self, guarded):
        arms = guarded(APART, 'PSM1', 'PSM2')
        before = [arms.tip(name) for name in ('PSM1', 'PSM2')]
        arms.walk([minimum_jerk((0.03, 0, 0), 0.4), minimum_jerk((-0.03, 0, 0), 0.4)], 1.0)
        assert arms.gaps().min() >= -SAME
        ways = [
            np.linalg.norm(arms.tip(name) - start)
            for name, start in zip(('PSM1', 'PSM2'), before, strict=True)
        ]
        assert ways[0] == pytest.approx(ways[1], rel=0.02)
        assert {arms.state(name).by for name in ('PSM1', 'PSM2')} == {'PSM1', 'PSM2'}

    def test_one_that_stands_is_not_pushed_away(self, guarded):
        arms = guarded(APART, 'PSM1', 'PSM2')
        before = arms.tip('PSM2')
        arms.walk([minimum_jerk((0.06, 0, 0), 0.5), lambda t: np.zeros(3)], 1.0)
        assert (arms.tip('PSM2') == before).all()
        assert arms.gaps().min() >= -SAME
        assert arms.state('PSM1').action.value in ('stopped', 'slowed')

    def test_two_that_press_against_each_other_part_freely(self, guarded):
        arms = guarded(APART, 'PSM1', 'PSM2')
        arms.walk([minimum_jerk((0.04, 0, 0), 0.4), minimum_jerk((-0.04, 0, 0), 0.4)], 0.7)
        arms.push((-0.01, 0, 0), (0.01, 0, 0), seconds=1.0)
        free = guarded(None, 'PSM1', 'PSM2').push((-0.01, 0, 0), (0.01, 0, 0), seconds=1.0)
        for name in ('PSM1', 'PSM2'):
            assert arms.tip(name) == pytest.approx(free.tip(name), abs=1e-6)


BELOW_THE_FLOOR = {'PSM1': (0.0, 0.0, 0.19, 0.0, 0.0, 0.0)}
LINE = {
    'lines': {
        'way': {'points': [[-0.02075, 0, 0.0], [-0.02075, 0, 0.1]], 'gain': 0.2, 'reach_m': 0.05}
    }
}


class TestInside:
    def test_an_arm_that_began_inside_may_leave_and_says_so(self, guarded):
        arm = guarded(FLOOR, 'PSM1', start=BELOW_THE_FLOOR)
        depth = 0.02 - arm.tip()[2]
        assert depth > 0.005
        arm.push((0, 0, -0.01), seconds=0.4)
        assert arm.tips()[:, 2].min() >= 0.02 - depth - SAME
        assert arm.state().action.value == 'inside'
        arm.push((0, 0, 0.02), seconds=1.0)
        assert arm.tip()[2] > 0.02

    def test_sideways_motion_inside_goes_no_deeper(self, guarded):
        arm = guarded(FLOOR, 'PSM1', start=BELOW_THE_FLOOR)
        before = arm.tip()
        arm.push((0.01, 0.01, -0.01), seconds=1.0)
        assert arm.tips()[:, 2].min() >= before[2] - SAME
        assert arm.tip()[:2] == pytest.approx(before[:2] + 0.01, abs=bent(0.011))


class TestSwitching:
    def test_on_and_off_make_no_jump(self, guarded):
        arm = guarded(FLOOR, 'PSM1').push((0, 0, -0.03), seconds=0.8)
        stopped = arm.tip()
        arm.stage.request('floor', on=False)
        arm.push((0, 0, -0.03), seconds=0.8)
        assert arm.tip()[2] == pytest.approx(stopped[2] - 0.014, abs=5e-4)
        arm.stage.request('floor', on=True)
        low = arm.tip()
        arm.push((0, 0, -0.03), seconds=0.2)
        assert arm.tip() == pytest.approx(low, abs=SAME)
        speeds = np.linalg.norm(arm.speeds(), axis=1)
        assert speeds.max() <= 0.6  # the joints' own limits

    def test_a_name_that_does_not_exist_is_refused(self, guarded):
        with pytest.raises(CommandRefusedError, match="'door'; allowed: floor"):
            guarded(FLOOR).stage.request('door', on=True)

    def test_what_is_on_is_told(self, guarded):
        arm = guarded({**FLOOR, **APART})
        assert arm.stage.fixtures == {'floor': True, 'separation': True}
        arm.stage.request('separation', on=False)
        arm.rig.run()
        assert arm.stage.fixtures == {'floor': True, 'separation': False}


class TestClients:
    def test_a_move_is_slowed_on_its_path_and_ended_at_the_boundary(self, guarded):
        arm = guarded(FLOOR)
        arm.rig.arm().move_jp([0.0, 0.0, 0.2, 0.0, 0.0, 0.0])
        arm.rig.run(0.5)
        assert arm.rig.arm().is_busy
        arm.rig.run(4.0)
        assert not arm.rig.arm().is_busy
        assert arm.tips()[:, 2].min() >= 0.02 - SAME
        lateral = np.array(arm.rig.path)[:, :2]
        assert np.abs(lateral).max() < SAME  # on its path: insertion alone

    def test_a_move_that_is_not_hindered_arrives(self, guarded, robot_description):
        arm = guarded({**FLOOR, **APART})
        goal = [0.1, -0.1, 0.15, 0.2, 0.1, 0.1]
        arm.rig.arm().move_jp(goal)
        while arm.rig.arm().is_busy:
            arm.rig.run(0.05)
        assert arm.rig.joints[:6].tolist() == goal


class TestHold:
    def test_a_hold_stops_an_arm_that_was_kept_back_and_it_stays(self, guarded):
        arm = guarded(FLOOR, 'PSM1').push((0.02, 0, -0.03), seconds=0.12)
        arm.rig.run(0.5)  # the link is cut
        assert arm.rig.state() == 'hold'
        held = arm.tip()
        arm.rig.run(0.5)
        assert (arm.tip() == held).all()

    def test_it_goes_on_from_there(self, guarded):
        arm = guarded(FLOOR, 'PSM1').push((0, 0, -0.03), seconds=0.5)
        arm.rig.run(0.5)
        held = arm.tip()
        arm.engage('PSM1').push(np.zeros(3), seconds=0.3)
        assert arm.tip() == pytest.approx(held, abs=1e-6)
        arm.push((0, 0, 0.01), seconds=0.8)
        assert arm.tip() == pytest.approx(held + np.array((0, 0, 0.01)), abs=1e-5)


class TestLines:
    def test_a_hand_is_kept_near_the_line_and_free_along_it(self, guarded):
        arm = guarded(LINE, 'PSM1')
        before = arm.tip()
        arm.walk([minimum_jerk((0.005, 0, 0.02), 0.5)], 1.0)
        moved = arm.tip() - before
        assert moved[2] == pytest.approx(0.02, abs=1e-5)
        assert moved[0] == pytest.approx(0.005 * (0.2 + 0.8 * (3 - 0.2) * 0.01), abs=1e-4)
        assert arm.state().guided_by == 'way'

    def test_an_engagement_beside_the_line_moves_nothing(self, guarded):
        content = {'lines': {'way': {**LINE['lines']['way'], 'points': [[0, 0, 0], [0, 0, 0.1]]}}}
        arm = guarded(content)
        before = arm.tip()
        arm.engage('PSM1').push(np.zeros(3), seconds=0.3)
        assert arm.tip() == pytest.approx(before, abs=SAME)


def test_states_are_worded(guarded):
    arm = guarded(FLOOR, 'PSM1').push((0, 0, -0.03), seconds=0.8)
    assert str(arm.state()) == 'stopped by floor (tip, 0.0 mm to the boundary)'
    assert str(arm.state('PSM2')) == 'free'
    assert math.isinf(arm.state('PSM2').distance_m)


@few
@given(seed=st.integers(0, 10**6))
def test_however_fast_the_hands_the_gate_finds_no_fault(guarded, seed):
    """Closing up to a setpoint that moves as fast as it can must not be faster still."""
    rng = np.random.default_rng(seed)
    arm = guarded(BALL, 'PSM1')
    for _ in range(8):
        arm.push(rng.uniform(-0.04, 0.04, 3), turns=[rng.uniform(-0.5, 0.5, 3)], seconds=0.04)
    assert arm.rig.state() == 'following'
