"""Two gateways' threads over real loopback sockets; no ROS."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from link_world import LATEST, MEDIA, ORDERED, TABLE, impairment

from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Channel, Side
from telesurgery_link.errors import PortError, Refusal
from telesurgery_link.path import Path
from telesurgery_link.protection import Unprotected
from telesurgery_link.receiving import Delivery
from telesurgery_link.session import Session
from telesurgery_link.udp import SteadyClock, UdpLink, UdpSocket, is_loopback
from telesurgery_link.virtual import MAIN

LOCAL = '127.0.0.1'
DEADLINE_S = 20.0


def free_port(reservations: Reservations) -> int:
    """Return a UDP port that nobody uses."""

    def is_free(port: int) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((LOCAL, port))
            except OSError:
                return False
            return True

    return reservations.take('udp-port', (p for p in range(47300, 47390) if is_free(p)))


class Inbox:
    """What a gateway has delivered."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._changed = threading.Condition()

    def put(self, delivery: Delivery) -> None:
        with self._changed:
            self.deliveries.append(delivery)
            self._changed.notify_all()

    def payloads(self, channel: Channel) -> list[bytes]:
        return [d.payload for d in self.deliveries if d.channel is channel]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, DEADLINE_S), 'it never came'


class Pair:
    """Two gateways and what comes out at the patient's."""

    def __init__(self, ports: dict[Side, int], base_delay_ms: float) -> None:
        self.inbox = Inbox()
        self.failures: list[BaseException] = []
        self.sockets: dict[Side, UdpSocket] = {}
        self.links: dict[Side, UdpLink] = {}
        sides = list(Side)
        for number, (side, other) in enumerate(zip(sides, reversed(sides), strict=True), start=1):
            clock = SteadyClock()
            self.sockets[side] = UdpSocket(LOCAL, ports[side], LOCAL, ports[other])
            session = Session(
                session=number,
                side=side,
                table=TABLE,
                paths={MAIN: Path(impairment(base_delay_ms=base_delay_ms))},
                protection=Unprotected(),
                now_ns=clock.now_ns(),
            )
            self.links[side] = UdpLink(
                session, [self.sockets[side]], clock, self.inbox.put, self.failures.append
            )
        for link in self.links.values():
            link.start()

    def close(self) -> None:
        for link in self.links.values():
            link.stop()
        assert self.failures == []


@pytest.fixture
def ports(reservations: Reservations) -> dict[Side, int]:
    return {side: free_port(reservations) for side in Side}


@pytest.fixture
def make_pair(ports: dict[Side, int]) -> Iterator[Callable[[float], Pair]]:
    pairs: list[Pair] = []

    def make(base_delay_ms: float) -> Pair:
        pairs.append(Pair(ports, base_delay_ms))
        return pairs[-1]

    yield make
    for pair in pairs:
        pair.close()


def test_messages_of_every_policy_come_out_late_by_what_was_injected(
    make_pair: Callable[[float], Pair],
) -> None:
    pair = make_pair(30.0)
    surgeon = pair.links[Side.SURGEON]
    surgeon.send(LATEST.id, b'command')
    surgeon.send(ORDERED.id, b'enable')
    surgeon.send(MEDIA.id, b'picture' * 10_000)
    pair.inbox.wait_for(lambda: len(pair.inbox.deliveries) >= 3)
    assert pair.inbox.payloads(LATEST) == [b'command']
    assert pair.inbox.payloads(ORDERED) == [b'enable']
    assert pair.inbox.payloads(MEDIA) == [b'picture' * 10_000]
    for delivery in pair.inbox.deliveries:
        assert delivery.injected_ns == 30_000_000
        assert delivery.arrival_ns - delivery.taken_ns >= 30_000_000


def test_without_impairment_a_message_leaves_in_the_senders_thread(
    make_pair: Callable[[float], Pair],
) -> None:
    pair = make_pair(0.0)
    surgeon = pair.links[Side.SURGEON]
    for number in range(100):
        surgeon.send(ORDERED.id, bytes([number]))
    pair.inbox.wait_for(lambda: len(pair.inbox.payloads(ORDERED)) >= 100)
    assert pair.inbox.payloads(ORDERED) == [bytes([number]) for number in range(100)]


