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

    assert engaging == (
        {ClutchState.FREE, ClutchState.ENGAGED} if event is ClutchEvent.WANTED else set()
    )


def test_a_lost_hand_engages_again_only_after_the_operator_let_go():
    assert TRANSITIONS[ClutchState.LOST, ClutchEvent.WANTED] is ClutchState.LOST
    assert TRANSITIONS[ClutchState.LOST, ClutchEvent.RELEASED] is ClutchState.FREE


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
