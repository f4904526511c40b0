import math

import pytest

from telesurgery_core.types import Hand
from telesurgery_motion.choices import Choices
from telesurgery_motion.errors import RequestRefusedError
from telesurgery_motion.pairs import CAMERA_PAIR, PAIRS, pair_named
from telesurgery_motion.parameters import MotionParameters


def choices(**parameters):
    return Choices(MotionParameters(**parameters))


def selected(chosen):
    return {pair.name for pair in chosen.selected()}


def test_every_hand_can_be_paired_with_every_arm_and_both_with_the_endoscope():
    assert {pair.name for pair in PAIRS} == {
        *(f'{hand}_{arm}' for hand in ('MTMR', 'MTML') for arm in ('PSM1', 'PSM2', 'PSM3', 'ECM')),
        'MTML_MTMR_ECM',
    }


@pytest.mark.parametrize('name', ['', 'MTMR', 'MTMR_PSM9', 'PSM1_MTMR', 'mtmr_psm1'])
def test_a_pair_that_does_not_exist_is_refused_by_name(name):
    with pytest.raises(RequestRefusedError, match=rf"pair is '{name}'; allowed: MTMR_PSM1, "):
        pair_named(name)


def test_at_the_start_the_parameters_choose():
    assert selected(choices()) == {'MTMR_PSM1', 'MTML_PSM2', 'MTMR_ECM'}
    assert selected(choices(camera_hands='both', left_arm='')) == {'MTMR_PSM1', 'MTML_MTMR_ECM'}


def test_a_pair_that_shares_an_arm_with_a_selected_one_unselects_it():
    chosen = choices()
    chosen.select(pair_named('MTMR_PSM2'))

    assert selected(chosen) == {'MTMR_PSM2', 'MTMR_ECM'}
    assert chosen.take_interruption(Hand.LEFT, camera=False)
    assert chosen.take_interruption(Hand.RIGHT, camera=False)
    assert not chosen.take_interruption(Hand.RIGHT, camera=False), 'told once'


def test_selecting_what_is_selected_interrupts_nobody():
    chosen = choices()
    chosen.select(pair_named('MTMR_PSM1'))

    assert not chosen.take_interruption(Hand.RIGHT, camera=False)


def test_the_operators_own_swap_interrupts_nobody():
    chosen = choices()
    chosen.swap(Hand.RIGHT)

    assert selected(chosen) == {'MTMR_PSM3', 'MTML_PSM2', 'MTMR_ECM'}
    assert not chosen.take_interruption(Hand.RIGHT, camera=False)


def test_unselecting_leaves_a_hand_without_an_arm():
    chosen = choices()
    chosen.unselect(pair_named('MTML_PSM2'))

    assert selected(chosen) == {'MTMR_PSM1', 'MTMR_ECM'}
    with pytest.raises(RequestRefusedError, match="'MTML_PSM2'; allowed: one that is selected"):
        chosen.unselect(pair_named('MTML_PSM2'))


def test_both_hands_of_the_camera_pedal_are_in_nobodys_way():
    chosen = choices()
    chosen.select(CAMERA_PAIR)
    assert selected(chosen) == {'MTMR_PSM1', 'MTML_PSM2', 'MTML_MTMR_ECM'}

    chosen.unselect(CAMERA_PAIR)
    assert selected(chosen) == {'MTMR_PSM1', 'MTML_PSM2', 'MTMR_ECM'}
    with pytest.raises(RequestRefusedError, match='allowed: one that is selected'):
        chosen.unselect(CAMERA_PAIR)


def test_one_scale_for_all_or_for_one():
    chosen = choices()
    chosen.set_scale(0.5)
    chosen.set_scale(0.1, pair_named('MTML_PSM2'))

    assert chosen.settings(pair_named('MTMR_PSM1')).scale == 0.5
    assert chosen.settings(pair_named('MTML_PSM2')).scale == 0.1
    assert chosen.scale == 0.5


@pytest.mark.parametrize('scale', [0.0, 0.0499, 1.001, -0.2, math.nan, math.inf])
def test_a_scale_out_of_bounds_is_refused_and_changes_nothing(scale):
    chosen, pair = choices(), pair_named('MTMR_PSM1')
    before = chosen.settings(pair)
    with pytest.raises(RequestRefusedError, match=r'scale is .*; allowed: 0\.05 \.\. 1'):
        chosen.set_scale(scale)
    with pytest.raises(RequestRefusedError, match=r'scale is .*; allowed: 0\.05 \.\. 1'):
        chosen.set_scale(scale, pair)
    with pytest.raises(RequestRefusedError, match=r'rotation_scale is .*; allowed: 0\.05'):
        chosen.set_rotation_scale(scale, pair)

    assert (chosen.scale, chosen.settings(pair)) == (0.2, before)


def test_a_lock_is_a_gain_of_zero():
    chosen, pair = choices(scale=0.4), pair_named('MTMR_PSM1')
    chosen.set_rotation_scale(0.5, pair)
    assert chosen.settings(pair).gains(0.5).translation == 0.2
    assert chosen.settings(pair).gains(0.5).rotation == 0.5

    chosen.lock_translation(pair, on=True)
    chosen.lock_rotation(pair, on=True)
    gains = chosen.settings(pair).gains(1.0)
    assert (gains.translation, gains.rotation) == (0.0, 0.0)


def test_only_instruments_are_aligned():
    chosen = choices(alignment='absolute')

    assert chosen.settings(pair_named('MTMR_PSM1')).align
    assert not chosen.settings(pair_named('MTMR_ECM')).align
