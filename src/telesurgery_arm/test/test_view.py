"""A view that moves: what it does to instruments, what the horizon does to it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.horizon import Horizon
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.teleoperation import InstrumentFollowing, Keep
from telesurgery_core.transforms import inverse, pose, rotation_about, rotation_from_vector
from telesurgery_core.types import HandCommand

TIP_M = 1e-9
"""What inverse kinematics leaves of a pose, measured elsewhere, is below this."""


def tip_in_world(rig, name='PSM1'):
    return rig.description.T_world_rcm(name) @ rig.arm(name).tip()


def engage_both(rig):
    rig.send(rig.hand('PSM1', 0, engaged=False), rig.hand('ECM', 0, engaged=False))
    rig.run()
    return rig.drive(rig.hand('PSM1', 1), rig.hand('ECM', 1))


class TestStillInTheWorld:
    def test_an_engaged_instrument_stays(self, rig):
        engage_both(rig)
        before = tip_in_world(rig)
        rig.drive(rig.hand('PSM1', 1), rig.hand('ECM', 1, p=(0.01, 0.005, 0.01)))

        assert tip_in_world(rig) == pytest.approx(before, abs=TIP_M)

    def test_what_was_displaced_stays_displaced(self, rig):
        engage_both(rig)
        hand = rig.hand('PSM1', 1, p=(0.01, 0.0, 0.005), v=(0.1, 0.2, 0.0))
        rig.drive(hand, rig.hand('ECM', 1))
        before = tip_in_world(rig)
        rig.drive(hand, rig.hand('ECM', 1, p=(0.01, 0.005, 0.01)))

        assert tip_in_world(rig) == pytest.approx(before, abs=TIP_M)

    def test_the_hand_moves_the_tip_in_the_view_as_it_is_now(self, rig):
        engage_both(rig)
        camera = rig.hand('ECM', 1, p=(0.01, 0.005, 0.01))
        first = rig.hand('PSM1', 1, p=(0.01, 0.0, 0.0))
        rig.drive(first, rig.hand('ECM', 1))
        rig.drive(first, camera)
        before = rig.tip_in_view()
        rig.drive(rig.hand('PSM1', 1, p=(0.01, 0.006, 0.002)), camera)
        moved = rig.tip_in_view()[:3, 3] - before[:3, 3]

        assert moved == pytest.approx([0.0, 0.006, 0.002], abs=TIP_M)

    def test_a_moving_view_moves_nothing_that_nobody_drives(self, rig):
        before = {name: tip_in_world(rig, name) for name in ('PSM1', 'PSM2', 'PSM3')}
        rig.engage('ECM').drive(rig.hand('ECM', p=(0.01, 0.005, 0.01)))

        for name, T in before.items():
            assert np.array_equal(tip_in_world(rig, name), T)


class TestStillInTheView:
    @pytest.fixture
    def rig(self, make_ready):
        return make_ready(arms={'instruments_keep': 'view'})

    def test_an_engaged_instrument_goes_with_the_view(self, rig):
        engage_both(rig)
        before, world = rig.tip_in_view(), tip_in_world(rig)
        rig.drive(rig.hand('PSM1', 1), rig.hand('ECM', 1, p=(0.001, 0.0, 0.01)))

        assert rig.tip_in_view() == pytest.approx(before, abs=TIP_M)
        assert np.abs(tip_in_world(rig) - world).max() > 1e-3

    def test_it_needs_no_new_command_for_that(self, make_ready):
        rig = make_ready(arms={'instruments_keep': 'view'}, safety={'command_gap_limit_s': 2.0})
        rig.send(rig.hand('PSM1', 0, engaged=False))
        rig.run()
        rig.engage()
        before = rig.tip_in_view()
        q = rig.arm('ECM').chain.q
        rig.arm('ECM').servo_jp([q[0], q[1], q[2] + 0.002, q[3]], rig.now)
        rig.run(1.0)
        assert rig.state() == 'following'
        assert rig.tip_in_view() == pytest.approx(before, abs=TIP_M)

    def test_instruments_that_nobody_drives_go_with_it_too(self, rig):
        before = {name: rig.tip_in_view(name) for name in ('PSM1', 'PSM2', 'PSM3')}
        rig.engage('ECM').drive(rig.hand('ECM', p=(0.002, 0.001, 0.01)))

        for name, T in before.items():
            assert rig.tip_in_view(name) == pytest.approx(T, abs=TIP_M)

    def test_a_link_that_is_cut_stops_them_with_the_endoscope(self, rig):
        rig.engage('ECM')
        for k in range(20):
            rig.send(rig.hand('ECM', p=(0.0, 0.0, 0.0005 * k)))
            rig.run(0.01)
        rig.run(0.15)
        assert rig.state('ECM') == 'hold'
        rig.settle()
        held = rig.joints.copy()
        for _ in range(20):
            rig.send(rig.hand('ECM', p=(0.0, 0.0, 0.05)))
            rig.run(0.01)

        assert (rig.joints == held).all()

    def test_a_view_that_a_client_moves_carries_nothing_that_nobody_drives(self, rig):
        before = tip_in_world(rig, 'PSM3')
        q = rig.arm('ECM').chain.q
        rig.arm('ECM').servo_jp([q[0] + 0.02, *q[1:]], rig.now)
        rig.settle()

        assert np.array_equal(tip_in_world(rig, 'PSM3'), before)


points = st.tuples(*[st.floats(-0.05, 0.05)] * 3)
turns = st.tuples(*[st.floats(-0.5, 0.5)] * 3)
poses = st.builds(lambda p, v: pose(rotation_from_vector(v), p), points, turns)


@settings(max_examples=50)
@given(st.lists(st.tuples(poses, poses), min_size=1, max_size=8))
def test_no_view_that_moves_ever_moves_a_tip_that_is_kept_in_the_world(steps):
    following = InstrumentFollowing(Keep.WORLD)
    view = np.eye(4)
    following.latch(1, pose(np.eye(3), [0.0, 0.0, -0.1]), view)
    for displacement, moved in steps:
        hand = HandCommand('PSM1', engaged=True, epoch=1, T_displacement=displacement)
        before = following.target(hand, view)
        view = view @ moved

        assert following.target(hand, view) == pytest.approx(before, abs=1e-12)


@given(st.lists(poses, min_size=1, max_size=8))
def test_in_a_view_that_stands_only_the_newest_displacement_counts(path):
    whole, alone = InstrumentFollowing(Keep.WORLD), InstrumentFollowing(Keep.WORLD)
    view, tip = pose(rotation_about('x', 0.3), [0.1, 0.0, 0.0]), pose(np.eye(3), [0, 0, -0.1])
    for following in (whole, alone):
        following.latch(1, tip, view)
    for displacement in path:
        hand = HandCommand('PSM1', engaged=True, epoch=1, T_displacement=displacement)
        wanted = whole.target(hand, view)

    assert np.array_equal(wanted, alone.target(hand, view))


class TestHorizon:
    def tilt(self, rig):
        R_world_rcm = rig.description.T_world_rcm('ECM')[:3, :3]
        return Horizon(R_world_rcm).tilt(rig.arm('ECM').tip())

    def test_at_home_the_picture_is_level_and_upright(self, rig):
        x_world, y_world = tip_in_world(rig, 'ECM')[:3, :2].T

        assert self.tilt(rig) == pytest.approx(0.0, abs=1e-9)
        assert x_world[2] == pytest.approx(0.0, abs=1e-9)
        assert y_world[2] > 0.5

    def test_the_tilt_is_the_roll(self, rig):
        T = rig.arm('ECM').tip()
        u = T[:3, 3] / np.linalg.norm(T[:3, 3])
        horizon = Horizon(rig.description.T_world_rcm('ECM')[:3, :3])
        rolled = pose(rotation_from_vector(0.3 * u) @ T[:3, :3], T[:3, 3])

        assert horizon.tilt(rolled) == pytest.approx(0.3)
        assert horizon.levelled(rolled, 0.0)[:3, 0] == pytest.approx(T[:3, 0], abs=1e-9)

    def test_straight_down_there_is_none(self):
        horizon = Horizon(np.eye(3))
        down = pose(np.eye(3), [0.0, 0.0, -0.1])

        assert horizon.tilt(down) is None
        assert horizon.levelled(down, 0.0) is down

    def test_free_the_hand_rolls_the_view(self, rig):
        rig.engage('ECM').drive(rig.hand('ECM', v=(0.0, 0.0, 0.3)))

        assert self.tilt(rig) == pytest.approx(0.3, abs=1e-6)

    @pytest.mark.parametrize('scope', ['straight', 'up', 'down'])
    def test_level_stays_level_wherever_the_hand_goes(self, make_ready, scope):
        rig = make_ready(arms={'horizon': 'level'}, scope=scope)
        rig.engage('ECM')
        for target in ((0.03, 0.0, 0.03), (0.03, 0.02, 0.05), (-0.04, 0.01, 0.06)):
            rig.drive(rig.hand('ECM', p=target, v=(0.0, 0.0, 0.4)))

            assert self.tilt(rig) == pytest.approx(0.0, abs=1e-6)

    def test_a_tilted_view_comes_level_as_it_moves_and_not_by_the_engagement(self, make_ready):
        rig = make_ready(arms={'horizon': 'level'})
        q = rig.arm('ECM').chain.q
        rig.arm('ECM').servo_jp([*q[:3], 0.3], rig.now)
        tilt = self.tilt(rig.settle())
        assert abs(tilt) > 0.2
        rig.engage('ECM').drive(rig.hand('ECM'))
        assert self.tilt(rig) == pytest.approx(tilt, abs=1e-6)

        rig.drive(rig.hand('ECM', p=(0.0, 0.0, 0.02)))
        assert self.tilt(rig) == pytest.approx(tilt * math.exp(-1.0), abs=1e-6)
        rig.drive(rig.hand('ECM', p=(0.0, 0.0, 0.1)))
        assert abs(self.tilt(rig)) < 0.01 * abs(tilt)

    def test_free_it_does_not(self, rig):
        """The rule of the nearest orientation lets the horizon tilt: what level is there for."""
        rig.engage('ECM').drive(rig.hand('ECM', p=(-0.04, 0.01, 0.06)))

        assert abs(self.tilt(rig)) > 0.02


class TestAngledScope:
    @pytest.mark.parametrize(('scope', 'degrees'), [('straight', 0), ('up', 30), ('down', -30)])
    def test_it_looks_up_or_down_by_thirty_degrees(self, make_ready, scope, degrees):
        plain, rig = make_ready(), make_ready(scope=scope)
        along = tip_in_world(plain, 'ECM')[:3, :3]
        z = along.T @ tip_in_world(rig, 'ECM')[:3, 2]  # in the straight scope's view: Y is up

        angle = math.radians(degrees)
        assert z == pytest.approx([0.0, math.sin(angle), math.cos(angle)], abs=1e-9)
        assert np.array_equal(tip_in_world(rig, 'ECM')[:3, 3], tip_in_world(plain, 'ECM')[:3, 3])

    @pytest.mark.parametrize('scope', ['up', 'down'])
    def test_instruments_move_in_its_view(self, make_ready, scope):
        rig = make_ready(scope=scope)
        before = rig.tip_in_view()
        rig.engage().drive(rig.hand(p=(0.01, -0.005, 0.008), v=(0.1, 0.2, -0.1)))
        moved = rig.tip_in_view()

        assert moved[:3, 3] - before[:3, 3] == pytest.approx([0.01, -0.005, 0.008], abs=TIP_M)

    @pytest.mark.parametrize('scope', ['up', 'down'])
    def test_the_endoscope_moves_in_its_view(self, make_ready, scope):
        rig = make_ready(scope=scope)
        before = rig.arm('ECM').tip()
        rig.engage('ECM').drive(rig.hand('ECM', p=(0.004, 0.003, 0.01)))
        in_view = inverse(before) @ rig.arm('ECM').tip()

        assert in_view[:3, 3] == pytest.approx([0.004, 0.003, 0.01], abs=TIP_M)

    def test_another_scope_is_refused_by_name(self, workspace, tmp_path):
        text = (workspace / 'config' / 'arms.yaml').read_text()
        path = tmp_path / 'arms.yaml'
        path.write_text(text.replace('scope: straight', 'scope: sideways'))
        with pytest.raises(Exception, match="scope is 'sideways'; allowed: straight, up, down"):
            RobotDescription.load(path)


def test_the_view_is_the_tip_of_the_angled_scope(make_ready):
    rig = make_ready(scope='up')
    model = rig.description.model_of('ECM')
    T_world_view = rig.description.T_world_rcm('ECM') @ forward_once(model, rig.arm('ECM').chain.q)

    in_view = inverse(T_world_view) @ tip_in_world(rig)
    assert rig.tip_in_view() == pytest.approx(in_view, abs=1e-12)
