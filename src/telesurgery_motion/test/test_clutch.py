import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.transforms import pose, rotation_about, rotation_from_vector
from telesurgery_motion.clutch import TRANSITIONS, Clutch, ClutchEvent, ClutchState

points = st.tuples(*[st.floats(-0.5, 0.5)] * 3)
turns = st.tuples(*[st.floats(-3.0, 3.0)] * 3)
poses = st.builds(lambda p, v: pose(rotation_from_vector(v), p), points, turns)


def engaged_at(T):
    clutch = Clutch()
    clutch.handle(ClutchEvent.WANTED)
    clutch.latch(T)
    return clutch


def test_every_pair_of_state_and_event_is_in_the_table():
    assert set(TRANSITIONS) == set(itertools.product(ClutchState, ClutchEvent))


@pytest.mark.parametrize('event', list(ClutchEvent))
def test_only_a_wish_for_motion_engages(event):
    engaging = {state for state in ClutchState if TRANSITIONS[state, event] is ClutchState.ENGAGED}

    begins = {ClutchState.FREE, ClutchState.WAITING, ClutchState.ENGAGED}
    stays = {ClutchState.ENGAGED}
    expected = {ClutchEvent.WANTED: begins, ClutchEvent.HINDERED: stays}
    assert engaging == expected.get(event, set())


@pytest.mark.parametrize('event', list(ClutchEvent))
def test_who_must_release_does_nothing_else_first(event):
    after = TRANSITIONS[ClutchState.MUST_RELEASE, event]

    assert after is (
        ClutchState.FREE if event is ClutchEvent.RELEASED else ClutchState.MUST_RELEASE
    )


@pytest.mark.parametrize('event', [ClutchEvent.VANISHED, ClutchEvent.INTERRUPTED])
def test_what_is_not_the_operators_doing_makes_him_let_go_first(event):
    assert TRANSITIONS[ClutchState.ENGAGED, event] is ClutchState.MUST_RELEASE
    assert TRANSITIONS[ClutchState.WAITING, event] is ClutchState.MUST_RELEASE


def test_what_hinders_an_engagement_does_not_end_one():
    assert TRANSITIONS[ClutchState.FREE, ClutchEvent.HINDERED] is ClutchState.WAITING
    assert TRANSITIONS[ClutchState.ENGAGED, ClutchEvent.HINDERED] is ClutchState.ENGAGED


@given(poses)
def test_displacement_is_the_identity_where_the_engagement_began(T):
    assert np.allclose(engaged_at(T).displacement(T), np.eye(4), atol=1e-12)


@given(poses, poses)
def test_displacement_is_absolute_since_the_engagement(T_start, T_now):
    T = engaged_at(T_start).displacement(T_now)

    assert np.allclose(T[:3, 3], T_now[:3, 3] - T_start[:3, 3], atol=1e-15)
    assert np.allclose(T[:3, :3] @ T_start[:3, :3], T_now[:3, :3], atol=1e-12)


def test_the_epoch_counts_engagements_not_samples():
    clutch = Clutch()
    for event in (
        ClutchEvent.WANTED,
        ClutchEvent.WANTED,
        ClutchEvent.RELEASED,
        ClutchEvent.WANTED,
    ):
        clutch.handle(event)
        clutch.latch(np.eye(4))

    assert clutch.epoch == 2


def test_the_epoch_wraps_as_its_field_on_the_wire_does():
    clutch = Clutch(epoch=2**32 - 1)
    clutch.handle(ClutchEvent.WANTED)
    clutch.latch(np.eye(4))

    assert clutch.epoch == 0


def test_the_latched_pose_is_a_copy_of_what_the_caller_gave():
    T = pose(rotation_about('z', 0.3), [0.1, 0.2, 0.3])
    clutch = engaged_at(T)
    T[:3, 3] = 0.0

    assert np.allclose(clutch.displacement(np.eye(4))[:3, 3], [-0.1, -0.2, -0.3])
