"""The targets by name, each with bytes to begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fuzz import files, wire
from telesurgery_link import datagrams, frames
from telesurgery_link.protection import Unprotected
from telesurgery_qualify import minutes
from telesurgery_qualify.evidence import Reading, Sent
from telesurgery_qualify.load import Kind, Plan
from telesurgery_qualify.samples import Samples

WORKSPACE = Path(__file__).resolve().parents[2]

SOME = {Kind.CONTROL: 5, Kind.VIDEO: 2}
PATHS = b"""
paths:
- name: fibre
  surgeon: {host: 127.0.0.1, port: 47001}
  patient: {host: 127.0.0.1, port: 47002}
  profile: none
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A function of bytes that must not raise, and bytes that it understands."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def targets() -> dict[str, Target]:
    """Return all of them."""
    ping = frames.encode(frames.Frame(7, 1, wire.START_NS, frames.Ping()))
    message = frames.Message(wire.INCOMING[0].id, 1, 0, wire.START_NS, 0, 1, b'payload')
    told = frames.encode(frames.Frame(7, 2, wire.START_NS, message))
    echo = frames.encode(frames.Frame(7, 0, wire.START_NS, frames.Echo(1, 5, 6)))
    whole = Unprotected().protect(0, told, 0)
    return {
        'datagram': Target(wire.datagram, (whole, datagrams.annotate(whole, 5_000_000))),
        'frame': Target(wire.frame, (ping, told, echo)),
        'fragments': Target(wire.fragments, (bytes(range(50)),)),
        'session': Target(
            wire.session, (_pieced(ping, told, echo), _pieced(b'm' + bytes(20), b'm\1\2\0\0\2'))
        ),
        'sealed': Target(wire.sealed, (_pieced(*(bytes((n, n, n, n)) for n in range(12))),)),
        'profile': Target(files.profile, _texts('config/link', '*.yaml')),
        'netem': Target(
            files.netem,
            (
                b'delay 100ms 10ms 25% distribution normal loss 0.3% duplicate 1% corrupt 0.1%',
                b'loss gemodel 1% 10% 70% 0.1% rate 10mbit 20 limit 50',
                b'loss state 1% 10% 2% 3% 4% reorder 25% 50% gap 5 delay 10ms',
            ),
        ),
        'sentence': Target(
            files.sentence,
            (
                b'then after 60 s an outage of 2 s',
                b'then after 10 s none, then after 5 s none',
            ),
        ),
        'recording': Target(
            files.recording, (b'12.5\nlost\n13 # good\n', b't_s,rtt_ms\n0.0,12\n0.2,\n0.4,13\n')
        ),
        'channels': Target(files.channels, _texts('config', 'channels.yaml')),
        'paths': Target(
            files.paths,
            (PATHS,),
        ),
        'keys': Target(
            files.keys,
            (
                wire.KEY.to_text().encode(),
                *(files.OWN_KEY, files.der(files.OWN_KEY)),
                *(files.PEER_CERTIFICATE, files.der(files.PEER_CERTIFICATE)),
            ),
        ),
        'minutes': Target(
            wire.minutes,
            (
                minutes.encode(minutes.Hello(Plan())),
                minutes.encode(minutes.Accept()),
                minutes.encode(minutes.End('stopped by hand')),
                minutes.encode(minutes.Told(Reading(1, 2, 3, 4, 5, -6, 7))),
                minutes.encode(minutes.Done(Sent(SOME, SOME))),
                minutes.encode(minutes.Batch(Kind.CONTROL, Samples.of([(0, 1, 2, 3, 4, 5)] * 9))),
            ),
        ),
        'probe': Target(wire.probe, (bytes(300),)),
    }


def _pieced(*pieces: bytes) -> bytes:
    return b''.join(bytes((len(piece),)) + piece for piece in pieces)


def _texts(folder: str, pattern: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((WORKSPACE / folder).glob(pattern)))