def test_datagrams_of_strangers_are_refused_and_counted(
    make_pair: Callable[[float], Pair], ports: dict[Side, int]
) -> None:
    pair = make_pair(0.0)
    patient = pair.links[Side.PATIENT]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(7):
            stranger.sendto(b'anything', (LOCAL, ports[Side.PATIENT]))
    pair.links[Side.SURGEON].send(ORDERED.id, b'good')
    pair.inbox.wait_for(lambda: pair.inbox.payloads(ORDERED) == [b'good'])
    assert patient.refused()[Refusal.STRANGER] == 7


def test_a_port_in_use_is_named(ports: dict[Side, int]) -> None:
    port = ports[Side.SURGEON]
    first = UdpSocket(LOCAL, port, LOCAL, ports[Side.PATIENT])
    with pytest.raises(PortError, match=f'UDP port {port} .* in use') as error:
        UdpSocket(LOCAL, port, LOCAL, ports[Side.PATIENT])
    assert 'set another port' in str(error.value)
    first.close()


@pytest.mark.parametrize(
    ('bind_host', 'peer_host', 'names'),
    [
        (LOCAL, 'no-such-host.invalid', 'no-such-host.invalid'),
        ('no-such-host.invalid', LOCAL, 'no-such-host.invalid'),
        (LOCAL, 'a' * 300, 'peer_host'),
        (LOCAL, '192.0.2.1', 'bind_host'),
        ('0.0.0.0', LOCAL, 'bind_host'),
    ],
)
def test_addresses_that_cannot_work_are_refused(
    ports: dict[Side, int], bind_host: str, peer_host: str, names: str
) -> None:
    with pytest.raises(PortError, match='allowed') as error:
        UdpSocket(bind_host, ports[Side.SURGEON], peer_host, ports[Side.PATIENT])
    assert names in str(error.value)
    assert '\n' not in str(error.value)


def test_a_failure_in_the_thread_is_reported(ports: dict[Side, int]) -> None:
    failed = threading.Event()
    clock = SteadyClock()
    link = UdpLink(
        Session(
            session=1,
            side=Side.SURGEON,
            table=TABLE,
            paths={MAIN: Path(impairment())},
            protection=Unprotected(),
            now_ns=clock.now_ns(),
        ),
        [UdpSocket(LOCAL, ports[Side.SURGEON], LOCAL, ports[Side.PATIENT])],
        clock,
        lambda _delivery: None,
        lambda _error: failed.set(),
    )
    link.session.datagrams_to_send = None  # type: ignore[method-assign, assignment]
    link.start()
    assert failed.wait(DEADLINE_S)
    link.stop()


def test_what_the_system_does_not_send_is_counted(ports: dict[Side, int]) -> None:
    port = UdpSocket(LOCAL, ports[Side.SURGEON], LOCAL, ports[Side.PATIENT])
    port.send(b'x' * 70_000)
    assert port.unsent == 1
    assert port.last_error == 'Message too long'
    port.close()


def test_the_clock_agrees_with_the_wall_and_goes_forward() -> None:
    clock = SteadyClock()
    times = [clock.now_ns() for _ in range(1000)]
    assert times == sorted(times)
    assert abs(times[-1] - time.time_ns()) < 1_000_000_000


def test_loopback_is_told_from_the_world() -> None:
    assert is_loopback('127.0.0.1')
    assert is_loopback('::1')
    assert not is_loopback('192.0.2.1')
    assert not is_loopback('0.0.0.0')


class PutOff:
    """The module ``time`` of a process that is put off for 5 ms at some of its readings."""

    WALL_NS = 1_700_000_000_000_000_000

    def __init__(self) -> None:
        self.elapsed_ns = 0
        self._readings = 0

    def monotonic_ns(self) -> int:
        self._readings += 1
        self.elapsed_ns += 5_000_000 if self._readings % 3 else 100
        return self.elapsed_ns

    def time_ns(self) -> int:
        self.elapsed_ns += 100
        return self.WALL_NS + self.elapsed_ns


def test_a_busy_machine_does_not_shift_the_steady_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = PutOff()
    monkeypatch.setattr('telesurgery_link.udp.time', clock)
    steady = SteadyClock()
    assert abs(steady.now_ns() - PutOff.WALL_NS - clock.elapsed_ns) < 1_000
    assert abs(steady.step_ns()) < 1_000
