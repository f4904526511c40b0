"""The supervisor lets an arm follow a fresh engagement, and stops it in the tick of a trip."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.parameters import from_mapping
from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_safety.machines import Condition
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.site_states import SiteState
from telesurgery_safety.states import Motion, SafetyState
from telesurgery_safety.supervisor import Supervisor

ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')
TICK = 0.002
NONE = HandCommand()


class Holders:
    """An authority that a test moves."""

    def __init__(self):
        self.of = dict.fromkeys(ARMS, 'A')

    def holder(self, arm):
        return self.of[arm]


class Site:
    """A supervisor, arms that stand at once, and consoles that count their commands."""

    def __init__(self, **limits):
        self.holders = Holders()
        self.supervisor = Supervisor(SafetyParameters(**limits), ARMS, self.holders)
        self.now = 10.0
        self.sequence = 0

    def make_available(self, *arms):
        for arm in arms:
            self.supervisor.observe(arm, Condition.AVAILABLE)
        return self

    def send(
        self, right=NONE, left=NONE, *, age_s=0.05, sequence=None, stamp_s=None, site='A', **flags
    ):
        self.sequence = self.sequence + 1 if sequence is None else sequence
        stamp = self.now - age_s if stamp_s is None else stamp_s
        command = TeleopCommand(int(stamp * 1e9), self.sequence, left, right, **flags)
        followed = self.supervisor.command_arrived(self.now, site, command, age_s)
        self.stand()
        return followed

    def stand(self):
        for arm in ARMS:
            if self.state(arm) is SafetyState.ALIGNING:
                self.supervisor.aligned(arm)

    def wait(self, seconds):
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.supervisor.step(self.now)

    def engage(self, arm='PSM1', epoch=1, site='A'):
        self.send(HandCommand(arm=arm, epoch=epoch - 1), site=site)
        self.send(HandCommand(arm=arm, epoch=epoch, engaged=True), site=site)
        return self

    def state(self, arm='PSM1'):
        return self.supervisor.verdict(arm).state

    def reason(self, arm='PSM1'):
        return self.supervisor.verdict(arm).reason


@pytest.fixture
def site():
    return Site().make_available(*ARMS)


def engaged(arm='PSM1', epoch=1):
    return HandCommand(arm=arm, epoch=epoch, engaged=True)


def test_an_arm_begins_powered_off_and_becomes_ready(site):
    assert Site().state() is SafetyState.POWERED_OFF
    assert Site().supervisor.site is SiteState.POWERED_OFF
    assert site.state() is SafetyState.READY
    assert site.supervisor.site is SiteState.READY
    assert site.supervisor.verdict('PSM1').motion is Motion.LOCAL


def test_a_fresh_engagement_lets_only_its_arm_follow(site):
    site.engage('PSM1')
    assert site.supervisor.verdict('PSM1').motion is Motion.TELEOPERATED
    assert {site.state(arm) for arm in ARMS[1:]} == {SafetyState.READY}


def test_hands_that_move_when_the_process_starts_move_no_arm(site):
    site.send(engaged(epoch=7))
    assert site.state() is SafetyState.READY
    assert 'engage again' in site.reason()


def test_an_engagement_before_the_arm_is_ready_stays_without_effect():
    site = Site().engage()
    site.make_available('PSM1')
    site.send(engaged())
    assert site.state() is SafetyState.READY
    site.send(engaged(epoch=2))
    assert site.state() is SafetyState.FOLLOWING


def test_the_clutch_stops_and_its_release_follows_again(site):
    site.engage()
    site.send(HandCommand(arm='PSM1', epoch=1))
    assert site.supervisor.verdict('PSM1').motion is Motion.NONE
    assert site.state() is SafetyState.CLUTCHED
    site.send(engaged(epoch=2))
    assert site.state() is SafetyState.FOLLOWING


def test_a_gap_is_a_hold_in_the_first_tick_after_the_limit():
    site = Site(command_gap_limit_s=0.101).make_available(*ARMS).engage()  # between two ticks
    site.wait(0.1)
    assert site.state() is SafetyState.FOLLOWING
    site.wait(TICK)
    assert site.state() is SafetyState.HOLD
    assert site.supervisor.verdict('PSM1').motion is Motion.NONE
    assert site.reason() == 'no command for 102 ms (limit 101 ms); engage again to go on'


def test_a_gap_that_no_tick_has_seen_is_a_hold_all_the_same(site):
    site.engage()
    site.now += 0.5
    site.send(engaged())
    assert site.state() is SafetyState.HOLD


def test_a_hold_never_ends_by_itself(site):
    site.engage()
    site.wait(0.2)
    for _ in range(100):
        site.send(engaged())
        site.wait(0.01)
        site.send(HandCommand(arm='PSM1', epoch=1))
        site.send(NONE)
    assert site.state() is SafetyState.HOLD
    assert site.supervisor.holds == 1


def test_a_hold_ends_by_a_fresh_engagement(site):
    site.engage()
    site.wait(0.2)
    site.send(engaged(epoch=2))
    assert site.state() is SafetyState.FOLLOWING
    assert site.reason() == ''


def test_a_gap_without_a_following_arm_is_no_hold(site):
    site.engage()
    site.send(HandCommand(arm='PSM1', epoch=1))
    site.wait(1.0)
    assert site.state() is SafetyState.CLUTCHED
    assert site.supervisor.holds == 0


def test_a_command_that_is_too_old_is_not_followed_and_is_a_hold(site):
    site.engage()
    assert not site.send(engaged(), age_s=0.31)
    assert site.state() is SafetyState.HOLD
    assert '310 ms old' in site.reason()


def test_a_long_but_steady_path_is_followed(site):
    site.send(HandCommand(arm='PSM1'), age_s=0.135)
    for _ in range(1000):
        site.send(engaged(), age_s=0.135)
        site.wait(0.004)
    assert site.state() is SafetyState.FOLLOWING
    assert site.supervisor.command_age_s == 0.135


def test_stale_commands_are_neither_followed_nor_taken_for_signs_of_life(site):
    site.engage()
    for _ in range(11):
        assert not site.send(engaged(), sequence=1)
        site.wait(0.01)
    assert site.state() is SafetyState.HOLD


def test_a_restarted_console_needs_a_fresh_engagement(site):
    site.engage(epoch=5)
    site.now += 0.6
    assert site.send(engaged(epoch=9), sequence=0)
    assert site.state() is SafetyState.HOLD
    site.send(engaged(epoch=10))
    assert site.state() is SafetyState.FOLLOWING


def test_two_who_speak_by_one_name_are_noticed_and_nobody_can_engage_by_it(site):
    site.engage(epoch=5)
    before = site.sequence
    site.send(engaged(epoch=6), sequence=before + 100_000)
    assert site.state() is SafetyState.HOLD
    site.sequence = before
    assert site.reason() == 'two speak as console A; engage again to go on'
    site.send(engaged(epoch=7))
    assert site.state() is SafetyState.HOLD
    for _ in range(25):
        site.wait(0.05)
        site.send(engaged(epoch=7))
    site.send(engaged(epoch=8))
    assert site.state() is SafetyState.FOLLOWING


def test_commands_stamped_in_the_future_do_not_shut_the_console_out(site):
    site.engage(epoch=5)
    before = site.sequence
    site.send(engaged(epoch=5), sequence=before + 50, age_s=-10.0)
    assert site.state() is SafetyState.HOLD
    site.sequence = before
    site.send(engaged(epoch=6))
    site.send(engaged(epoch=7))
    assert site.state() is SafetyState.FOLLOWING


def test_more_than_one_publisher_of_its_commands_holds_the_arms_of_a_site(site):
    site.engage()
    site.supervisor.speakers_counted(site.now, 'A', 1)
    assert site.state() is SafetyState.FOLLOWING
    site.supervisor.speakers_counted(site.now, 'A', 2)
    assert site.state() is SafetyState.HOLD
    assert site.reason() == '2 processes speak as console A; engage again to go on'


def test_whoever_cannot_engage_because_two_speak_as_his_console_is_told_so(site):
    site.send(HandCommand(arm='PSM1'))
    site.supervisor.speakers_counted(site.now, 'A', 2)
    site.send(engaged(epoch=3))
    assert site.state() is SafetyState.READY
    assert site.reason() == '2 processes speak as console A'


def test_an_arm_with_two_masters_is_held(site):
    site.engage()
    site.send(right=engaged(), left=HandCommand(arm='PSM1'))
    assert site.state() is SafetyState.HOLD
    assert 'both hands ask for PSM1' in site.reason()


def test_a_hand_that_swaps_arms_must_engage_anew(site):
    site.engage('PSM1')
    site.send(engaged('PSM3'))
    assert site.state('PSM1') is SafetyState.READY
    assert site.state('PSM3') is SafetyState.READY
    site.send(engaged('PSM3', epoch=2))
    assert site.state('PSM3') is SafetyState.FOLLOWING


def test_each_hand_has_its_own_engagement(site):
    site.send(HandCommand(arm='PSM1'), HandCommand(arm='PSM2'))
    site.send(engaged('PSM1'), HandCommand(arm='PSM2'))
    assert (site.state('PSM1'), site.state('PSM2')) == (SafetyState.FOLLOWING, SafetyState.READY)
    site.send(engaged('PSM1'), engaged('PSM2'))
    assert site.state('PSM2') is SafetyState.FOLLOWING
    site.wait(0.2)
    assert site.supervisor.holds == 2


def test_an_arm_that_is_disabled_and_enabled_again_needs_a_fresh_engagement(site):
    site.engage()
    site.supervisor.observe('PSM1', Condition.DISABLED)
    site.supervisor.observe('PSM1', Condition.AVAILABLE)
    site.send(engaged())
    assert site.state() is SafetyState.READY


def test_a_fault_says_why_and_is_left_only_at_the_patient_side(site):
    site.engage()
    site.supervisor.observe('PSM1', Condition.FAULTY, 'the simulator is dead')
    site.send(engaged(epoch=2))
    assert site.state() is SafetyState.FAULT
    assert site.reason() == 'the simulator is dead'
    site.supervisor.observe('PSM1', Condition.AVAILABLE)
    assert site.state() is SafetyState.READY


def test_an_arm_aligns_before_it_follows(site):
    site.send(HandCommand(arm='PSM1', epoch=0))
    command = TeleopCommand(int(site.now * 1e9), 7, NONE, engaged())
    assert site.supervisor.command_arrived(site.now, 'A', command, 0.05)
    assert site.state() is SafetyState.ALIGNING
    assert site.supervisor.verdict('PSM1').motion is Motion.NONE
    site.stand()
    assert site.state() is SafetyState.FOLLOWING


def test_an_operator_who_leaves_is_a_hold_that_is_not_counted(site):
    site.engage()
    site.send(HandCommand(arm='PSM1', epoch=1), present=False)
    assert site.state() is SafetyState.HOLD
    assert site.supervisor.verdict('PSM1').kind == 'operator absent'
    assert site.supervisor.holds == 0
    site.send(engaged(epoch=2))
    assert site.state() is SafetyState.FOLLOWING


def test_a_hold_by_hand_says_who_and_why(site):
    site.engage()
    site.supervisor.hold('PSM1', 'nurse', 'the patient moved')
    verdict = site.supervisor.verdict('PSM1')
    assert (verdict.state, verdict.kind) == (SafetyState.HOLD, 'manual')
    assert verdict.reason == 'the patient moved'


class TestAuthority:
    def test_a_console_without_authority_moves_nothing_and_is_told_why(self, site):
        site.engage(site='B')
        assert not site.send(engaged(), site='B')
        assert site.state() is SafetyState.READY
        assert site.supervisor.consoles['B'].refusal == (
            'B has no authority over PSM1, A has it; ask for it'
        )

    def test_each_console_drives_its_own_arms(self, site):
        site.holders.of['PSM3'] = 'B'
        site.engage('PSM1')
        site.engage('PSM3', site='B')
        assert (site.state('PSM1'), site.state('PSM3')) == (SafetyState.FOLLOWING,) * 2

    def test_one_consoles_silence_stops_only_its_own_arms(self, site):
        site.holders.of['PSM3'] = 'B'
        site.engage('PSM1')
        site.engage('PSM3', site='B')
        for _ in range(20):
            site.send(engaged(), site='A')
            site.wait(0.01)
        assert (site.state('PSM1'), site.state('PSM3')) == (
            SafetyState.FOLLOWING,
            SafetyState.HOLD,
        )

    def test_one_consoles_commands_keep_no_other_ones_alive_or_in_order(self, site):
        site.engage('PSM1')
        site.send(NONE, sequence=10**6, site='B')
        assert site.send(engaged(), sequence=site.sequence - 10**6 + 5)

    def test_authority_that_moves_stops_the_arm_in_the_same_tick(self, site):
        site.engage()
        site.holders.of['PSM1'] = 'local'
        site.wait(TICK)
        assert site.state() is SafetyState.READY
        assert site.reason() == 'authority over PSM1 went from A to local'
        site.send(engaged())
        site.send(engaged(epoch=2))
        assert site.state() is SafetyState.READY

    def test_an_engagement_from_before_the_authority_does_not_count(self, site):
        site.engage(site='B')
        site.holders.of['PSM1'] = 'B'
        site.send(engaged(), site='B')
        assert site.state() is SafetyState.READY
        site.send(engaged(epoch=2), site='B')
        assert site.state() is SafetyState.FOLLOWING

    def test_the_surgeon_at_the_bedside_drives_in_a_state_of_its_own(self, site):
        site.holders.of['PSM1'] = 'local'
        site.engage(site='local')
        assert site.state() is SafetyState.LOCAL
        assert site.supervisor.verdict('PSM1').motion is Motion.TELEOPERATED
        assert site.supervisor.site is SiteState.LOCAL


class TestEmergencyStop:
    def test_it_stops_every_arm_and_is_latched(self, site):
        site.engage()
        site.supervisor.stop(site.now, 'nurse', 'pedal')
        site.send(engaged(epoch=2))
        for arm in ARMS:
            site.supervisor.observe(arm, Condition.DISABLED)
            site.supervisor.observe(arm, Condition.AVAILABLE)
        assert {site.state(arm) for arm in ARMS} == {SafetyState.EMERGENCY_STOP}
        assert site.reason() == 'emergency stop by nurse: pedal'
        assert site.supervisor.site is SiteState.EMERGENCY_STOP

    def test_any_console_may_press_it_whatever_it_has_authority_over(self, site):
        site.engage()
        site.send(NONE, site='B', stop=True)
        assert site.state() is SafetyState.EMERGENCY_STOP

    def test_a_stop_that_comes_late_or_out_of_order_counts(self, site):
        site.engage()
        site.send(engaged(), sequence=0, age_s=2.0, stop=True)
        assert site.state() is SafetyState.EMERGENCY_STOP

    def test_after_its_reset_arms_are_as_they_say_they_are_and_wait_for_a_fresh_hand(self, site):
        site.engage()
        site.supervisor.stop(site.now, 'nurse', 'pedal')
        site.supervisor.observe('PSM2', Condition.FAULTY, 'broken')
        site.supervisor.observe('PSM3', Condition.DISABLED)
        site.supervisor.reset(site.now, 'nurse')
        assert [site.state(arm) for arm in ARMS] == [
            SafetyState.READY,
            SafetyState.FAULT,
            SafetyState.DISABLED,
            SafetyState.READY,
        ]
        site.send(engaged())
        assert site.state() is SafetyState.READY
        site.send(engaged(epoch=2))
        assert site.state() is SafetyState.FOLLOWING


def test_every_change_of_state_is_told_once_and_in_order(site):
    site.supervisor.take_events()
    site.engage()
    site.wait(0.2)
    told = [(t.subject, t.before, t.event, t.after) for t in site.supervisor.take_events()]
    assert told == [
        ('PSM1', 'ready', 'engaged', 'aligning'),
        ('site', 'ready', 'an arm driven', 'operating'),
        ('PSM1', 'aligning', 'aligned', 'following'),
        ('PSM1', 'following', 'link degraded', 'hold'),
        ('site', 'operating', 'an arm held', 'hold'),
    ]
    assert site.supervisor.take_events() == ()


def test_gap_and_age_are_unknown_before_the_first_command(site):
    assert math.isnan(site.supervisor.command_gap_s(11.0))
    assert math.isnan(site.supervisor.command_age_s)
    site.engage()
    site.wait(0.05)
    assert site.supervisor.command_gap_s(site.now) == pytest.approx(0.05)


def test_the_configuration_file_is_a_valid_set(workspace):
    import yaml

    text = (workspace / 'config' / 'safety.yaml').read_text()
    mapping = yaml.safe_load(text)['/**']['ros__parameters']
    assert from_mapping(SafetyParameters, mapping, where='safety.yaml') == SafetyParameters()


actions = st.lists(
    st.one_of(
        st.tuples(st.just('wait'), st.floats(0.0, 0.15)),
        st.tuples(st.just('engaged'), st.integers(0, 3)),
        st.tuples(st.just('clutched'), st.integers(0, 3)),
        st.tuples(st.just('condition'), st.sampled_from(Condition)),
        st.tuples(st.just('old'), st.integers(0, 3)),
    ),
    max_size=40,
)


@given(actions)
def test_no_sequence_of_events_moves_an_arm_without_a_fresh_engagement_and_a_fresh_link(steps):
    site = Site()
    seen: set[int] = set()
    grant = None  # the engagement that the operator was last given
    for kind, value in steps:
        was_following = site.state() is SafetyState.FOLLOWING
        available = site.supervisor.verdict('PSM1').state not in (
            SafetyState.DISABLED,
            SafetyState.FAULT,
        )
        if kind == 'wait':
            site.wait(value)
        elif kind == 'condition':
            site.supervisor.observe('PSM1', value)
        else:
            fresh = kind == 'engaged' and bool(seen) and value > max(seen) and available
            if kind != 'old':
                seen.add(value)
            asked = HandCommand(arm='PSM1', epoch=value, engaged=kind != 'clutched')
            site.send(asked, age_s=1.0 if kind == 'old' else 0.01)
            grant = value if fresh else grant
        if site.state() is SafetyState.FOLLOWING:
            assert grant is not None
            assert was_following or kind == 'engaged'
            assert site.supervisor.command_gap_s(site.now) <= 0.1 + 1e-9
