"""The pipeline against an arm that does what the architecture says an arm does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motion_world import PERIOD_NS, Arm, hand_at

from telesurgery_core.transforms import (
    pose,
    rotation_vector,
)
from telesurgery_core.types import ConsoleSample, Hand, HandSample
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pipeline import Pipeline

UNFILTERED = MotionParameters(filter='none')
FILTERED = MotionParameters(filter='adaptive')


def sample_at(k, **switches):
    hand = hand_at(k * PERIOD_NS * 1e-9)
    switches = {'operator_present': True, **switches}
    return ConsoleSample(stamp_ns=k * PERIOD_NS, left=hand, right=hand, **switches)


def step(pipeline, sample):
    return pipeline.step(sample, sample.stamp_ns * 1e-9)


@pytest.mark.parametrize('parameters', [UNFILTERED, FILTERED], ids=lambda p: p.filter)
def test_the_first_command_of_an_engagement_is_the_identity(parameters):
    pipeline = Pipeline(parameters)
    for k in range(3):
        step(pipeline, sample_at(k, operator_present=False))
    command = step(pipeline, sample_at(3))

    for hand in (command.left, command.right):
        assert hand.engaged
        assert hand.epoch == 1
        assert np.array_equal(hand.T_displacement, np.eye(4))


def test_without_a_filter_the_tip_moves_by_the_scaled_motion_and_turns_as_the_hand():
    pipeline = Pipeline(UNFILTERED)
    for k in range(200):
        command = step(pipeline, sample_at(k))
    first, last = hand_at(0.0).T_view_hand, hand_at(199 * PERIOD_NS * 1e-9).T_view_hand

    T = command.right.T_displacement
    assert np.allclose(T[:3, 3], 0.2 * (last[:3, 3] - first[:3, 3]), atol=1e-15)
    assert np.allclose(T[:3, :3], last[:3, :3] @ first[:3, :3].T, atol=1e-15)


@pytest.mark.parametrize('parameters', [UNFILTERED, FILTERED], ids=lambda p: p.filter)
@pytest.mark.parametrize(
    'switch', [{'clutch': True}, {'camera': True}, {'operator_present': False}], ids=str
)
@settings(max_examples=20, deadline=None)
@given(pressed_at=st.integers(1, 80), released_after=st.integers(1, 40))
def test_a_pedal_never_moves_the_tip(parameters, switch, pressed_at, released_after):
    pipeline, arm = Pipeline(parameters), Arm()
    for k in range(pressed_at):
        arm.follow(step(pipeline, sample_at(k)).left)
    before = arm.pose
    for k in range(pressed_at, pressed_at + released_after):
        arm.follow(step(pipeline, sample_at(k, **switch)).left)
        assert arm.distance_to(before) == 0.0
    arm.follow(step(pipeline, sample_at(pressed_at + released_after)).left)

    assert arm.distance_to(before) == 0.0


@settings(deadline=None)
@given(st.sets(st.integers(1, 98)))
def test_displacement_does_not_depend_on_lost_samples(lost):
    whole, holey = Pipeline(UNFILTERED), Pipeline(UNFILTERED)
    for k in range(100):
        expected = step(whole, sample_at(k))
        if k not in lost:
            command = step(holey, sample_at(k))

    assert np.array_equal(command.left.T_displacement, expected.left.T_displacement)


def test_the_same_samples_give_the_same_commands_to_the_bit():
    def run():
        pipeline = Pipeline(FILTERED)
        return [
            step(pipeline, sample_at(k, clutch=40 <= k < 60)).left.T_displacement.tobytes()
            for k in range(200)
        ]

    assert run() == run()


def test_an_engagement_through_the_filter_starts_without_a_transient():
    pipeline = Pipeline(FILTERED)
    still = HandSample(T_view_hand=pose(np.eye(3), [0.3, -0.2, 0.5]))
    for k in range(100):
        command = pipeline.step(
            ConsoleSample(k * PERIOD_NS, still, still, operator_present=True, clutch=k < 50), 0.0
        )

        assert np.array_equal(command.right.T_displacement, np.eye(4))


def test_a_missing_hand_is_not_engaged_and_the_other_one_is():
    command = step(Pipeline(UNFILTERED), replace(sample_at(0), left=None))

    assert (command.left.engaged, command.right.engaged) == (False, True)


def test_a_hand_that_vanished_engages_again_only_after_the_operator_let_go():
    pipeline = Pipeline(UNFILTERED)
    step(pipeline, sample_at(0))
    step(pipeline, replace(sample_at(1), left=None))

    assert not step(pipeline, sample_at(2)).left.engaged
    assert not step(pipeline, sample_at(3, clutch=True)).left.engaged
    assert step(pipeline, sample_at(4)).left.engaged


def test_a_hand_that_appears_late_engages_without_ceremony():
    pipeline = Pipeline(UNFILTERED)
    step(pipeline, replace(sample_at(0), left=None))

    assert step(pipeline, sample_at(1)).left.engaged


def test_the_camera_pedal_rests_the_instruments_and_lets_the_right_hand_move_the_endoscope():
    pipeline = Pipeline(UNFILTERED)
    for k in range(10):
        step(pipeline, sample_at(k))
    for k in range(10, 100):
        command = step(pipeline, sample_at(k, camera=True))

    assert (command.right.arm, command.right.engaged) == ('ECM', True)
    assert not command.left.engaged
    assert command.hand_for('PSM1') is None
    assert np.linalg.norm(command.right.T_displacement[:3, 3]) > 1e-3
    turned = rotation_vector(command.right.T_displacement[:3, :3])
    assert turned[:2] == pytest.approx([0.0, 0.0], abs=1e-15), 'only a roll is left'


def test_a_hand_without_an_arm_engages_nothing():
    command = step(Pipeline(replace(UNFILTERED, left_arm='')), sample_at(0))

    assert (command.left.arm, command.left.engaged) == ('', False)


def test_masters_that_speak_need_no_keep_alive():
    pipeline = Pipeline(UNFILTERED)
    step(pipeline, sample_at(0))

    assert pipeline.keep_alive(1, UNFILTERED.silence_limit_s) is None


def test_silence_is_answered_by_disengaged_commands_at_the_keep_alive_rate():
    pipeline = Pipeline(UNFILTERED)
    step(pipeline, sample_at(0))
    ticks = np.arange(0.0, 2.0, 0.001)
    sent = [(now, pipeline.keep_alive(round(now * 1e9), now)) for now in ticks]
    sent = [(now, command) for now, command in sent if command]

    assert sent[0][0] == pytest.approx(UNFILTERED.silence_limit_s, abs=0.0011)
    assert np.allclose(np.diff([now for now, _ in sent]), 0.05, atol=0.0011)
    assert not any(hand.engaged for _, c in sent for hand in (c.left, c.right))


def test_masters_that_come_back_from_silence_engage_only_after_the_operator_let_go():
    pipeline = Pipeline(UNFILTERED)
    step(pipeline, sample_at(0))
    pipeline.keep_alive(1, 1.0)

    assert not pipeline.step(sample_at(200), 1.001).right.engaged
    assert not pipeline.step(sample_at(201, operator_present=False), 1.006).right.engaged
    assert pipeline.step(sample_at(202), 1.011).right.engaged


def test_a_keep_alive_is_sent_before_any_master_ever_spoke():
    command = Pipeline(UNFILTERED).keep_alive(7, 0.0)

    assert command.stamp_ns == 7
    assert not command.left.engaged


def test_numbers_go_on_from_where_a_predecessor_may_have_been():
    pipeline = Pipeline(UNFILTERED, first_epoch=1000, first_sequence=5000)
    commands = [step(pipeline, sample_at(k)) for k in range(3)]

    assert [command.sequence for command in commands] == [5000, 5001, 5002]
    assert {command.left.epoch for command in commands} == {1001}


def test_the_stamp_of_a_command_is_the_stamp_of_its_sample():
    assert step(Pipeline(UNFILTERED), sample_at(17)).stamp_ns == 17 * PERIOD_NS


def test_the_pipeline_says_which_hand_is_engaged():
    pipeline = Pipeline(UNFILTERED)
    step(pipeline, replace(sample_at(0), left=None))

    assert pipeline.engaged(Hand.RIGHT)
    assert not pipeline.engaged(Hand.LEFT)
