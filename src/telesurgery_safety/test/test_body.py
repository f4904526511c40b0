"""The monitors of the robot's own side hold an arm that moves, and say why."""

import math

import pytest

from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_safety.body import Measure
from telesurgery_safety.machines import Condition
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import Motion, SafetyState
from telesurgery_safety.supervisor import Supervisor

TICK = 0.002


class Side:
    """A patient's side with two arms that follow."""

    def __init__(self, **limits):
        self.supervisor = Supervisor(SafetyParameters(**limits), ('PSM1', 'PSM2'))
        self.now = 50.0
        self.sequence = self.epoch = 0
        for arm in ('PSM1', 'PSM2'):
            self.supervisor.observe(arm, Condition.AVAILABLE)
        self.engage_anew()

    def engage_anew(self):
        self.send(engaged=False)
        self.epoch += 1
        self.send()
        for arm in ('PSM1', 'PSM2'):
            self.supervisor.aligned(arm)

    def send(self, *, engaged=True):
        self.sequence += 1
        hands = [HandCommand(arm, engaged, self.epoch) for arm in ('PSM1', 'PSM2')]
        command = TeleopCommand(round((self.now - 0.05) * 1e9), self.sequence, *hands)
        self.supervisor.command_arrived(self.now, 'A', command, 0.05)

    def run(self, seconds):
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.send()
            self.supervisor.step(self.now)
        return self

    def states(self):
        return [self.supervisor.verdict(arm).state for arm in ('PSM1', 'PSM2')]

    def reason(self):
        return self.supervisor.verdict('PSM1').reason.partition(';')[0]


BOTH_FOLLOW = [SafetyState.FOLLOWING] * 2
BOTH_HOLD = [SafetyState.HOLD] * 2
FIRST_HOLDS = [SafetyState.HOLD, SafetyState.FOLLOWING]


@pytest.fixture
def side():
    return Side().run(0.1)


def test_nothing_trips_while_all_is_well(side):
    assert side.run(1.0).states() == BOTH_FOLLOW


@pytest.mark.parametrize(
    ('measure', 'value', 'words'),
    [
        (Measure.REMOTE_CENTRE, 0.0042, 'PSM1 has its shaft off the remote centre by 4.2 mm'),
        (Measure.TRACKING, 0.03, 'PSM1 is away from where it was told to be by 30.0 mm'),
        (Measure.FORCE, 12.0, 'PSM1 touches with 12.0 N (limit 10.0 N)'),
    ],
)
def test_a_measurement_beyond_its_limit_holds_its_arm(side, measure, value, words):
    side.supervisor.measured(side.now, 'PSM1', measure, 0.5 * value)
    assert side.states() == BOTH_FOLLOW
    for _ in range(2):
        side.run(0.11)
        side.supervisor.measured(side.now, 'PSM1', measure, value)
    assert side.states() == FIRST_HOLDS
    assert words in side.reason()


BEYOND = [(Measure.FORCE, 12.0), (Measure.REMOTE_CENTRE, 0.004)]
"""Measurements that pass a limit of an arm that moves."""


class TestClients:
    """An arm that nobody drives is moved by a client."""

    @pytest.fixture
    def supervisor(self):
        supervisor = Supervisor(SafetyParameters(force_time_s=0.0), ('PSM1',))
        supervisor.observe('PSM1', Condition.AVAILABLE, moves=True)
        return supervisor

    @staticmethod
    def resume(supervisor):
        supervisor.observe('PSM1', Condition.DISABLED)
        supervisor.observe('PSM1', Condition.AVAILABLE, moves=True)

    @pytest.mark.parametrize(('measure', 'value'), BEYOND)
    def test_an_arm_that_passes_a_limit_while_it_moves_holds(self, supervisor, measure, value):
        supervisor.measured(50.0, 'PSM1', measure, value)
        verdict = supervisor.verdict('PSM1')
        assert (verdict.state, verdict.kind) == (SafetyState.HOLD, 'limit')
        assert verdict.reason.endswith('engage again, or pause and resume the arm, to go on')

    def test_one_that_stands_does_not(self, supervisor):
        supervisor.observe('PSM1', Condition.AVAILABLE, moves=False)
        supervisor.measured(50.0, 'PSM1', Measure.FORCE, 12.0)
        assert supervisor.verdict('PSM1').state is SafetyState.READY

    def test_one_that_touches_may_be_led_away_after_it_was_paused_and_resumed(self, supervisor):
        supervisor.measured(50.0, 'PSM1', Measure.FORCE, 12.0)
        self.resume(supervisor)
        supervisor.measured(50.1, 'PSM1', Measure.FORCE, 11.5)
        assert supervisor.verdict('PSM1').state is SafetyState.READY
        supervisor.measured(50.2, 'PSM1', Measure.FORCE, 12.6)
        assert supervisor.verdict('PSM1').state is SafetyState.HOLD

    def test_one_whose_shaft_left_its_port_may_not(self, supervisor):
        for _ in range(2):
            self.resume(supervisor)
            supervisor.measured(50.0, 'PSM1', Measure.REMOTE_CENTRE, 0.004)
            assert supervisor.verdict('PSM1').state is SafetyState.HOLD


