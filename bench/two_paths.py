"""Two paths under load, one of which dies: the gaps between control messages.

Two sealed ends in two processes on loopback, control and pictures at once. Half-way through, all
datagrams of one path are lost from then on, in both directions. Beside it, in the same run: the
half before, a link whose two paths both live, and the same in virtual time, where no machine
disturbs the figures. A control gap is the time between two arrivals, the period that of sending.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

import harness
from link_parts.ends import KEY
from link_parts.ports import LOCAL, udp_port
from link_parts.timing import at_rate

from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side
from telesurgery_link.impairment import Impairment, Loss, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.path import Path
from telesurgery_link.receiving import Delivery
from telesurgery_link.sealed import Sealed
from telesurgery_link.session import Session
from telesurgery_link.udp import SteadyClock, UdpLink, UdpSocket
from telesurgery_link.virtual import VirtualLink
from telesurgery_ros.priority import make_realtime

CONTROL = Channel(
    '/command', 'std_msgs/msg/Int64', Direction.SURGEON_TO_PATIENT, Policy.LATEST, Quality.STREAM
)
PICTURE = Channel(
    '/picture', 'std_msgs/msg/Int64', Direction.SURGEON_TO_PATIENT, Policy.MEDIA, Quality.STREAM
)
TABLE = ChannelTable((CONTROL, PICTURE))
ONE_WAY_MS = 30.0
PATHS = ('fibre', '5g')
PRIORITY = 10
SPAWN = multiprocessing.get_context('spawn')
MS = 1_000_000
SETTLE_S = 2.0

Ports = dict[str, dict[Side, int]]
Arrivals = list[tuple[int, int]]
"""Number sent and time of arrival [ns] of each control message."""


def main(argv: list[str]) -> int:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seconds', type=float, default=10.0, help='per case')
    parser.add_argument('--rate', type=float, default=200.0, help='control messages a second')
    parser.add_argument(
        '--picture-kb', type=int, default=40, help='size of a picture; 30 a second'
    )
    arguments = parser.parse_args(argv)
    count = round(arguments.seconds * arguments.rate)
    rows = []
    with Reservations() as reservations:
        for dying in (None, *PATHS):
            ports = {name: {side: udp_port(reservations) for side in Side} for name in PATHS}
            arrivals, media = measure(ports, dying, count, arguments.rate, arguments.picture_kb)
            rows.append(row(f'loopback, {name_of(dying)}', arrivals, count, arguments.rate, media))
        for dying in (None, *PATHS):
            arrivals, media = measure_virtually(dying, count, arguments.rate, arguments.picture_kb)
            rows.append(row(f'virtual, {name_of(dying)}', arrivals, count, arguments.rate, media))
    harness.report(
        'two_paths',
        rows,
        settings={
            'seconds_s': arguments.seconds,
            'rate_hz': arguments.rate,
            'picture_kb': arguments.picture_kb,
            'pictures_hz': 30.0,
            'delay_one_way_ms': ONE_WAY_MS,
        },
        notes=(
            'Gaps between arrivals of control messages: the longest of the half before the death '
            'and of the half with it.\nOn a machine that is busy the two differ by chance; the '
            'virtual rows show what the protocol itself does. Media out: the longest time without '
            'a picture.'
        ),
    )
    return 0


def name_of(dying: str | None) -> str:
    """Return what happens, in words."""
    return 'both live' if dying is None else f'{dying} dies'


def row(
    what: str, arrivals: Arrivals, count: int, rate_hz: float, pictures_ns: Sequence[int]
) -> dict[str, object]:
    """Return a row of the table."""
    before: list[float] = []
    after: list[float] = []
    for (_, left), (number, right) in itertools.pairwise(arrivals):
        (before if number < count // 2 else after).append((right - left) / MS)
    return {
        'what': what,
        'period_ms': 1e3 / rate_hz,
        'gap_before_ms': round(max(before), 3),
        'gap_with_death_ms': round(max(after), 3),
        'control_sent_count': count,
        'control_lost_count': count - len({number for number, _ in arrivals}),
        'media_gap_ms': round(
            max(right - left for left, right in itertools.pairwise(pictures_ns)) / MS, 1
        ),
    }


def impairment(seed: int, *, dead: bool = False) -> Impairment:
    """Return what a path does while it lives, or when it is dead."""
    loss = Loss(random=Chance(1.0)) if dead else None
    return StagedImpairment(
        Treatment(base_delay_ms=ONE_WAY_MS, loss=loss), Streams.seeded(seed, 0), 0
    )


# --- over loopback ---------------------------------------------------------------------------


def measure(
    ports: Ports, dying: str | None, count: int, rate_hz: float, picture_kb: int
) -> tuple[Arrivals, list[int]]:
    """Send from this process to another one; return what arrived there."""
    ours, theirs = SPAWN.Pipe()
    receiver = SPAWN.Process(target=receive, args=(theirs, ports))
    receiver.start()
    try:
        link = open_end(Side.SURGEON, ports, lambda _delivery: None)
        deadline = time.monotonic() + 10.0
        while not all(path.alive for path in link.report().paths):
            if time.monotonic() > deadline:
                raise TimeoutError('the two ends do not find one another')
            time.sleep(0.01)
        time.sleep(SETTLE_S)
        sent = itertools.count()
        per_picture = round(rate_hz / 30)

        def act() -> None:
            number = next(sent)
            if dying is not None and number == count // 2:
                kill(link, dying)
                ours.send(dying)
            link.send(CONTROL.id, number.to_bytes(8, 'big') + bytes(192))
            if number % per_picture == 0:
                link.send(PICTURE.id, bytes(picture_kb * 1000))

        at_rate(rate_hz, count, act)
        time.sleep(0.5)
        ours.send('report')
        arrivals: tuple[Arrivals, list[int]] = ours.recv()
        link.stop()
        return arrivals
    finally:
        receiver.join(10.0)
        receiver.kill()


def receive(pipe: Connection, ports: Ports) -> None:
    """Run the patient's end in a process of its own; send what arrived through ``pipe``."""
    deliveries: list[Delivery] = []
    link = open_end(Side.PATIENT, ports, deliveries.append)
    while (word := pipe.recv()) != 'report':
        kill(link, word)
    link.stop()
    pipe.send(arrivals_of(deliveries))


