"""Two consoles and one patient side in virtual time: hand-over, split arms, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from telesurgery_core.transforms import Array
from telesurgery_link.profiles import load_profile
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.hand_over import hand_over
from telesurgery_virtual.two_consoles import Request, TwoConsoles

PARAMETERS = AuthorityParameters(('A', 'B'), 'A')
MOST_EXTRA_S = 0.1
"""What a hand-over may take beyond two round trips."""
MOST_MOTION_M = 1e-4


def circling(seconds: float) -> Array:
    """A hand that moves the tip at 50 mm/s on a circle."""
    return 0.01 * np.array([np.sin(5.0 * seconds), 1.0 - np.cos(5.0 * seconds), 0.0])


@pytest.fixture
def make(workspace: Path):
    def session(link: str = 'rome_beijing', seed: int = 1) -> TwoConsoles:
        config = workspace / 'config'
        profile = load_profile(link, config / 'link')
        made = TwoConsoles(
            load_configuration(config, link=link), PARAMETERS, {'A': profile, 'B': profile}, seed
        )
        made.make_ready('PSM1', 'PSM2', 'PSM3')
        return made

    return session


def stands(session: TwoConsoles, arm: str, there: Array) -> bool:
    """Return whether a tip is where it was, but for rounding."""
    return bool(np.linalg.norm(session.tip(arm) - there) < 1e-9)


def follow(session: TwoConsoles, console: str, arm: str) -> None:
    """Let a console engage an arm that it holds, and wait until the arm follows."""
    hands = session.consoles[console]
    hands.hand = replace(hands.hand, arm=arm)
    session.run(0.3)
    hands.engage(arm, session.now)
    session.run_until(lambda: session.state(arm) is SafetyState.FOLLOWING, 2.0)


@pytest.mark.parametrize('seed', [1, 2])
def test_a_hand_over_takes_two_round_trips_and_moves_no_tip(make, seed):
    session = make(seed=seed)
    follow(session, 'A', 'PSM1')
    done = hand_over(session, 'PSM1', 'A', 'B')
    assert done.seconds <= 2 * done.round_trip_s + MOST_EXTRA_S
    assert done.moved_m <= MOST_MOTION_M
    back = hand_over(session, 'PSM1', 'B', 'A')
    assert back.seconds <= 2 * back.round_trip_s + MOST_EXTRA_S
    assert back.moved_m <= MOST_MOTION_M


def test_an_arm_that_is_given_away_while_it_moves_brakes_within_two_millimetres(make):
    session = make()
    session.consoles['A'].path = circling
    follow(session, 'A', 'PSM1')
    session.run(1.0)
    done = hand_over(session, 'PSM1', 'A', 'B')
    assert 0.0 < done.moved_m <= 2e-3


def test_two_consoles_drive_an_arm_each(make):
    session = make('lan')
    session.consoles['A'].path = session.consoles['B'].path = circling
    session.consoles['A'].answer = lambda holdings: (
        Request('offer', 'PSM3', 'B') if holdings['PSM3'].other == 'B' else None
    )
    session.ask('B', Request('request', 'PSM3'))
    session.run_until(lambda: session.authority.holder('PSM3') == 'B', 2.0)
    follow(session, 'A', 'PSM1')
    follow(session, 'B', 'PSM3')
    before = session.tip('PSM1'), session.tip('PSM3'), session.tip('PSM2')
    session.run(0.4)
    assert np.linalg.norm(session.tip('PSM1') - before[0]) > 1e-3
    assert np.linalg.norm(session.tip('PSM3') - before[1]) > 1e-3
    assert stands(session, 'PSM2', before[2])


@pytest.mark.parametrize('arm', ['PSM1', 'PSM2'])
def test_a_console_without_authority_moves_nothing_however_it_engages(make, arm):
    session = make('lan')
    follow(session, 'A', 'PSM1')
    session.consoles['B'].path = circling
    before = session.tip(arm)
    for _ in range(5):
        session.consoles['B'].engage(arm, session.now)
        session.run(0.2)
        assert 'A has it' in session.robot.supervisor.consoles['B'].refusal
        session.consoles['B'].let_go()
        session.run(0.05)
    assert stands(session, arm, before)


def test_the_bedside_takes_an_arm_from_a_hand_that_moves_it(make):
    session = make('lan')
    session.consoles['A'].path = circling
    follow(session, 'A', 'PSM1')
    session.authority.take_over(session.now, 'PSM1')
    session.run(0.2)
    there = session.tip('PSM1')
    session.run(0.5)
    assert stands(session, 'PSM1', there)
    assert session.state('PSM1') is not SafetyState.FOLLOWING


def test_an_arm_that_comes_back_follows_only_a_fresh_engagement(make):
    session = make('lan')
    session.consoles['A'].path = circling
    follow(session, 'A', 'PSM1')
    session.authority.take_over(session.now, 'PSM1')
    session.run(0.3)
    session.authority.give(session.now, 'PSM1', 'A')
    session.run(0.5)  # its hand is engaged all the time
    there = session.tip('PSM1')
    session.run(0.5)
    assert stands(session, 'PSM1', there)
    session.consoles['A'].engage('PSM1', session.now)
    session.run(0.5)
    assert not stands(session, 'PSM1', there)
