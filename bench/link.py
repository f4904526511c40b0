"""What the link adds: accuracy of injected delays, and the cost of a forwarded frame.

Two measurements, each with its yardstick beside it in the same run:

- Delivered against requested delay per frame, over loopback between two processes at 1000 frames
  a second; beside it the one-way time of a bare UDP echo at the same rate.
- A message relayed between two DDS domains by two gateways without an injected WAN; beside it one
  process with a raw rclpy subscription and publisher.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import harness

from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side
from telesurgery_link.impairment import Jitter, Order, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.marginals import Gamma
from telesurgery_link.path import Path as NetworkPath
from telesurgery_link.protection import Unprotected
from telesurgery_link.receiving import Delivery
from telesurgery_link.session import Session
from telesurgery_link.udp import SteadyClock, UdpLink, UdpSocket
from telesurgery_ros.priority import make_realtime

LOCAL = '127.0.0.1'
PAYLOAD = bytes(200)
COMMAND = Channel(
    '/command', 'std_msgs/msg/Int64', Direction.SURGEON_TO_PATIENT, Policy.LATEST, Quality.STREAM
)
TABLE = ChannelTable((COMMAND,))
SPAWN = multiprocessing.get_context('spawn')
WARM_UP_FRAMES = 200
PRIORITY = 10
"""As the node's default."""


def main(argv: list[str]) -> int:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--frames', type=int, default=10_000, help='frames per delay measurement')
    parser.add_argument('--rate', type=float, default=1000.0, help='frames a second of these')
    parser.add_argument(
        '--messages', type=int, default=4000, help='messages per relay measurement'
    )
    parser.add_argument('--relay-rate', type=float, default=200.0, help='messages a second')
    arguments = parser.parse_args(argv)
    with Reservations() as reservations:
        rows = [
            *delay_rows(reservations, arguments.frames, arguments.rate),
            *relay_rows(reservations, arguments.messages, arguments.relay_rate),
        ]
    harness.report(
        'link',
        rows,
        settings={
            'frames_count': arguments.frames,
            'frame_rate_hz': arguments.rate,
            'messages_count': arguments.messages,
            'message_rate_hz': arguments.relay_rate,
        },
        notes=(
            'Delay rows: delivered less requested delay of each frame; for the bare echo half of '
            'its round trip.\nRelay rows: time from publishing in one DDS domain to the callback '
            'in the other; processor time of the relaying processes, less what they take idle.'
        ),
    )
    return 0


# --- requested against delivered delay -----------------------------------------------------------


def delay_rows(
    reservations: Reservations, frames: int, rate_hz: float
) -> Iterator[dict[str, object]]:
    """Yield a row for each kind of delay, and one for the bare echo."""
    cases = [
        ('none', Treatment()),
        ('constant 10 ms', Treatment(10.0)),
        ('67 ms + gamma 0.5 ms', Treatment(67.0, Jitter(gamma=Gamma(0.5, 0.39)))),
    ]
    for name, treatment in cases:
        impairment = StagedImpairment(treatment, Streams.seeded(1, 0), 0)
        errors_us = delay_errors_us(reservations, impairment, frames, rate_hz)
        yield row(f'injected delay, {name}', errors_us)
    yield row('bare UDP echo, one way', echo_one_way_us(reservations, frames, rate_hz))


def row(
    what: str, times_us: list[float], lost: int | None = None, cpu_us: float | None = None
) -> dict[str, object]:
    """Return a row of the table."""
    return {
        'what': what,
        **harness.distribution('late', times_us, 'us'),
        'processor_per_frame_us': None if cpu_us is None else round(cpu_us, 1),
        'lost_count': lost,
    }


def delay_errors_us(
    reservations: Reservations, impairment: StagedImpairment, frames: int, rate_hz: float
) -> list[float]:
    """Return delivered less requested delay of every frame [us]."""
    ports = {side: udp_port(reservations) for side in Side}
    ours, theirs = SPAWN.Pipe()
    receiver = SPAWN.Process(target=receive_frames, args=(theirs, ports, frames))
    receiver.start()
    try:
        link = open_link(Side.SURGEON, ports, impairment, lambda _delivery: None)
        link.start()
        make_realtime(link.thread, PRIORITY)
        ours.recv()
        at_rate(rate_hz, frames + WARM_UP_FRAMES, lambda: link.send(COMMAND.id, PAYLOAD))
        errors: list[float] = ours.recv()
        link.stop()
        return errors
    finally:
        receiver.join()


