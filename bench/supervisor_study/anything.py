"""Random events to a whole supervisor, beside a judge that knows nothing of its states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telesurgery_core.types import HandCommand
from telesurgery_safety.machines import Condition
from telesurgery_safety.testing.flaw import Flaw
from telesurgery_safety.testing.side import ARMS, NOBODY, SITES, Side

LENGTH = 20
"""Events of a sequence; one in six lets the operator engage, so that there is motion to stop."""
FLAWS = tuple(Flaw)
CONDITIONS = tuple(Condition)
TOUCHES_N = (5.0, 11.0, 11.5, 12.5, 30.0)
WAITS_S = (0.002, 0.03, 0.08, 0.15)


@dataclass(frozen=True)
class Outcome:
    """What came of many sequences."""

    sequences: int
    events: int
    driven: int
    """After how many of the events a hand moved an arm."""
    wrongs: tuple[str, ...]
    """What the supervisor let happen and must not have: the first ones, with their seed."""


def play(seed: int, sequences: int) -> Outcome:
    """Play so many sequences; the same seed plays the same ones."""
    rng = np.random.default_rng(seed)
    driven, wrongs = 0, []
    for index in range(sequences):
        side = Side()
        for what, a, b, c in rng.integers(0, 2520, (LENGTH, 4)).tolist():
            EVENTS[what % len(EVENTS)](side, ARMS[a % 2], b, c)
            driven += bool(side.moving())
            wrongs += [f'seed {seed}, sequence {index}: {text}' for text in side.wrongs()]
    return Outcome(sequences, sequences * LENGTH, driven, tuple(wrongs[:10]))


def _hand(a: int) -> HandCommand:
    return HandCommand((*ARMS, '')[a % 3], bool(a // 3 % 2), a // 6 % 6)


def _command(side: Side, _arm: str, b: int, c: int) -> None:
    side.command(SITES[b % 3], _hand(b // 3), _hand(c), FLAWS[c // 36 % len(FLAWS)])


def _repeat(side: Side, arm: str, b: int, _c: int) -> None:
    side.repeat(arm, FLAWS[b % len(FLAWS)])


def _go_on(side: Side, arm: str, _b: int, _c: int) -> None:
    side.pass_time(0.005)
    side.repeat(arm, Flaw.NONE)
    side.stand(arm)


def _drive(side: Side, arm: str, _b: int, _c: int) -> None:
    side.drive(arm)


def _engage(side: Side, arm: str, b: int, _c: int) -> None:
    side.engage(SITES[b % 3], arm)


def _wait(side: Side, _arm: str, b: int, _c: int) -> None:
    side.pass_time(WAITS_S[b % len(WAITS_S)])


def _give(side: Side, arm: str, b: int, _c: int) -> None:
    side.give(arm, (*SITES, NOBODY)[b % 4])


def _become(side: Side, arm: str, b: int, _c: int) -> None:
    side.become(arm, CONDITIONS[b % len(CONDITIONS)])


def _trouble(side: Side, _arm: str, b: int, c: int) -> None:
    side.trouble(SITES[b % 3], there=bool(c % 2))


def _touch(side: Side, arm: str, b: int, c: int) -> None:
    side.touch(arm, TOUCHES_N[b % len(TOUCHES_N)])
    if c % 2:  # whoever was stopped goes on
        side.drive(arm)


def _restart(side: Side, _arm: str, b: int, _c: int) -> None:
    side.restart(SITES[b % 3])


EVENTS = (
    _drive,
    _drive,
    _go_on,
    _go_on,
    _command,
    _repeat,
    _engage,
    _wait,
    _give,
    _become,
    _trouble,
    _restart,
    _touch,
    lambda side, arm, b, c: side.lead(arm, moves=bool(b % 2)),
    lambda side, arm, b, c: side.stand(arm),
    lambda side, arm, b, c: side.hold(arm),
    lambda side, arm, b, c: side.exceed(arm),
    lambda side, arm, b, c: side.pause_simulator(),
    lambda side, arm, b, c: side.stop(),
    lambda side, arm, b, c: side.reset(),
)
