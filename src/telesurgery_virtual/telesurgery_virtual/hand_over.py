"""One hand-over of an arm from a console to another: how long it takes, what the tip does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telesurgery_link.channels import Side
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.two_consoles import Holdings, Request, TwoConsoles

LONGEST_S = 5.0
SETTLE_S = 0.5


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a hand-over took and did."""

    seconds: float
    """From the receiver's asking until the receiver knows that it holds the arm [s]."""
    round_trip_s: float
    """Mean of both consoles' median round trips [s]: two of them are asked, once each way."""
    moved_m: float
    """How far the tip went from where it was when the authority changed [m]."""
    engaged_s: float
    """From the receiver's knowing until the arm follows its fresh engagement [s]."""


def hand_over(session: TwoConsoles, arm: str, giver: str, receiver: str) -> HandOver:
    """Let ``receiver`` ask for an arm that ``giver`` holds, who agrees at once.

    The giver's hand does what it does: what the tip does after the change is measured. The
    receiver engages as soon as it knows, and holds its hand still.
    """

    def agree(holdings: Holdings) -> Request | None:
        asked = holdings[arm].holder == giver and holdings[arm].other == receiver
        return Request('offer', arm, receiver) if asked else None

    consoles = session.consoles
    consoles[giver].answer = agree
    asked_at = session.now
    session.ask(receiver, Request('request', arm))
    session.run_until(lambda: session.authority.holder(arm) == receiver, LONGEST_S)
    there = session.tip(arm)
    furthest = 0.0

    def watch() -> None:
        nonlocal furthest
        furthest = max(furthest, float(np.linalg.norm(session.tip(arm) - there)))

    def knows() -> bool:
        holdings = consoles[receiver].holdings
        return arm in holdings and holdings[arm].holder == receiver

    session.run_until(knows, LONGEST_S, watch)
    known_at = session.now
    consoles[giver].let_go()
    consoles[receiver].engage(arm, session.now)
    session.run_until(lambda: session.state(arm) is SafetyState.FOLLOWING, LONGEST_S, watch)
    engaged_at = session.now
    session.run(SETTLE_S, watch)
    return HandOver(
        known_at - asked_at,
        sum(_round_trip_s(session, name) for name in (giver, receiver)) / 2,
        furthest,
        engaged_at - known_at,
    )


def _round_trip_s(session: TwoConsoles, console: str) -> float:
    report = session.consoles[console].link.ends[Side.SURGEON].report(round(session.now * 1e9))
    return report.round_trip_ms[0] * 1e-3
