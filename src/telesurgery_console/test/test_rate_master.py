"""Wishes of motion integrated to poses, within limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.drives import Motion
from telesurgery_console.mapping import Rates
from telesurgery_console.rate_master import LONGEST_STEP_S, RateMaster
from telesurgery_core.transforms import rotation_about, rotation_angle
from telesurgery_core.types import Hand

unit = st.floats(-1.0, 1.0)
demands = st.lists(st.tuples(*[unit] * 7), min_size=1, max_size=30)
RATES = Rates()
STEP_S = 0.005


def move(master, demand, dt=STEP_S, hand=Hand.RIGHT):
    master.move(hand, dict(zip(Motion, demand, strict=True)), dt)
    return master.hand(hand)


@given(demands, st.floats(0.0, 0.2))
def test_no_demand_moves_a_hand_faster_than_the_rates(wishes, dt):
    master = RateMaster(RATES)
    step = min(dt, LONGEST_STEP_S)
    for wish in wishes:
        before = master.hand(Hand.RIGHT)
        after = move(master, wish, dt)

        moved = np.linalg.norm(after.T_view_hand[:3, 3] - before.T_view_hand[:3, 3])
        turned = rotation_angle(after.T_view_hand[:3, :3] @ before.T_view_hand[:3, :3].T)
        assert moved <= RATES.translation_m_s * step + 1e-12
        assert turned <= RATES.rotation_rad_s * step + 1e-7
        assert 0.0 <= after.gripper <= RATES.gripper_open_rad


@given(demands)
def test_no_demand_changes_the_velocity_faster_than_the_limit(wishes):
    master = RateMaster(RATES)
    point = master.hand(Hand.RIGHT).T_view_hand[:3, 3]
    velocity = np.zeros(3)
    for wish in wishes:
        moved = move(master, wish).T_view_hand[:3, 3]
        now = (moved - point) / STEP_S
        # Points are some 0.4 m: their difference over 5 ms is known to 1e-13.
        assert np.linalg.norm(now - velocity) <= RATES.translation_m_s2 * STEP_S + 1e-11
        point, velocity = moved, now


def test_full_deflection_comes_to_full_speed_as_fast_as_the_limit_lets_it():
    master = RateMaster(RATES)
    start = master.hand(Hand.RIGHT).T_view_hand
    for _ in range(200):
        end = move(master, (0, 0, 1, 1, 0, 0, 0)).T_view_hand

    # v^2/2a is lost on the way up, give or take half a step.
    way = 0.06 * 1.0 - 0.06**2 / (2 * 0.6)
    angle = 0.8 * 1.0 - 0.8**2 / (2 * 8.0)
    assert np.allclose(end[:3, 3] - start[:3, 3], [0.0, 0.0, way], atol=0.06 * STEP_S)
    assert np.allclose(end[:3, :3], rotation_about('x', angle), atol=0.8 * STEP_S)


def test_a_hand_slows_down_when_the_stick_is_let_go_and_halts_when_the_operator_lets_go():
    master = RateMaster(RATES)
    for _ in range(100):
        move(master, (1, 0, 0, 0, 0, 0, 0))
    before = master.hand(Hand.RIGHT).T_view_hand[0, 3]
    after = move(master, (0,) * 7).T_view_hand[0, 3]
    assert 0.0 < after - before < 0.06 * STEP_S

    master.halt(Hand.RIGHT)
    assert move(master, (0,) * 7).T_view_hand[0, 3] == after


def test_each_hand_moves_for_itself():
    master = RateMaster(RATES)
    left = master.hand(Hand.LEFT).T_view_hand
    move(master, (1, 0, 0, 0, 0, 0, 0))

    assert np.array_equal(master.hand(Hand.LEFT).T_view_hand, left)


def test_a_gripper_goes_where_it_is_told_no_faster_than_its_rate():
    master = RateMaster(RATES)
    master.gripper(Hand.RIGHT).send_to(1.0)
    start = master.hand(Hand.RIGHT).gripper
    assert move(master, (0,) * 7).gripper == pytest.approx(start + 1.5 * STEP_S)
    for _ in range(200):
        end = move(master, (0,) * 7)
    assert end.gripper == RATES.gripper_open_rad


def test_a_hand_on_the_gripper_takes_over_from_where_it_was_going():
    master = RateMaster(RATES)
    master.gripper(Hand.RIGHT).toggle()
    move(master, (0,) * 7)
    pushed = move(master, (0, 0, 0, 0, 0, 0, 1)).gripper

    assert move(master, (0,) * 7).gripper == pushed
