"""Delivered against requested delay, frame by frame, over loopback between two processes.

The cases and the bare echo beside them take turns, so that what else the machine does meets all of
them alike.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection

from link_parts.echo import echo
from link_parts.ends import COMMAND, Ports, await_connection, open_end
from link_parts.ports import udp_port
from link_parts.rows import row
from link_parts.timing import at_rate
from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Side
from telesurgery_link.impairment import Jitter, Order, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.marginals import Gamma
from telesurgery_link.receiving import Delivery
from telesurgery_link.udp import UdpLink
from telesurgery_ros.priority import make_ordinary

SPAWN = multiprocessing.get_context('spawn')
PAYLOAD = bytes(200)
ROUNDS = 5
WARM_UP_FRAMES = 200
"""First frames of each turn, which are not counted."""

CASES = {
    'none': Treatment(),
    'constant 10 ms': Treatment(10.0),
    '67 ms + gamma 0.5 ms': Treatment(67.0, Jitter(gamma=Gamma(0.5, 0.39))),
}


def delay_rows(
    reservations: Reservations, frames: int, rate_hz: float
) -> Iterator[dict[str, object]]:
    """Yield a row for each kind of delay, and one for the bare echo."""
    ports = {name: {side: udp_port(reservations) for side in Side} for name in CASES}
    ours, theirs = SPAWN.Pipe()
    receiver = SPAWN.Process(target=_receive, args=(theirs, ports))
    receiver.start()
    echoed_us: list[float] = []
    with ExitStack() as running:
        running.callback(receiver.join)
        running.callback(ours.send, 'stop')
        client = running.enter_context(echo(SPAWN, udp_port(reservations), PAYLOAD))
        links = {}
        for name, treatment in CASES.items():
            impairment = StagedImpairment(treatment, Streams.seeded(1, 0), 0)
            links[name] = open_end(Side.SURGEON, ports[name], impairment, lambda _delivery: None)
            running.callback(links[name].stop)
            await_connection(links[name])
        for _ in range(ROUNDS):
            for name, link in links.items():
                _take_turn(link, ours, name, frames // ROUNDS, rate_hz)
            turn: list[float] = []
            at_rate(
                rate_hz,
                frames // ROUNDS + WARM_UP_FRAMES,
                lambda turn=turn: turn.append(client.one_way_us()),  # type: ignore[misc]
            )
            echoed_us += turn[WARM_UP_FRAMES:]
        ours.send('report')
        errors_us: dict[str, list[float]] = ours.recv()
    make_ordinary(threading.current_thread())  # what is started next must not inherit it
    for name in CASES:
        yield row(f'injected delay, {name}', errors_us[name])
    yield row('bare UDP echo, one way', echoed_us)


def _take_turn(link: UdpLink, pipe: Connection, name: str, frames: int, rate_hz: float) -> None:
    at_rate(rate_hz, frames + WARM_UP_FRAMES, lambda: link.send(COMMAND.id, PAYLOAD))
    time.sleep(0.3)  # the last frames are still under way
    pipe.send(name)


def _receive(pipe: Connection, ports: dict[str, Ports]) -> None:
    """Run the patient's ends; at a case's name its turn is over, at ``report`` send the errors."""
    deliveries: dict[str, list[Delivery]] = {name: [] for name in CASES}
    free = StagedImpairment(Treatment(order=Order.FREE), Streams.seeded(1, 1), 0)
    links = [open_end(Side.PATIENT, ports[name], free, deliveries[name].append) for name in CASES]
    errors_us: dict[str, list[float]] = {name: [] for name in CASES}
    while (word := pipe.recv()) != 'stop':
        if word == 'report':
            pipe.send(errors_us)
            continue
        taken = deliveries[word][WARM_UP_FRAMES:]
        deliveries[word].clear()
        errors_us[word] += [(d.arrival_ns - d.taken_ns - d.injected_ns) / 1e3 for d in taken]
    for link in links:
        link.stop()
