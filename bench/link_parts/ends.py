"""Two ends of a link without ROS, sealed, each as a gateway makes its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from link_parts.ports import LOCAL
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side
from telesurgery_link.impairment import Impairment
from telesurgery_link.keys import PreSharedKey
from telesurgery_link.path import Path
from telesurgery_link.receiving import Delivery
from telesurgery_link.sealed import Sealed
from telesurgery_link.session import Session
from telesurgery_link.udp import SteadyClock, UdpLink, UdpSocket
from telesurgery_ros.priority import make_realtime

COMMAND = Channel(
    '/command', 'std_msgs/msg/Int64', Direction.SURGEON_TO_PATIENT, Policy.LATEST, Quality.STREAM
)
TABLE = ChannelTable((COMMAND,))
PRIORITY = 10
"""As the node's default."""

KEY = PreSharedKey(bytes(range(32)))
CONNECTED_WITHIN_S = 10.0

Ports = dict[Side, int]


def open_end(
    side: Side, ports: Ports, impairment: Impairment, deliver: Callable[[Delivery], None]
) -> UdpLink:
    """Return one end, started."""
    other = Side.PATIENT if side is Side.SURGEON else Side.SURGEON
    clock = SteadyClock()
    number = int.from_bytes(os.urandom(7), 'big') + 1
    now_ns = clock.now_ns()
    session = Session(
        session=number,
        side=side,
        table=TABLE,
        paths={'main': Path(impairment)},
        protection=Sealed(
            side=side, session=number, keys=KEY, randomness=os.urandom, now_ns=now_ns
        ),
        now_ns=now_ns,
    )
    port = UdpSocket(LOCAL, ports[side], LOCAL, ports[other])
    link = UdpLink(session, [port], clock, deliver, lambda error: print(repr(error)))
    link.start()
    for thread in (link.thread, threading.current_thread()):
        make_realtime(thread, PRIORITY)
    return link


def await_connection(link: UdpLink) -> None:
    """Return when the other end is there; TimeoutError when it is not."""
    deadline = time.monotonic() + CONNECTED_WITHIN_S
    while True:
        with link.lock:
            if link.session.report(link.now_ns()).connected:
                return
        if time.monotonic() > deadline:
            raise TimeoutError('the ends of the link do not find one another')
        time.sleep(0.01)
