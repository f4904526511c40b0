"""Hand-over of an arm between two consoles: time and tip motion, virtual and over real gateways.

``./telesurgery bench authority`` hands PSM1 to and fro between A and B, each behind the same WAN,
the other asking and the holder agreeing at once. A hand-over ends when the receiver knows that it
holds the arm. Targets: two round trips and 100 ms; 0.1 mm of tip motion while the giver's hand is
at rest. A giver that moves the arm at 50 mm/s leaves it braking: that row shows how far.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import harness
import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_link.profiles import load_profile
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.hand_over import hand_over
from telesurgery_virtual.two_consoles import TwoConsoles

if TYPE_CHECKING:  # it needs ROS, hand-overs in virtual time do not
    from authority_parts.sites import Sites

Row = dict[str, object]
ARM = 'PSM1'
EXTRA_S = 0.1
AGAIN_S = 2.0
SWITCH_S = 0.0005
"""Consoles share this process: none may hold the interpreter for as long as it usually may."""
OTHER = {'A': 'B', 'B': 'A'}
CONFIG = harness.WORKSPACE / 'config'


def still(seconds: float) -> Array:
    """A hand at rest."""
    return np.zeros(3)


def circling(seconds: float) -> Array:
    """A hand that moves the tip at 50 mm/s."""
    return 0.01 * np.array([np.sin(5.0 * seconds), 1.0 - np.cos(5.0 * seconds), 0.0])


def row(name: str, took_s: list[float], over_s: list[float], moved_m: list[float]) -> Row:
    """Return what a number of hand-overs took, took beyond two round trips, and moved."""
    return {
        'hand-over': name,
        'number_count': len(took_s),
        'took_p50_ms': float(np.median(took_s)) * 1e3,
        'took_max_ms': max(took_s) * 1e3,
        'beyond_two_round_trips_max_ms': max(over_s) * 1e3,
        'within_target_percent': 100.0 * float(np.mean([over <= EXTRA_S for over in over_s])),
        'tip_motion_max_mm': max(moved_m) * 1e3,
    }


def virtual(link: str, path: Callable[[float], Array], count: int, seed: int) -> Row:
    """Hand an arm over so often in virtual time."""
    profile = load_profile(link, CONFIG / 'link')
    session = TwoConsoles(
        load_configuration(CONFIG, link=link),
        AuthorityParameters(('A', 'B'), 'A'),
        {'A': profile, 'B': profile},
        seed,
    )
    session.make_ready(ARM)
    giver = 'A'
    session.consoles['A'].hand = replace(session.consoles['A'].hand, arm=ARM)
    session.run(0.3)
    session.consoles['A'].engage(ARM, session.now)
    session.run_until(lambda: session.state(ARM) is SafetyState.FOLLOWING, 2.0)
    done = []
    for _ in range(count):
        session.consoles[giver].path = path
        session.consoles[OTHER[giver]].path = still
        session.consoles[giver].engage(ARM, session.now)
        session.run(0.5)
        done.append(hand_over(session, ARM, giver, OTHER[giver]))
        giver = OTHER[giver]
    name = 'virtual time, hand at rest' if path is still else 'virtual time, hand at 50 mm/s'
    return row(
        name,
        [each.seconds for each in done],
        [each.seconds - 2 * each.round_trip_s for each in done],
        [each.moved_m for each in done],
    )


def real(link: str, count: int, control_rate_hz: float) -> Row:
    """Hand an arm over so often between processes, over real gateways."""
    from authority_parts.sites import Sites

    sys.setswitchinterval(SWITCH_S)
    took_s, over_s, moved_m = [], [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        Sites(Path(folder), link, (ARM,), control_rate_hz=control_rate_hz) as sites,
    ):
        sites.wait_until_ready(ARM)
        giver = 'A'
        engage(sites, giver)
        for _ in range(count):
            receiver = OTHER[giver]
            start = len(sites.tips[ARM])
            seconds = ask_and_get(sites, giver, receiver)
            took_s.append(seconds)
            over_s.append(seconds - 2 * sites.round_trip_s())
            sites.consoles[giver].let_go()
            engage(sites, receiver)
            tips = np.array(sites.tips[ARM][start - 1 :])
            moved_m.append(float(np.linalg.norm(tips - tips[0], axis=1).max()))
            giver = receiver
    return row('real gateways, hand at rest', took_s, over_s, moved_m)


def ask_and_get(sites: Sites, giver: str, receiver: str) -> float:
    """Return how long it takes from the receiver's asking until it knows that it holds [s]."""
    consoles = sites.consoles
    consoles[receiver].answer = lambda holders: None
    consoles[giver].answer = lambda holders: (
        ('offer', ARM, receiver) if holders[ARM] == (giver, receiver) else None
    )
    sites.until(lambda: not consoles[receiver].holds(ARM))  # the last news has come
    known = len(consoles[receiver].states)
    asked_at = time.monotonic()
    consoles[receiver].ask('request', ARM)
    sites.until(lambda: consoles[receiver].holds(ARM))
    known_at: float = next(
        at
        for at, state in consoles[receiver].states[known:]
        if any(each.arm == ARM and each.holder == receiver for each in state.arms)
    )
    return known_at - asked_at


def engage(sites: Sites, console: str) -> None:
    """Let a console engage the arm until it follows: a busy machine may hold it on the way."""
    engage_at = 0.0

    def follows() -> bool:
        nonlocal engage_at
        if sites.state_of(ARM) == 'following' and sites.holder_of(ARM) == console:
            return True
        if time.monotonic() > engage_at:
            engage_at = time.monotonic() + AGAIN_S
            sites.consoles[console].engage(ARM)
        return False

    sites.until(follows)


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--link', default='rome_beijing', help='WAN of both consoles')
    parser.add_argument('--count', type=int, default=100, help='hand-overs in virtual time')
    parser.add_argument('--real', type=int, default=20, help='hand-overs over real gateways')
    parser.add_argument(
        '--control-rate', type=float, default=500.0, metavar='HZ', help="real: of the arms' loop"
    )
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args(argv)
    rows = [
        virtual(arguments.link, path, arguments.count, arguments.seed)
        for path in (still, circling)
    ]
    if arguments.real:
        rows.append(real(arguments.link, arguments.real, arguments.control_rate))
    harness.report(
        'authority',
        rows,
        settings={
            'link': arguments.link,
            'seed_count': arguments.seed,
            'control_rate_hz': arguments.control_rate,
        },
        notes='Two round trips: twice the mean of the two links, medians over 10 s.',
    )
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
