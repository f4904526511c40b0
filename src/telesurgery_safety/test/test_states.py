"""The tables are total, and no path through them moves an arm that must stand."""

from itertools import product

import pytest

from telesurgery_safety import site_states
from telesurgery_safety.site_states import SiteEvent, SiteState
from telesurgery_safety.states import (
    CHANGES,
    HOLD_KINDS,
    MOTION,
    TRANSITIONS,
    Event,
    Motion,
    SafetyState,
)

DRIVEN = [state for state in SafetyState if MOTION[state] is Motion.TELEOPERATED]
EVERY_PAIR = list(product(SafetyState, Event))


def test_every_pair_of_state_and_event_has_its_next_state():
    assert set(TRANSITIONS) == set(EVERY_PAIR)
    assert set(MOTION) == set(CHANGES) == set(SafetyState)


@pytest.mark.parametrize('state', SafetyState)
def test_one_step_leads_from_every_state_to_one_without_motion(state):
    assert MOTION[TRANSITIONS[state, Event.STOPPED]] is Motion.NONE


@pytest.mark.parametrize('state', DRIVEN)
@pytest.mark.parametrize('event', [*HOLD_KINDS, Event.FAULTED, Event.STOPPED, Event.DISENGAGED])
def test_whatever_goes_wrong_stops_an_arm_that_follows(state, event):
    assert MOTION[TRANSITIONS[state, event]] is Motion.NONE


@pytest.mark.parametrize(('state', 'event'), EVERY_PAIR)
def test_only_an_arm_that_aligned_begins_to_follow(state, event):
    after = TRANSITIONS[state, event]
    if after in DRIVEN and after is not state:
        assert state is SafetyState.ALIGNING
        assert event in (Event.ALIGNED, Event.ALIGNED_LOCALLY)


@pytest.mark.parametrize(('state', 'event'), EVERY_PAIR)
def test_only_a_fresh_engagement_begins_aligning(state, event):
    if TRANSITIONS[state, event] is SafetyState.ALIGNING and state is not SafetyState.ALIGNING:
        assert event is Event.ENGAGED


def leaving(state):
    return {event for event in Event if TRANSITIONS[state, event] is not state}


def test_a_hold_ends_only_by_a_fresh_engagement_or_at_the_patient_side():
    assert leaving(SafetyState.HOLD) == {
        Event.ENGAGED,
        Event.HOMES,  # it was unhomed there
        Event.DISABLED,
        Event.FAULTED,
        Event.STOPPED,
    }


def test_an_emergency_stop_ends_only_by_its_reset_and_then_nothing_may_drive():
    assert leaving(SafetyState.EMERGENCY_STOP) == {Event.RESET}
    assert TRANSITIONS[SafetyState.EMERGENCY_STOP, Event.RESET] is SafetyState.DISABLED


@pytest.mark.parametrize('event', [Event.STRAINED, Event.HELD, Event.DISABLED, Event.FAULTED])
def test_homing_ends_where_it_presses_or_somebody_says_so(event):
    assert MOTION[SafetyState.HOMING] is Motion.HOMING
    assert MOTION[TRANSITIONS[SafetyState.HOMING, event]] is Motion.NONE


@pytest.mark.parametrize(('state', 'event'), EVERY_PAIR)
def test_an_arm_goes_home_only_when_it_was_told_to(state, event):
    if TRANSITIONS[state, event] is SafetyState.HOMING and state is not SafetyState.HOMING:
        assert event is Event.HOMES


@pytest.mark.parametrize(
    'event', [Event.ENGAGED, Event.ALIGNED, Event.DISENGAGED, Event.RELEASED, *HOLD_KINDS]
)
@pytest.mark.parametrize(
    'state',
    [SafetyState.POWERED_OFF, SafetyState.DISABLED, SafetyState.FAULT],
)
def test_no_command_leads_out_of_powered_off_disabled_or_fault(state, event):
    assert TRANSITIONS[state, event] is state


def test_an_arm_that_changes_hands_waits_for_the_new_ones():
    for state in (*DRIVEN, SafetyState.ALIGNING, SafetyState.CLUTCHED):
        assert TRANSITIONS[state, Event.AUTHORITY_MOVED] is SafetyState.READY


class TestSite:
    def test_every_pair_has_its_next_state(self):
        assert set(site_states.TRANSITIONS) == set(product(SiteState, SiteEvent))

    def test_every_state_of_an_arm_is_something_to_the_site(self):
        assert set(site_states.SERIOUSNESS) == set(SafetyState)

    @pytest.mark.parametrize('state', SiteState)
    def test_one_step_stops_it_from_everywhere(self, state):
        stopped = site_states.TRANSITIONS[state, SiteEvent.STOPPED]
        assert stopped is SiteState.EMERGENCY_STOP

    @pytest.mark.parametrize(
        'event', [event for event in SiteEvent if event is not SiteEvent.RESET]
    )
    def test_only_a_reset_ends_an_emergency_stop(self, event):
        after = site_states.TRANSITIONS[SiteState.EMERGENCY_STOP, event]
        assert after is SiteState.EMERGENCY_STOP

    def test_the_most_serious_arm_is_the_site(self):
        arms = [SafetyState.READY, SafetyState.FOLLOWING, SafetyState.HOLD]
        assert site_states.event_of(arms) is SiteEvent.ARM_HELD
        assert site_states.event_of([*arms, SafetyState.FAULT]) is SiteEvent.ARM_FAULTED
        assert site_states.event_of(arms[:2]) is SiteEvent.ARM_DRIVEN
