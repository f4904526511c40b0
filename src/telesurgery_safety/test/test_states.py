"""The table is total, and no path through it moves an arm that must stand."""

from itertools import product

import pytest

from telesurgery_safety.states import MOTION, TRANSITIONS, Event, Motion, SafetyState


def test_every_pair_of_state_and_event_has_its_next_state():
    assert set(TRANSITIONS) == set(product(SafetyState, Event))
    assert set(MOTION) == set(SafetyState)


@pytest.mark.parametrize('state', SafetyState)
def test_one_event_leads_from_every_state_to_one_without_motion(state):
    assert MOTION[TRANSITIONS[state, Event.FAULTED]] is Motion.NONE


@pytest.mark.parametrize(('state', 'event'), TRANSITIONS)
def test_only_a_fresh_engagement_begins_following(state, event):
    before_follows = state is SafetyState.FOLLOWING
    after_follows = TRANSITIONS[state, event] is SafetyState.FOLLOWING
    if after_follows and not before_follows:
        assert event is Event.ENGAGED


def test_a_hold_ends_only_by_a_fresh_engagement_or_at_the_patient_side():
    leaving = {
        event for event in Event if TRANSITIONS[SafetyState.HOLD, event] is not SafetyState.HOLD
    }
    assert leaving == {Event.ENGAGED, Event.DISABLED, Event.FAULTED}


@pytest.mark.parametrize('event', [Event.ENGAGED, Event.DISENGAGED, Event.RELEASED, Event.TRIPPED])
@pytest.mark.parametrize('state', [SafetyState.DISABLED, SafetyState.FAULT])
def test_no_command_leads_out_of_disabled_or_fault(state, event):
    assert TRANSITIONS[state, event] is state


def test_following_and_a_passed_limit_is_a_hold():
    assert TRANSITIONS[SafetyState.FOLLOWING, Event.TRIPPED] is SafetyState.HOLD