def receive_frames(pipe: Connection, ports: dict[Side, int], frames: int) -> None:
    """Run the patient's end in a process of its own; send the errors through ``pipe``."""
    deliveries: list[Delivery] = []
    free = StagedImpairment(Treatment(order=Order.FREE), Streams.seeded(1, 1), 0)
    link = open_link(Side.PATIENT, ports, free, deliveries.append)
    link.start()
    make_realtime(link.thread, PRIORITY)
    pipe.send('ready')
    quiet_until = time.monotonic() + 10.0
    seen = 0
    while time.monotonic() < quiet_until:
        if len(deliveries) != seen:
            seen = len(deliveries)
            quiet_until = time.monotonic() + 1.0
        time.sleep(0.1)
    link.stop()
    pipe.send(
        [(d.arrival_ns - d.taken_ns - d.injected_ns) / 1e3 for d in deliveries[WARM_UP_FRAMES:]]
    )


def open_link(
    side: Side,
    ports: dict[Side, int],
    impairment: StagedImpairment,
    deliver: Callable[[Delivery], None],
) -> UdpLink:
    """Return one end of a link, as the node makes it."""
    other = Side.PATIENT if side is Side.SURGEON else Side.SURGEON
    clock = SteadyClock()
    session = Session(
        session=os.getpid(),
        side=side,
        table=TABLE,
        paths={'main': NetworkPath(impairment)},
        protection=Unprotected(),
        now_ns=clock.now_ns(),
    )
    port = UdpSocket(LOCAL, ports[side], LOCAL, ports[other])
    return UdpLink(session, [port], clock, deliver, lambda error: print(repr(error)))


def echo_one_way_us(reservations: Reservations, frames: int, rate_hz: float) -> list[float]:
    """Return half the round trip of every datagram to a bare echo and back [us]."""
    port = udp_port(reservations)
    ours, theirs = SPAWN.Pipe()
    echo = SPAWN.Process(target=echo_datagrams, args=(theirs, port))
    echo.start()
    times_us: list[float] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect((LOCAL, port))
        client.settimeout(1.0)
        ours.recv()

        def ask() -> None:
            asked = time.perf_counter_ns()
            client.send(PAYLOAD)
            client.recv(2048)
            times_us.append((time.perf_counter_ns() - asked) / 2e3)

        at_rate(rate_hz, frames + WARM_UP_FRAMES, ask)
        client.send(b'')
    echo.join()
    return times_us[WARM_UP_FRAMES:]


def echo_datagrams(pipe: Connection, port: int) -> None:
    """Send back every datagram until an empty one comes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOCAL, port))
        pipe.send('ready')
        while True:
            data, sender = server.recvfrom(2048)
            if not data:
                return
            server.sendto(data, sender)


# --- relays between two DDS domains --------------------------------------------------------------

CHANNELS_YAML = """
channels:
  - {topic: /through_gateways, type: std_msgs/msg/Int64, direction: surgeon_to_patient,
     policy: latest, quality: stream}
