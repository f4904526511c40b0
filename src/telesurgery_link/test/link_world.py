"""A channel table for tests, and two gateways whose clock the test turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from telesurgery_link import datagrams, frames
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side
from telesurgery_link.datagrams import Kind, Label
from telesurgery_link.frames import Frame
from telesurgery_link.impairment import Jitter, Loss, Order, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.marginals import Uniform
from telesurgery_link.keys import Identity, Keys, PreSharedKey
from telesurgery_link.receiving import Delivery
from telesurgery_link.sealed import Sealed
from telesurgery_link.session import Session
from telesurgery_link.virtual import MAIN, Protect, VirtualLink

MS = 1_000_000
S = 1_000_000_000
START_NS = 1_700_000_000 * S


def channel(name: str, policy: Policy, **more: object) -> Channel:
    """Return a channel that leads to the patient unless told otherwise."""
    fields: dict[str, object] = {
        'topic': f'/{name}',
        'type': 'std_msgs/msg/String',
        'direction': Direction.SURGEON_TO_PATIENT,
        'policy': policy,
        'quality': Quality.STREAM,
    }
    return Channel(**{**fields, **more})  # type: ignore[arg-type]


LATEST = channel('latest', Policy.LATEST)
ORDERED = channel('ordered', Policy.ORDERED)
MEDIA = channel('media', Policy.MEDIA)
BRIEF = channel('brief', Policy.ORDERED, lifetime_ms=500.0)
STATE = channel(
    'state', Policy.ORDERED, direction=Direction.PATIENT_TO_SURGEON, quality=Quality.LATCHED
)
TABLE = ChannelTable((LATEST, ORDERED, MEDIA, BRIEF, STATE))


def impairment(
    seed: int = 0,
    *,
    base_delay_ms: float = 0.0,
    jitter_ms: float = 0.0,
    loss: float = 0.0,
    duplication: float = 0.0,
    keeps_order: bool = False,
) -> StagedImpairment:
    """Return an impairment of these figures."""
    treatment = Treatment(
        base_delay_ms=base_delay_ms,
        jitter=Jitter(uniform=Uniform(0.0, jitter_ms)),
        loss=Loss(random=Chance(loss)),
        duplication=Chance(duplication),
        order=Order.KEPT if keeps_order else Order.FREE,
    )
    return StagedImpairment(treatment, Streams.seeded(seed, 0), 0)


KEY, OTHER_KEY = PreSharedKey(bytes(range(32))), PreSharedKey(bytes(32))


def identities() -> dict[Side, Keys]:
    """Return an identity of each side that knows the other."""
    secrets = {Side.SURGEON: bytes([1] * 32), Side.PATIENT: bytes([2] * 32)}
    own = {side: Ed25519PrivateKey.from_private_bytes(secrets[side]) for side in Side}
    return {side: Identity(own[side], own[side.other].public_key()) for side in Side}


RINGS: dict[str, dict[Side, Keys]] = {
    'pre-shared': dict.fromkeys(Side, KEY),
    'identities': identities(),
}
"""Matching keys of either kind."""


class TappedLink(VirtualLink):
    """A virtual link on whose wire somebody listens.

    Attributes:
        wire: every datagram that has passed, with the side that it went to.
    """

    def __init__(self, *arguments: Any) -> None:
        self.wire: list[tuple[Side, bytes]] = []
        super().__init__(*arguments)

    def _carry(self, to: Side, path: int, datagram: bytes, now_ns: int) -> None:
        self.wire.append((to, datagram))
        super()._carry(to, path, datagram, now_ns)


class World:
    """A virtual link with everything that has come out of it."""

    def __init__(
        self,
        seed: int = 0,
        protect: Protect | None = None,
        *,
        silent: bool = False,
        paths: dict[str, dict[str, float]] | None = None,
        **figures: float,
    ) -> None:
        """Begin with one path of these figures (as ``impairment`` takes them), or with several.

        ``silent``: nothing gets through.
        """
        if silent:
            figures = {'loss': 1.0}
        self.now_ns = START_NS
        self.link = TappedLink(
            TABLE,
            {
                side: {
                    name: impairment(2 * seed + number + 1000 * index, **given)  # type: ignore[arg-type]
                    for index, (name, given) in enumerate((paths or {MAIN: figures}).items())
                }
                for number, side in enumerate(Side)
            },
            START_NS,
            protect,
        )
        self.delivered: dict[Side, list[Delivery]] = {side: [] for side in Side}

    @property
    def surgeon(self) -> Session:
        return self.link.ends[Side.SURGEON]

    @property
    def patient(self) -> Session:
        return self.link.ends[Side.PATIENT]

    def send(self, channel: Channel, payload: bytes) -> None:
        """Send from the side that the channel leads away from."""
        side = Side.SURGEON if channel.direction is Side.SURGEON.sends else Side.PATIENT
        self.link.ends[side].send(channel.id, payload, self.link.clock_ns(side, self.now_ns))

    def came(self, channel: Channel) -> list[bytes]:
        """Return the payloads that have come out of a channel."""
        side = Side.PATIENT if channel.direction is Side.SURGEON.sends else Side.SURGEON
        return [d.payload for d in self.delivered[side] if d.channel is channel]

    def run(self, duration_ns: int) -> None:
        """Let time pass."""
        end_ns = self.now_ns + duration_ns
        while True:
            for side, deliveries in self.link.exchange(self.now_ns).items():
                self.delivered[side] += deliveries
            next_ns = self.link.next_deadline_ns()
            if next_ns > end_ns:
                break
            self.now_ns = max(self.now_ns, next_ns)
        self.now_ns = end_ns

    def run_until(self, condition: Callable[[], bool], limit_ns: int) -> None:
        """Let time pass until something holds; AssertionError when it never does."""
        end_ns = self.now_ns + limit_ns
        while not condition():
            assert self.now_ns < end_ns, 'it never came to pass'
            self.run(10 * MS)


class Keyring:
    """Seals a virtual link: gives each new session the keys of its side."""

    def __init__(self, keys: dict[Side, Keys], **settings: int) -> None:
        self.keys = keys
        self._settings = settings
        self._rng = np.random.default_rng(0)

    def __call__(self, side: Side, session: int, now_ns: int) -> Sealed:
        return Sealed(
            side=side,
            session=session,
            keys=self.keys[side],
            randomness=self._rng.bytes,
            now_ns=now_ns,
            **self._settings,
        )


def numbered(count: int, size: int = 8) -> list[bytes]:
    """Return so many different payloads, in ascending order."""
    return [number.to_bytes(4, 'big') * (size // 4) for number in range(count)]


def datagram(frame: Frame, number: int = 0) -> bytes:
    """Return an unsealed datagram of the only path; its number is the frame's unless given."""
    covered = datagrams.associated(Kind.OPEN, Label(0, 0, number or frame.number))
    data = frames.encode(frame)
    return datagrams.labelled(Kind.OPEN, covered, data + datagrams.checksum(covered, data))