def open_end(side: Side, ports: Ports, deliver: object) -> UdpLink:
    """Return one end of a sealed link of two paths, started."""
    clock = SteadyClock()
    now_ns = clock.now_ns()
    number = int.from_bytes(os.urandom(7), 'big') + 1
    session = Session(
        session=number,
        side=side,
        table=TABLE,
        paths={name: Path(impairment(index)) for index, name in enumerate(PATHS)},
        protection=sealed(side, number, now_ns),
        now_ns=now_ns,
    )
    sockets = [
        UdpSocket(LOCAL, ports[name][side], LOCAL, ports[name][side.other]) for name in PATHS
    ]
    link = UdpLink(session, sockets, clock, deliver, lambda error: print(repr(error)))  # type: ignore[arg-type]
    link.start()
    make_realtime(link.thread, PRIORITY)
    return link


def kill(link: UdpLink, path: str) -> None:
    """Let everything that this end sends by a path be lost."""
    with link.lock:
        link.session.routes[path].path.impairment = impairment(9, dead=True)


def sealed(side: Side, session: int, now_ns: int) -> Sealed:
    """Return one side's protection."""
    return Sealed(side=side, session=session, keys=KEY, randomness=os.urandom, now_ns=now_ns)


def arrivals_of(deliveries: Sequence[Delivery]) -> tuple[Arrivals, list[int]]:
    """Return the control messages and the times of the pictures."""
    control = [
        (int.from_bytes(d.payload[:8], 'big'), d.arrival_ns)
        for d in deliveries
        if d.channel.id == CONTROL.id
    ]
    return control, [d.arrival_ns for d in deliveries if d.channel.id == PICTURE.id]


# --- in virtual time -------------------------------------------------------------------------


def measure_virtually(
    dying: str | None, count: int, rate_hz: float, picture_kb: int
) -> tuple[Arrivals, list[int]]:
    """Do the same in virtual time."""
    paths = {side: {name: impairment(index) for index, name in enumerate(PATHS)} for side in Side}
    link = VirtualLink(TABLE, paths, 0, sealed)
    deliveries: list[Delivery] = []
    run(link, 0, round(SETTLE_S * 1e9))
    now_ns, period_ns = round(SETTLE_S * 1e9), round(1e9 / rate_hz)
    for number in range(count):
        if dying is not None and number == count // 2:
            for end in link.ends.values():
                end.routes[dying].path.impairment = impairment(9, dead=True)
        surgeon = link.ends[Side.SURGEON]
        surgeon.send(CONTROL.id, number.to_bytes(8, 'big') + bytes(192), now_ns)
        if number % round(rate_hz / 30) == 0:
            surgeon.send(PICTURE.id, bytes(picture_kb * 1000), now_ns)
        deliveries += run(link, now_ns, now_ns + period_ns)
        now_ns += period_ns
    deliveries += run(link, now_ns, now_ns + round(5e8))
    return arrivals_of(deliveries)


def run(link: VirtualLink, now_ns: int, end_ns: int) -> list[Delivery]:
    """Let time pass; return what came out on the patient's side."""
    deliveries = []
    while now_ns < end_ns:
        deliveries += link.exchange(now_ns)[Side.PATIENT]
        now_ns = max(now_ns + 1, min(end_ns, link.next_deadline_ns()))
    return deliveries


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
