"""Whatever happens in whatever order: no path to motion without authority, presence, freshness."""

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from telesurgery_core.types import HandCommand
from telesurgery_safety.machines import Condition
from telesurgery_safety.testing.flaw import Flaw
from telesurgery_safety.testing.side import ARMS, NOBODY, SITES, Side

TOUCHES = (5.0, 11.0, 11.5, 12.5, 30.0)
WAITS = (0.002, 0.03, 0.08, 0.15)


def intrude(side, arm):
    """Let a site without authority do all that an operator does."""
    site = next(s for s in SITES if s != side.authority.holders[arm])
    side.engage(site, arm)
    side.stand(arm)


def wait_long(side, _arm):
    """Let more time pass than a gap may take, in ticks that come in time."""
    for _ in range(3):
        side.pass_time(0.05)


HAPPENINGS = (
    *(lambda side, arm, flaw=flaw: side.repeat(arm, flaw) for flaw in Flaw),
    intrude,
    wait_long,
    lambda side, arm: side.drive(arm),
    lambda side, arm: side.pass_time(0.03),
    lambda side, arm: side.give(arm, 'B'),
    lambda side, arm: side.give(arm, NOBODY),
    lambda side, arm: side.hold(arm),
    lambda side, arm: side.exceed(arm),
    lambda side, arm: side.lead(arm, moves=True),
    *(lambda side, arm, n=newton: side.touch(arm, n) for newton in TOUCHES),
    lambda side, arm: side.become(arm, Condition.FAULTY),
    lambda side, arm: side.trouble(side.authority.holders[arm] or 'A', there=True),
    lambda side, arm: side.pause_simulator(),
    lambda side, arm: side.stop(),
)
arms = st.sampled_from(ARMS)
sites = st.sampled_from(SITES)
hands = st.builds(
    HandCommand, arm=st.sampled_from((*ARMS, '')), engaged=st.booleans(), epoch=st.integers(0, 5)
)


class Anything(RuleBasedStateMachine):
    """A patient's side to which anything happens."""

    def __init__(self):
        super().__init__()
        self.side = Side()

    @rule(site=sites, left=hands, right=hands, flaw=st.sampled_from(Flaw))
    def command(self, site, left, right, flaw):
        self.side.command(site, left, right, flaw)

    @rule(arm=arms, flaw=st.sampled_from(Flaw))
    def repeat(self, arm, flaw):
        self.side.repeat(arm, flaw)

    @rule(arm=arms)
    def drive(self, arm):
        self.side.drive(arm)

    @rule(arm=arms, what=st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=4))
    def drive_and_be_disturbed(self, arm, what):
        self.side.drive(arm)
        for happen in what:
            happen(self.side, arm)
            assert self.side.wrongs() == []
            self.side.repeat(arm, Flaw.NONE)
            self.side.stand(arm)
            assert self.side.wrongs() == []

    @rule(seconds=st.sampled_from(WAITS))
    def pass_time(self, seconds):
        self.side.pass_time(seconds)

    @rule(arm=arms, condition=st.sampled_from((*Condition, Condition.AVAILABLE)))
    def become(self, arm, condition):
        self.side.become(arm, condition)

    @rule(arm=arms, site=st.sampled_from((*SITES, NOBODY)))
    def give(self, arm, site):
        self.side.give(arm, site)

    @rule(arm=arms)
    def stand(self, arm):
        self.side.stand(arm)

    @rule(arm=arms)
    def hold(self, arm):
        self.side.hold(arm)

    @rule(arm=arms)
    def exceed(self, arm):
        self.side.exceed(arm)

    @rule(arm=arms, moves=st.booleans())
    def lead(self, arm, moves):
        self.side.lead(arm, moves=moves)

    @rule(arm=arms, newton=st.sampled_from(TOUCHES))
    def touch(self, arm, newton):
        self.side.touch(arm, newton)

    @rule(site=sites, there=st.booleans())
    def trouble(self, site, there):
        self.side.trouble(site, there=there)

    @rule(site=sites)
    def restart(self, site):
        self.side.restart(site)

    @rule()
    def pause_simulator(self):
        self.side.pause_simulator()

    @rule()
    def stop(self):
        self.side.stop()

    @rule()
    def reset(self):
        self.side.reset()

    @invariant()
    def nothing_moves_that_must_not(self):
        assert self.side.wrongs() == []


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@pytest.fixture
def driven():
    """A side whose first arm follows a hand of the first console."""
    side = Side()
    side.drive(ARMS[0])
    return side


def test_the_judge_lets_an_operator_drive(driven):
    assert driven.moving() == [ARMS[0]]
    assert driven.wrongs() == []


def test_the_judge_sees_motion_that_nobody_may_cause(driven):
    driven._permitted = dict.fromkeys(ARMS)
    assert driven.wrongs() == [f'{ARMS[0]} moves and nobody may move it']


@pytest.mark.parametrize('flaw', [Flaw.ABSENT, Flaw.LATE, Flaw.FUTURE, Flaw.LEAP])
def test_an_engagement_that_could_not_begin_does_not_begin_by_itself(flaw):
    side = Side()
    side.become(ARMS[0], Condition.AVAILABLE)
    side.command('A', HandCommand(), HandCommand(ARMS[0], False, 1), Flaw.NONE)
    side.command('A', HandCommand(), HandCommand(ARMS[0], True, 2), flaw)
    for _ in range(3):
        side.command('A', HandCommand(), HandCommand(ARMS[0], True, 2), Flaw.NONE)
        side.stand(ARMS[0])
    assert side.moving() == []
    side.command('A', HandCommand(), HandCommand(ARMS[0], False, 3), Flaw.NONE)
    side.command('A', HandCommand(), HandCommand(ARMS[0], True, 4), Flaw.NONE)
    side.stand(ARMS[0])
    assert side.moving() == [ARMS[0]]
