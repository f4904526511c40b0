"""One end of a run on a real socket and in real time."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from telesurgery_link.channels import Side
from telesurgery_link.errors import Refusal
from telesurgery_link.impairment import Streams
from telesurgery_link.key_files import load_keys
from telesurgery_link.path import Path as NetworkPath
from telesurgery_link.profiles import load_profile
from telesurgery_link.protection import Protection, Unprotected
from telesurgery_link.receiving import Delivery
from telesurgery_link.sealed import Sealed
from telesurgery_link.session import Session
from telesurgery_link.udp import SteadyClock, UdpLink, UdpSocket
from telesurgery_qualify.conversation import Conversation
from telesurgery_qualify.counting import WINDOW_NS, read_session
from telesurgery_qualify.evidence import Evidence
from telesurgery_qualify.load import NS_PER_S, TABLE, Plan
from telesurgery_qualify.progress import Progress
from telesurgery_ros.priority import make_ordinary, make_realtime

PATH = 'main'
LINGER_S = 1.0
"""How long an end that has finished still answers: the other one may have missed its last word."""

THREAD_SWITCH_S = 0.0005
PRIORITY = 10
PING_PERIOD_NS = NS_PER_S // 20


@dataclass(frozen=True, slots=True)
class Seal:
    """The files that a sealed link takes."""

    key_file: Path
    peer_certificate: Path


@dataclass(frozen=True, slots=True)
class End:
    """Where one end stands and what it does to what it sends."""

    side: Side
    name: str
    """The link, in the words of the report."""
    own: tuple[str, int]
    peer: tuple[str, int]
    seal: Seal | None
    """None: insecure."""
    profile: str
    profiles: Path
    seed: int
    patience_s: float
    is_emulated: bool
    stranger_s: float | None = None
    """Patience with who has not yet begun a run; None: the same as later."""


def run_end(
    end: End,
    plan: Plan | None,
    show: Callable[[str], None],
    stopped: threading.Event,
) -> tuple[Evidence, Conversation]:
    """Run one end until the run is over, or ``stopped`` is set; return what is known of it.

    With a plan it calls the other end, with None it waits for its call. ``show`` is given a line
    of progress every second. LinkError or ParameterError when it cannot begin.
    """
    sys.setswitchinterval(THREAD_SWITCH_S)
    started = datetime.now(timezone.utc).isoformat(timespec='seconds')
    clock = SteadyClock()
    session = _session(end, clock.now_ns())
    conversation = Conversation(
        end.side, plan, clock.now_ns(), end.patience_s, end.stranger_s or end.patience_s
    )
    lock = threading.Lock()
    broken: list[BaseException] = []

    def take(delivery: Delivery) -> None:
        with lock:
            conversation.receive(delivery)

    link = UdpLink(session, [UdpSocket(*end.own, *end.peer)], clock, take, broken.append)
    link.start()
    for thread in (link.thread, threading.current_thread()):
        make_realtime(thread, PRIORITY)
    try:
        _converse(link, conversation, lock, show, stopped, broken)
        _linger(link, conversation, lock)
    finally:
        make_ordinary(threading.current_thread())  # what comes now is work, not waiting
        link.stop()
    to_here, from_here = conversation.evidence()
    evidence = Evidence(
        plan=conversation.plan or Plan(),
        name=end.name,
        is_emulated=end.is_emulated,
        is_sealed=end.seal is not None,
        started=started,
        directions={end.side.receives: to_here, end.side.sends: from_here},
        ended_early=_why(conversation, link.refused()),
    )
    return evidence, conversation


def _why(conversation: Conversation, refused: Mapping[Refusal, int]) -> str:
    """Return why the run ended early; where it never began, what came instead of an answer."""
    if conversation.has_begun or not conversation.reason:
        return conversation.reason
    count, refusal = max(
        ((count, refusal.value) for refusal, count in refused.items()), default=(0, '')
    )
    if not count:
        return f'{conversation.reason}; check the address, and that the other end listens'
    return f'{conversation.reason}; {count} times came {refusal}'


def _converse(
    link: UdpLink,
    conversation: Conversation,
    lock: threading.Lock,
    show: Callable[[str], None],
    stopped: threading.Event,
    broken: list[BaseException],
) -> None:
    progress = Progress()
    next_second_ns = link.now_ns()
    while True:
        now_ns = link.now_ns()
        with lock:
            if broken:
                conversation.give_up(f'the link failed: {broken[0]}', now_ns)
            elif stopped.is_set():
                conversation.give_up('stopped by hand', now_ns)
            messages = conversation.due(now_ns)
            is_over = conversation.is_over
        for channel, payload in messages:
            link.send(channel, payload)
        if is_over:
            return
        if now_ns >= next_second_ns:
            next_second_ns += NS_PER_S
            with link.lock:
                reading = read_session(link.session, conversation.receives, now_ns)
            with lock:
                conversation.read(reading)
                line = progress.line(conversation, reading, now_ns)
            if line:
                show(line)
        with lock:
            next_ns = min(conversation.next_due_ns(now_ns), next_second_ns)
        left_s = (next_ns - link.now_ns()) / 1e9
        if left_s > 0.0:
            time.sleep(left_s)


def _linger(link: UdpLink, conversation: Conversation, lock: threading.Lock) -> None:
    """Let what is unacknowledged be sent again for a while."""
    until = time.monotonic() + LINGER_S
    while time.monotonic() < until:
        with lock:
            messages = conversation.due(link.now_ns())
        for channel, payload in messages:
            link.send(channel, payload)
        time.sleep(0.05)


def _session(end: End, now_ns: int) -> Session:
    number = secrets.randbelow(2**64 - 1) + 1
    direction = end.side.sends
    impairment = load_profile(end.profile, end.profiles).impairment(
        direction, Streams.seeded(end.seed, direction.index), now_ns, TABLE.channels
    )
    return Session(
        session=number,
        side=end.side,
        table=TABLE,
        paths={PATH: NetworkPath(impairment)},
        protection=_protection(end, number, now_ns),
        now_ns=now_ns,
        ping_period_ns=PING_PERIOD_NS,
        window_ns=WINDOW_NS,
    )


def _protection(end: End, number: int, now_ns: int) -> Protection:
    if end.seal is None:
        return Unprotected()
    keys = load_keys(end.seal.key_file, end.seal.peer_certificate, datetime.now(timezone.utc))
    return Sealed(side=end.side, session=number, keys=keys, randomness=os.urandom, now_ns=now_ns)