"""
NO_WAN_YAML = """
description: none
source: none
date: '2026-11-21'
surgeon_to_patient: {base_delay_ms: 0.0, order: free}
patient_to_surgeon: {base_delay_ms: 0.0, order: free}
"""


def relay_rows(
    reservations: Reservations, messages: int, rate_hz: float
) -> Iterator[dict[str, object]]:
    """Yield a row for the two gateways and one for a bare relay, running side by side."""
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
    domains = {side: reservations.domain() for side in Side}
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        pids = running.enter_context(gateways(reservations, domains, folder))
        relay = SPAWN.Process(target=relay_bare, args=(domains,), daemon=True)
        relay.start()
        running.callback(relay.join)
        running.callback(relay.terminate)
        processes = {'/through_gateways': pids, '/through_relay': [relay.pid]}
        yield from measured_relays(domains, processes, messages, rate_hz)


def measured_relays(
    domains: dict[Side, int],
    processes: dict[str, list[int | None]],
    messages: int,
    rate_hz: float,
) -> Iterator[dict[str, object]]:
    """Publish on one side, listen on the other; yield a row per topic."""
    import rclpy
    from std_msgs.msg import Int64

    from telesurgery_ros import qos
    from telesurgery_ros.polling import PolledSubscription
    from telesurgery_ros.waiting import WaitingReader

    nodes = {}
    for side, domain in domains.items():
        context = rclpy.Context()
        rclpy.init(context=context, domain_id=domain)
        nodes[side] = rclpy.create_node(f'bench_link_{side.value}', context=context)
    times_us: dict[str, list[float]] = {topic: [] for topic in processes}

    def listener(topic: str) -> Callable[[Any, dict[str, Any]], None]:
        return lambda message, _info: times_us[topic].append((time.time_ns() - message.data) / 1e3)

    reader = WaitingReader(
        nodes[Side.PATIENT],
        {
            PolledSubscription(nodes[Side.PATIENT], Int64, topic): listener(topic)
            for topic in processes
        },
    )
    reader.start()
    publishers = {
        topic: nodes[Side.SURGEON].create_publisher(Int64, topic, qos.STREAM_OUT)
        for topic in processes
    }

    def publish_all() -> None:
        for publisher in publishers.values():
            publisher.publish(Int64(data=time.time_ns()))

    deadline = time.monotonic() + 20.0
    while not all(times_us.values()):
        if time.monotonic() > deadline:
            raise TimeoutError('a relay does not relay')
        publish_all()
        time.sleep(0.05)
    idle_s = 3.0
    before = {topic: processor_s(pids) for topic, pids in processes.items()}
    time.sleep(idle_s)
    idle_cores = {
        topic: (processor_s(pids) - before[topic]) / idle_s for topic, pids in processes.items()
    }
    for times in times_us.values():
        times.clear()
    before = {topic: processor_s(pids) for topic, pids in processes.items()}
    begun = time.monotonic()
    at_rate(rate_hz, messages, publish_all)
    time.sleep(0.5)
    took_s = time.monotonic() - begun
    for topic, pids in processes.items():
        spent_s = processor_s(pids) - before[topic] - idle_cores[topic] * took_s
        name = 'two gateways' if topic == '/through_gateways' else 'bare rclpy relay'
        yield row(
            f'relay, {name}',
            list(times_us[topic]),
            messages - len(times_us[topic]),
            1e6 * spent_s / messages,
        )
    reader.stop()
    for node in nodes.values():
        context = node.context
        node.destroy_node()
        context.shutdown()


@contextmanager
def gateways(
    reservations: Reservations, domains: dict[Side, int], folder: Path
) -> Iterator[list[int | None]]:
    """Run both gateways as processes; give their ids."""
    from telesurgery_ros.testing import NodeProcess

    (folder / 'channels.yaml').write_text(CHANNELS_YAML)
    (folder / 'link').mkdir()
    (folder / 'link' / 'none.yaml').write_text(NO_WAN_YAML)
    ports = {side: udp_port(reservations) for side in Side}
    with ExitStack() as running:
        pids: list[int | None] = []
        for side in Side:
            os.environ['ROS_DOMAIN_ID'] = str(domains[side])
            other = Side.PATIENT if side is Side.SURGEON else Side.SURGEON
            process = NodeProcess(
                'telesurgery_link.node',
                {
                    'side': side.value,
                    'port': ports[side],
                    'peer_port': ports[other],
                    'channels_file': str(folder / 'channels.yaml'),
                    'insecure': True,
                },
            )
            pids.append(running.enter_context(process).pid)
        yield pids


def relay_bare(domains: dict[Side, int]) -> None:
    """Relay as plainly as rclpy can: a raw subscription here, a publisher there."""
    import rclpy
    from rclpy.executors import SingleThreadedExecutor
    from std_msgs.msg import Int64

    from telesurgery_ros import qos

    contexts = {side: rclpy.Context() for side in Side}
    nodes = {}
    for side, context in contexts.items():
        rclpy.init(context=context, domain_id=domains[side])
        nodes[side] = rclpy.create_node(f'bench_relay_{side.value}', context=context)
    publisher = nodes[Side.PATIENT].create_publisher(Int64, '/through_relay', qos.STREAM_OUT)
    nodes[Side.SURGEON].create_subscription(
        Int64, '/through_relay', publisher.publish, qos.STREAM_IN, raw=True
    )
    executor = SingleThreadedExecutor(context=contexts[Side.SURGEON])
    executor.add_node(nodes[Side.SURGEON])
    executor.spin()


# --- tools ---------------------------------------------------------------------------------------


def at_rate(rate_hz: float, count: int, act: Callable[[], None]) -> None:
    """Call ``act`` so many times, at absolute times."""
    begun = time.monotonic()
    for number in range(count):
        left_s = begun + number / rate_hz - time.monotonic()
        if left_s > 0:
            time.sleep(left_s)
        act()


def udp_port(reservations: Reservations) -> int:
    """Return a UDP port that nobody uses."""

    def is_free(port: int) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((LOCAL, port))
            except OSError:
                return False
            return True

    return reservations.take('udp-port', filter(is_free, range(47300, 47390)))


def processor_s(pids: list[int | None]) -> float:
    """Return the processor time that the processes have used [s] (Linux)."""
    ticks = 0
    for pid in pids:
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf('SC_CLK_TCK')


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
