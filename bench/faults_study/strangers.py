"""Somebody else: on the wire between the gateways, or on the patient's own graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from faults_study.injuries import Nothing, Rng
from faults_study.session import FaultSession
from faults_study.wire import Tamper
from telesurgery_core.transforms import pose
from telesurgery_core.types import HandCommand
from telesurgery_link.channels import Side
from telesurgery_safety.holders import FIRST_CONSOLE


@dataclass(frozen=True)
class Wire(Nothing):
    """A stranger on the wire does something with every datagram to the patient."""

    what: str
    rate: float = 1.0

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.link.tamper = getattr(self, f'_{self.what}')(session, rng)

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.link.tamper = None

    def _replay(self, session: FaultSession, rng: Rng) -> Tamper:
        """With each datagram come some that have passed before."""
        old = [datagram for to, datagram in session.link.heard if to is Side.PATIENT]

        def tamper(to: Side, datagram: bytes) -> list[bytes]:
            if to is not Side.PATIENT:
                return [datagram]
            return [datagram, *(old[k] for k in rng.integers(len(old), size=5))]

        return tamper

    def _replay_alone(self, session: FaultSession, rng: Rng) -> Tamper:
        """The operator's own are held back, old ones come in their place."""
        old = [datagram for to, datagram in session.link.heard if to is Side.PATIENT]
        played = iter(old * 100)

        def tamper(to: Side, datagram: bytes) -> list[bytes]:
            return [datagram] if to is not Side.PATIENT else [next(played)]

        return tamper

    def _forge(self, session: FaultSession, rng: Rng) -> Tamper:
        """Beside each datagram comes its like with other bytes, and one of pure chance."""

        def tamper(to: Side, datagram: bytes) -> list[bytes]:
            if to is not Side.PATIENT:
                return [datagram]
            forged = bytearray(datagram)
            at = rng.integers(min(8, len(forged) - 1), len(forged), size=8)
            for k in at:
                forged[k] ^= int(rng.integers(1, 256))
            return [bytes(forged), datagram, rng.bytes(len(datagram))]

        return tamper

    def _hold_back(self, session: FaultSession, rng: Rng) -> Tamper:
        """Every datagram arrives half a second late, in order: a path that has grown stale."""
        queue: list[bytes] = []

        def tamper(to: Side, datagram: bytes) -> list[bytes]:
            if to is not Side.PATIENT:
                return [datagram]
            queue.append(datagram)
            return [queue.pop(0)] if len(queue) > 150 else []

        return tamper


@dataclass(frozen=True)
class Stranger(Nothing):
    """Somebody publishes commands on the patient's own graph, beside the operator's."""

    change: Callable[[HandCommand], HandCommand]
    sequence_ahead: int = 0
    stamp_ahead_s: float = 0.0
    site: str = FIRST_CONSOLE
    """The console as which he speaks."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""

        def publish() -> None:
            if session.log.commands:
                _, genuine = session.log.commands[-1]
                stamp_ns = session.link.clock_ns(Side.SURGEON, _ns(session.now))
                forged = replace(
                    genuine,
                    stamp_ns=stamp_ns + round(self.stamp_ahead_s * 1e9),
                    sequence=genuine.sequence + self.sequence_ahead,
                    right=self.change(genuine.right),
                )
                session.strangers.append((self.site, forged))

        session.each_tick = publish

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.each_tick = None


def displaced(by: tuple[float, float, float]) -> Callable[[HandCommand], HandCommand]:
    """Return what displaces a command's tip by so much [m]."""

    def change(hand: HandCommand) -> HandCommand:
        T = hand.T_displacement
        return replace(hand, T_displacement=pose(T[:3, :3], T[:3, 3] + np.array(by)))

    return change


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