class TestHoming:
    """An arm on its way home."""

    @pytest.fixture
    def supervisor(self):
        supervisor = Supervisor(SafetyParameters(force_time_s=0.0), ('PSM1',))
        self.home(supervisor)
        return supervisor

    @staticmethod
    def home(supervisor):
        supervisor.observe('PSM1', Condition.DISABLED)
        supervisor.observe('PSM1', Condition.HOMING, moves=True)

    @pytest.mark.parametrize(('measure', 'value'), BEYOND)
    def test_stops_where_it_passes_a_limit(self, supervisor, measure, value):
        supervisor.measured(50.0, 'PSM1', measure, value)
        verdict = supervisor.verdict('PSM1')
        assert (verdict.state, verdict.motion) == (SafetyState.DISABLED, Motion.NONE)
        assert verdict.reason.endswith('homing ended; send home again to go on')

    def test_may_be_late(self, supervisor):
        for now in (50.0, 51.0, 52.0):
            supervisor.measured(now, 'PSM1', Measure.TRACKING, 0.1)
        assert supervisor.verdict('PSM1').motion is Motion.HOMING

    def test_stops_when_somebody_says_so(self, supervisor):
        supervisor.hold('PSM1', 'local', 'something is in the way')
        assert supervisor.verdict('PSM1').motion is Motion.NONE

    def test_goes_on_when_told_again_as_long_as_it_presses_no_harder(self, supervisor):
        supervisor.measured(50.0, 'PSM1', Measure.FORCE, 12.0)
        self.home(supervisor)
        supervisor.measured(50.1, 'PSM1', Measure.FORCE, 11.5)
        assert supervisor.verdict('PSM1').motion is Motion.HOMING
        supervisor.measured(50.2, 'PSM1', Measure.FORCE, 12.6)
        assert supervisor.verdict('PSM1').motion is Motion.NONE


def test_a_hand_that_engages_anew_may_lead_a_tool_away_from_what_it_touches(side):
    def touch(newton):
        for _ in range(2):
            side.run(0.03)
            side.supervisor.measured(side.now, 'PSM1', Measure.FORCE, newton)

    touch(14.0)
    assert side.states() == FIRST_HOLDS
    side.engage_anew()
    touch(14.2)
    touch(10.5)
    assert side.states() == BOTH_FOLLOW
    touch(11.7)
    assert side.states() == FIRST_HOLDS


def test_a_warning_comes_before(side):
    side.supervisor.measured(side.now, 'PSM1', Measure.FORCE, 8.0)
    (warning,) = side.supervisor.body.take_warnings('PSM1')
    assert warning == 'PSM1 touches with 8.0 N (limit 10.0 N)'
    assert side.states() == BOTH_FOLLOW


def test_a_paused_simulator_holds_all_arms(side):
    side.supervisor.simulator_reported(side.now, 'paused', math.nan)
    side.run(TICK)
    assert side.states() == BOTH_HOLD
    assert side.reason() == 'the simulator is paused'


def test_a_slow_simulator_holds_all_arms(side):
    side.supervisor.simulator_reported(side.now, 'running', 0.8)
    assert side.states() == BOTH_FOLLOW
    side.supervisor.simulator_reported(side.now, 'running', 0.25)
    assert side.states() == BOTH_HOLD
    assert side.reason() == 'the simulator is slower than real time by 75 % (limit 70 %)'


def test_a_simulator_that_falls_silent_is_missed(side):
    side.supervisor.simulator_reported(side.now, 'running', 1.0)
    assert side.run(2.9).states() == BOTH_FOLLOW
    assert side.run(0.2).states() == BOTH_HOLD
    assert side.reason().startswith('no word from the simulator for 300')


def test_joint_states_that_stay_away_hold_all_arms(side):
    side.supervisor.body.joint_states.arrived(side.now)
    assert side.run(0.148).states() == BOTH_FOLLOW
    assert side.run(2 * TICK).states() == BOTH_HOLD
    assert side.reason().startswith('no joint states for 15')


def test_a_control_loop_that_stood_is_blamed_itself(side):
    side.now += 0.15
    side.supervisor.step(side.now)
    assert side.states() == BOTH_HOLD
    assert side.reason() == 'the control loop stood for 150 ms (limit 100 ms)'


@pytest.mark.parametrize('by', [10.0, -10.0])
def test_this_sides_own_clock_that_was_set_is_blamed_itself(side, by):
    side.supervisor.clocks_read(side.now, 1e9 + side.now)
    side.run(TICK)
    side.supervisor.clocks_read(side.now, 1e9 + side.now + by)
    assert side.states() == BOTH_HOLD
    assert side.reason().startswith(f"this side's clock was set by {by:+.1f} s")


def test_arms_are_slowed_down_as_the_delay_grows_if_that_is_wanted():
    assert Side().supervisor.velocity_factor == 1.0
    side = Side(slow_down_least=0.4).run(0.1)
    assert side.supervisor.velocity_factor == 1.0
    for age, factor in ((0.21, 1.0), (0.255, 0.7), (0.3, 0.4)):
        side.sequence += 1
        command = TeleopCommand(
            round((side.now - age) * 1e9), side.sequence, HandCommand(), HandCommand()
        )
        side.supervisor.command_arrived(side.now, 'A', command, age)
        assert side.supervisor.velocity_factor <= factor + 1e-6
