"""The recording that every demo plays: it is what its README says."""

import numpy as np
import pytest

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import load_timeline
from telesurgery_core.transforms import rotation_angle
from telesurgery_core.types import Hand

NAME = 'dvtrainer_two_hands'


@pytest.fixture(scope='module')
def timeline(workspace):
    return load_timeline(workspace / 'recordings' / NAME, TimeSource.HEADER, 200.0)


def path_of(timeline, hand):
    return np.array([sample.hand(hand).T_view_hand[:3, 3] for sample in timeline.samples])


def test_it_is_small_and_carries_its_notice(workspace):
    folder = workspace / 'recordings' / NAME

    assert sum(file.stat().st_size for file in folder.iterdir()) < 15e6
    assert 'Permission is hereby granted' in (folder / 'LICENSE').read_text()
    assert 'Med-AIR@CUHK' in (folder / 'LICENSE').read_text()


def test_it_has_both_hands_at_a_steady_200_hz(timeline):
    stamps = np.array([sample.stamp_ns for sample in timeline.samples])

    # Nothing to say but how far the hands go.
    assert [note[:6] for note in timeline.notes] == ['MTML: ', 'MTMR: ']
    assert set(np.diff(stamps)) == {5_000_000}
    assert timeline.duration_ns * 1e-9 == pytest.approx(42.155)
    assert all(sample.left and sample.right for sample in timeline.samples)


def test_the_operator_is_present_from_the_first_sample_to_the_last(timeline):
    present = [sample.operator_present for sample in timeline.samples]

    assert all(present[:-1])
    assert not present[-1]


def test_the_clutch_is_pressed_once_and_the_hands_rest_meanwhile(timeline):
    pressed = np.array([sample.clutch for sample in timeline.samples])
    at = np.flatnonzero(pressed)

    assert at[0] * 0.005 == pytest.approx(23.81)
    assert len(at) == at[-1] - at[0] + 1 == 215
    # Half a second of smoothing apart, the source sends no motion while its pedal is up.
    inside = path_of(timeline, Hand.RIGHT)[at[40:-40]]
    assert np.ptp(inside, axis=0).max() < 1e-4


def test_the_hands_move_as_surgeons_do(timeline):
    step = np.diff(path_of(timeline, Hand.RIGHT), axis=0)
    speed = np.linalg.norm(step, axis=1) / 0.005

    assert speed.mean() == pytest.approx(0.021, abs=0.001)
    assert speed.max() < 0.15


def test_motion_begins_within_the_first_second(timeline):
    first = path_of(timeline, Hand.RIGHT)[:200]

    assert np.linalg.norm(np.ptp(first, axis=0)) > 0.005


@pytest.mark.parametrize('hand', list(Hand))
def test_both_hands_do_work(timeline, hand):
    grippers = np.degrees([sample.hand(hand).gripper for sample in timeline.samples])

    assert np.ptp(path_of(timeline, hand), axis=0).max() > 0.08
    assert (grippers.min(), grippers.max()) == (pytest.approx(0.0, abs=0.5), grippers.max())
    assert 45.0 < grippers.max() <= 60.0


def test_the_gripper_closes_low_on_the_board_and_carries_high(timeline):
    """The signs of the axes: blocks are picked up below the path on which they are carried."""
    gripper = np.degrees([sample.right.gripper for sample in timeline.samples])
    height = path_of(timeline, Hand.RIGHT)[:, 1]
    closing = np.flatnonzero((gripper[:-1] >= 5.0) & (gripper[1:] < 5.0))
    opening = np.flatnonzero((gripper[:-1] < 5.0) & (gripper[1:] >= 5.0))

    assert len(closing) == len(opening) == 3
    for picked, dropped in zip(closing, opening, strict=True):
        carried = height[picked:dropped].max()
        assert height[picked] < carried - 0.02
        assert height[dropped] < carried - 0.02


@pytest.mark.parametrize('hand', list(Hand))
def test_no_hand_turns_further_than_a_wrist_can(timeline, hand):
    first = timeline.samples[0].hand(hand).T_view_hand[:3, :3]
    turned = [
        rotation_angle(sample.hand(hand).T_view_hand[:3, :3] @ first.T)
        for sample in timeline.samples[::20]
    ]

    assert max(turned) < np.radians(60.0)
