"""What sealing costs, and what it withstands.

- Microseconds of processor per frame sealed and opened, the whole way from frame to datagram and
  back; beside it in the same run the unsealed way with its checksum, and the bare calls of
  AES-256-GCM and ChaCha20-Poly1305 on the same bytes.
- A campaign: random, truncated, replayed, bit-flipped and foreign datagrams against both ends of a
  link, a good message after every hundred. How many were taken, what one costs, whether memory
  grows, and whether every good message came.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import harness
import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from telesurgery_link import datagrams, frames
from telesurgery_link.bogus import Attacker, Trick
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side
from telesurgery_link.frames import Frame, Message
from telesurgery_link.impairment import Impairment, StagedImpairment, Streams, Treatment
from telesurgery_link.keys import PreSharedKey
from telesurgery_link.protection import Protection, Unprotected
from telesurgery_link.sealed import Sealed
from telesurgery_link.virtual import MAIN, VirtualLink

COMMAND = Channel(
    '/command', 'std_msgs/msg/Int64', Direction.SURGEON_TO_PATIENT, Policy.LATEST, Quality.STREAM
)
TABLE = ChannelTable((COMMAND,))
KEY = PreSharedKey(bytes(range(32)))
MS = 1_000_000
PAYLOADS_BYTES = (200, frames.PAYLOAD_LIMIT)
ROUND = 2000
"""Calls in a round; rounds of ours and of the peers alternate."""
BOGUS_PER_GOOD = 100
WARM_UP = 12_000
"""Good messages before the campaign, one a millisecond: the windows of the statistics fill."""


def main(argv: list[str]) -> int:
    """Measure, print and write the figures; 1 when a bogus datagram was taken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=15, help='rounds of the cost measurement')
    parser.add_argument('--datagrams', type=int, default=1_000_000, help='of the campaign')
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args(argv)
    harness.report(
        'sealing_cost',
        [row for size in PAYLOADS_BYTES for row in cost_rows(size, arguments.rounds)],
        settings={'rounds_count': arguments.rounds, 'calls_per_round_count': ROUND},
        notes='Processor time per call, median over the rounds; ratios to bare AES-256-GCM.',
    )
    print()
    row = campaign_row(arguments.datagrams, np.random.default_rng(arguments.seed))
    harness.report(
        'sealing_campaign',
        [row],
        settings={'seed_count': arguments.seed},
        notes='Memory: resident set after the last tenth less that after the first tenth.',
    )
    return 0 if row['taken_count'] == 0 and row['good_lost_count'] == 0 else 1


# --- cost ------------------------------------------------------------------------------------


