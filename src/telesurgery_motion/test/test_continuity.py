"""Whatever is chosen, whenever it is chosen: no tip moves by it, and no hold ends by it."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motion_world import World

from telesurgery_core.types import Hand
from telesurgery_motion.errors import RequestRefusedError
from telesurgery_motion.pairs import PAIRS, pair_named
from telesurgery_motion.parameters import MotionParameters

TINY = 1e-12
"""Rounding of a handful of products of numbers below ten."""
UNFILTERED = MotionParameters(filter='none')

pairs = st.sampled_from(PAIRS)
switch = st.booleans()
scales = st.floats(0.05, 1.0)
changes = st.one_of(
    st.builds(lambda s: lambda c: c.set_scale(s), scales),
    st.builds(lambda s, p: lambda c: c.set_scale(s, p), scales, pairs),
    st.builds(lambda s, p: lambda c: c.set_rotation_scale(s, p), scales, pairs),
    st.builds(lambda on, p: lambda c: c.lock_translation(p, on=on), switch, pairs),
    st.builds(lambda on, p: lambda c: c.lock_rotation(p, on=on), switch, pairs),
    st.builds(lambda on, p: lambda c: c.align(p, on=on), switch, pairs),
    st.builds(lambda on, p: lambda c: c.enable_pair(p, on=on), switch, pairs),
    st.builds(lambda on: lambda c: c.enable(on=on), switch),
    st.builds(lambda p: lambda c: c.select(p), pairs),
    st.builds(lambda p: lambda c: c.unselect(p), pairs),
    st.builds(lambda h: lambda c: c.swap(h), st.sampled_from(Hand)),
)
pedals = st.fixed_dictionaries(
    {'clutch': switch, 'camera': switch, 'operator_present': st.sampled_from([True, True, False])}
)
histories = st.lists(st.tuples(st.integers(1, 15), pedals, changes), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_no_change_moves_any_tip(history):
    world = World(UNFILTERED)
    for samples, switches, change in history:
        world.step(samples, **switches)
        before = world.poses()
        with suppress(RequestRefusedError):
            change(world.pipeline.choices)
        world.again(**switches)

        assert world.moved(before) < TINY


@settings(max_examples=60, deadline=None)
@given(histories)
def test_only_an_act_of_the_operator_begins_an_engagement(history):
    """The epoch is what ends a hold: nothing that a program asks for may raise it."""
    world = World(UNFILTERED)
    acted = dict.fromkeys(Hand, False)
    before = dict.fromkeys(Hand, 0)
    last = None
    for samples, switches, change in history:
        for _ in range(samples):
            world.step(**switches)
            for hand, command in (
                (Hand.LEFT, world.command.left),
                (Hand.RIGHT, world.command.right),
            ):
                acted[hand] |= switches != last
                assert acted[hand] or command.epoch == before[hand]
                acted[hand] = acted[hand] and command.epoch == before[hand]
                before[hand] = command.epoch
            last = switches
        with suppress(RequestRefusedError):
            change(world.pipeline.choices)
            if change.__code__.co_names[0] == 'swap':
                acted = dict.fromkeys(Hand, True)  # only the operator's own button calls it


@settings(max_examples=40, deadline=None)
@given(histories)
def test_no_history_leads_to_two_masters_of_one_arm(history):
    world = World(UNFILTERED)
    for samples, switches, change in history:
        with suppress(RequestRefusedError):
            change(world.pipeline.choices)
        world.step(samples, **switches)

        left, right = world.command.left, world.command.right
        assert left.arm != right.arm or left.arm == ''


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 3000.0), st.floats(0.0, 3000.0))
def test_a_delay_that_changes_never_makes_a_tip_jump(first_ms, second_ms):
    """A hand that rests rests, whatever the factor does; and no sample moves more than scale 1."""
    world = World(MotionParameters(filter='none', delay_scaling=True, delay_scaling_time_s=0.1))
    for round_trip_ms in (first_ms, second_ms):
        world.pipeline.delay.measured(round_trip_ms)
        for _ in range(30):
            world.step()
            before = world.poses()
            world.again()

            assert world.moved(before) < TINY


def test_less_scale_while_the_delay_is_long_and_the_old_scale_afterwards():
    world = World(MotionParameters(filter='none', delay_scaling=True, delay_scaling_time_s=0.1))
    world.step(10)
    world.pipeline.delay.measured(1000.0)
    world.step(400)
    assert world.hand('MTMR').scale == pytest.approx(0.1)

    world.pipeline.delay.measured(20.0)
    world.step(400)
    assert world.hand('MTMR').scale == pytest.approx(0.2)


def test_a_swap_on_the_fly_leaves_one_arm_and_takes_the_other_where_it_stands():
    world = World(UNFILTERED).step(50)
    before, epoch = world.poses(), world.command.right.epoch
    world.again(arm_swap=(Hand.RIGHT,))
    assert (world.command.right.arm, world.command.right.engaged) == ('PSM3', True)
    assert world.command.right.epoch == epoch + 1, 'the operator asked: a fresh engagement'
    assert world.moved(before) < TINY

    world.step(50)
    assert world.arms['PSM1'].distance_to(before['PSM1']) == 0.0
    assert world.arms['PSM3'].distance_to(before['PSM3']) > 1e-3


@pytest.mark.parametrize('camera_hands', ['right', 'left', 'both'])
def test_other_hands_for_the_camera_move_nothing_while_its_pedal_is_pressed(camera_hands):
    world = World(MotionParameters(filter='none', camera_hands=camera_hands)).step(50, camera=True)
    before = world.poses()
    change = world.pipeline.choices.unselect if camera_hands == 'both' else None
    (change or world.pipeline.choices.select)(pair_named('MTML_MTMR_ECM'))
    world.step(50, camera=True)
    assert world.moved(before) == 0.0

    world.step(clutch=True, camera=True)
    world.step(50, camera=True)
    assert world.command.right.engaged
    assert world.moved(before) > 1e-3


def test_other_hands_for_the_camera_interrupt_no_instrument():
    world = World(UNFILTERED).step(5)
    world.pipeline.choices.select(pair_named('MTML_MTMR_ECM'))
    world.step(5)

    assert world.command.right.engaged
    assert world.command.left.engaged


def test_who_was_there_before_must_let_go_first():
    world = World(UNFILTERED)
    world.pipeline.choices.interrupt('the motion part was started again')
    world.step(5)
    assert not world.command.right.engaged
    assert world.hand('MTMR').reason == (
        'the motion part was started again; press and release the clutch to drive PSM1'
    )

    world.step(clutch=True)
    world.step()
    assert world.command.right.engaged


def test_an_arm_given_by_a_program_is_driven_only_after_the_operator_let_go():
    world = World(UNFILTERED).step(50)
    world.pipeline.choices.select(pair_named('MTMR_PSM3'))
    world.step(20)
    assert (world.command.right.arm, world.command.right.engaged) == ('PSM3', False)
    assert world.command.left.engaged, 'the other hand goes on'
    assert world.hand('MTMR').reason == (
        'the arm was changed; press and release the clutch to drive PSM3'
    )

    world.step(clutch=True)
    world.step()
    assert world.command.right.engaged


def test_teleoperation_that_is_switched_on_again_waits_for_the_operator():
    world = World(UNFILTERED).step(5)
    world.pipeline.choices.enable(on=False)
    world.step(5)
    assert not world.command.right.engaged
    assert 'publish true on /console/teleop/enable' in world.hand('MTMR').reason
    world.pipeline.choices.enable(on=True)
    world.step(5)
    assert not world.command.right.engaged

    world.step(clutch=True)
    world.step()
    assert world.command.right.engaged


@pytest.mark.parametrize('name', ['adaptive', 'one_euro', 'none'])
def test_a_change_of_scale_goes_on_through_the_filter(name):
    world = World(MotionParameters(filter=name)).step(100)
    before = world.command.right.T_displacement
    world.pipeline.choices.set_scale(1.0)
    world.step()

    # In 5 ms the hand moves less than 0.6 mm, and its scale is one now.
    assert np.abs(world.command.right.T_displacement - before)[:3, 3].max() < 6e-4
    assert world.command.right.epoch == 1