def cost_rows(payload_bytes: int, rounds: int) -> Iterator[dict[str, object]]:
    """Yield a row per way of sealing and opening a message of that size."""
    message = Message(COMMAND.id, 1, 0, 0, 0, 1, bytes(payload_bytes))
    frame = frames.encode(Frame(1, 1, 0, message))
    ways = {
        'sealed link': link_way(*connected_pair(), frame),
        'unsealed link': link_way(Unprotected(), Unprotected(), frame),
        'bare AES-256-GCM': bare_way(AESGCM(KEY.secret), frame),
        'bare ChaCha20-Poly1305': bare_way(ChaCha20Poly1305(KEY.secret), frame),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    medians = {
        name: tuple(statistics.median(column) for column in zip(*times, strict=True))
        for name, times in taken.items()
    }
    bare = medians['bare AES-256-GCM']
    for name, (seal_us, open_us) in medians.items():
        yield {
            'what': name,
            'payload_bytes': payload_bytes,
            'seal_us': round(seal_us, 2),
            'open_us': round(open_us, 2),
            'seal_ratio': round(seal_us / bare[0], 2),
            'open_ratio': round(open_us / bare[1], 2),
        }


Way = Callable[[], tuple[float, float]]


def link_way(sender: Protection, receiver: Protection, frame: bytes) -> Way:
    """Return what takes a round from frame to datagram and back [us per call]."""

    def way() -> tuple[float, float]:
        seal_us, made = timed(lambda _: sender.protect(0, frame, 0), range(ROUND))
        open_us, _ = timed(lambda data: receiver.open(datagrams.parse(data), 0), made)
        return seal_us, open_us

    return way


def bare_way(cipher: AESGCM | ChaCha20Poly1305, frame: bytes) -> Way:
    """Return what takes a round of bare calls [us per call]."""
    label = bytes(15)

    def way() -> tuple[float, float]:
        nonces = [number.to_bytes(12, 'big') for number in range(ROUND)]
        seal_us, made = timed(lambda nonce: cipher.encrypt(nonce, frame, label), nonces)
        pairs = list(zip(nonces, made, strict=True))
        open_us, _ = timed(lambda pair: cipher.decrypt(pair[0], pair[1], label), pairs)
        return seal_us, open_us

    return way


def timed(act: Callable[..., object], items: Iterable[Any]) -> tuple[float, list[Any]]:
    """Return processor time per call [us], and what the calls gave."""
    items = list(items)
    begun = time.process_time_ns()
    results = [act(item) for item in items]
    return (time.process_time_ns() - begun) / len(items) / 1e3, results


def sealed(side: Side, session: int, now_ns: int) -> Sealed:
    """Return one side's protection, as a gateway makes it."""
    return Sealed(side=side, session=session, keys=KEY, randomness=os.urandom, now_ns=now_ns)


def connected_pair() -> tuple[Protection, Protection]:
    """Return two ends that have agreed on keys."""
    link = virtual_link()
    advance(link, 0, 1000 * MS)
    return link.ends[Side.SURGEON].protection, link.ends[Side.PATIENT].protection


# --- campaign --------------------------------------------------------------------------------


class TappedLink(VirtualLink):
    """A sealed link on whose wire somebody listens."""

    def __init__(self) -> None:
        self.overheard: dict[Side, list[bytes]] = {side: [] for side in Side}
        free: dict[Side, dict[str, Impairment]] = {
            side: {MAIN: StagedImpairment(Treatment(base_delay_ms=0.0), Streams.seeded(0, 0), 0)}
            for side in Side
        }
        super().__init__(TABLE, free, 0, sealed)

    def _carry(self, to: Side, path: int, datagram: bytes, now_ns: int) -> None:
        if len(self.overheard[to]) < 1000:
            self.overheard[to].append(datagram)
        super()._carry(to, path, datagram, now_ns)


def virtual_link() -> TappedLink:
    """Return two ends in virtual time."""
    return TappedLink()


def advance(link: TappedLink, now_ns: int, duration_ns: int) -> int:
    """Let time pass in steps of a millisecond; return how many messages came."""
    came = 0
    for at_ns in range(now_ns, now_ns + duration_ns, MS):
        came += len(link.exchange(at_ns)[Side.PATIENT])
    return came


def campaign_row(count: int, rng: np.random.Generator) -> dict[str, object]:
    """Attack both ends so many times; return the figures."""
    link = virtual_link()
    now_ns = 1000 * MS
    advance(link, 0, now_ns)
    for _ in range(WARM_UP):
        link.ends[Side.SURGEON].send(COMMAND.id, b'overheard', now_ns)
        now_ns += MS
        advance(link, now_ns, MS)
    attackers = {side: Attacker(link.overheard[side], rng) for side in Side}
    before = sum(end.refused.total() for end in link.ends.values())
    tricks = list(Trick)
    good = came = made = 0
    spent_ns = 0
    memory_mb = []
    while made < count:
        wave = [
            (side, attackers[side].datagram(tricks[(made + n) % len(tricks)]))
            for n in range(BOGUS_PER_GOOD // 2)
            for side in Side
        ]
        begun = time.process_time_ns()
        for side, bogus in wave:
            link.ends[side].receive_datagram(bogus, now_ns)
        spent_ns += time.process_time_ns() - begun
        made += len(wave)
        link.ends[Side.SURGEON].send(COMMAND.id, b'good %d' % good, now_ns)
        good += 1
        now_ns += MS
        came += advance(link, now_ns, MS)
        if made % (count // 10) < len(wave):
            memory_mb.append(resident_mb())
    refused = sum(end.refused.total() for end in link.ends.values()) - before
    return {
        'bogus_count': made,
        'taken_count': made - refused,
        'per_bogus_us': round(spent_ns / made / 1e3, 2),
        'good_count': good,
        'good_lost_count': good - came,
        'memory_growth_mb': round(memory_mb[-1] - memory_mb[0], 2),
    }


def resident_mb() -> float:
    """Return the memory that this process holds."""
    gc.collect()
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return pages * os.sysconf('SC_PAGE_SIZE') / 1e6


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
