"""Two gateways as real processes in two DDS domains, and what passes between them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus  # noqa: E402
from std_msgs.msg import Int64  # noqa: E402

from telesurgery_bringup.reservations import Reservations  # noqa: E402
from telesurgery_link.channels import Side  # noqa: E402
from telesurgery_link.key_files import write_secret  # noqa: E402
from telesurgery_link.keys import PreSharedKey  # noqa: E402
from telesurgery_link.state import LinkState  # noqa: E402
from telesurgery_msgs.msg import LinkStatus, LinkTrace  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import now_ns, to_ns  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

MODULE = 'telesurgery_link.node'
LOCAL = '127.0.0.1'
MS = 1e-6
"""Nanoseconds to milliseconds."""
BUSY_MS = 25.0
"""What a machine that runs several test suites at once may add to a delay, in the median."""

TABLE = """
channels:
  - {topic: /up, type: std_msgs/msg/Int64, direction: surgeon_to_patient,
     policy: latest, quality: stream, trace: true}
  - {topic: /order, type: std_msgs/msg/Int64, direction: surgeon_to_patient,
     policy: ordered, quality: event}
  - {topic: /down, type: std_msgs/msg/Int64, direction: patient_to_surgeon,
     policy: latest, quality: stream}
  - {topic: /mood, type: std_msgs/msg/Int64, direction: patient_to_surgeon,
     policy: ordered, quality: latched}
"""


class Sides:
    """A gateway and a peer for the test on each side."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        reservations: Reservations,
        table: Path,
        profiles: Path,
        key_file: Path,
    ) -> None:
        self._monkeypatch = monkeypatch
        self._table = table
        self._profiles = profiles
        self._key_file = key_file
        self.domains = {side: reservations.domain() for side in Side}
        self.ports = {
            side: reservations.take('udp-port', filter(is_free, range(47300, 47390)))
            for side in Side
        }
        self.gateways: dict[Side, NodeProcess] = {}
        self.peers: dict[Side, Peer] = {}
        for side in Side:
            self.enter(side)
            self.peers[side] = Peer(f'peer_{side.value}')

    @property
    def surgeon(self) -> Peer:
        return self.peers[Side.SURGEON]

    @property
    def patient(self) -> Peer:
        return self.peers[Side.PATIENT]

    def enter(self, side: Side) -> None:
        self._monkeypatch.setenv('ROS_DOMAIN_ID', str(self.domains[side]))

    def start(
        self, at: Side, profile: str = 'lan', *, namespace: str = '/', **more: object
    ) -> NodeProcess:
        self.enter(at)
        other = Side.PATIENT if at is Side.SURGEON else Side.SURGEON
        parameters = {
            'side': at.value,
            'port': self.ports[at],
            'peer_port': self.ports[other],
            'channels_file': str(self._table),
            'profiles_folder': str(self._profiles),
            'profile': profile,
            'key_file': str(self._key_file),
            **more,
        }
        gateway = NodeProcess(MODULE, parameters, remap={'__ns': namespace})
        self.gateways[at] = gateway
        return gateway

    def end(self, side: Side) -> None:
        self.gateways.pop(side).__exit__(None, None, None)

    def close(self) -> None:
        for side in list(self.gateways):
            self.end(side)
        for peer in self.peers.values():
            peer.__exit__(None, None, None)


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
        return True


@pytest.fixture
def sides(
    monkeypatch: pytest.MonkeyPatch,
    reservations: Reservations,
    tmp_path: Path,
    workspace: Path,
) -> Iterator[Sides]:
    table = tmp_path / 'channels.yaml'
    table.write_text(TABLE)
    key_file = tmp_path / 'link.key'
    write_secret(key_file, PreSharedKey(bytes(range(32))).to_text())
    held = Sides(monkeypatch, reservations, table, workspace / 'config' / 'link', key_file)
    yield held
    held.close()


def collect(peer: Peer, topic: str, profile: Any) -> list[tuple[int, int, int]]:
    """Return a list that grows by (data, publication sequence number, time of arrival)."""
    received: list[tuple[int, int, int]] = []

    def take(message: Int64, info: dict[str, Any]) -> None:
        received.append((message.data, info['publication_sequence_number'], now_ns()))

    peer.node.create_subscription(Int64, topic, take, profile)
    return received


def publish_now(publisher: Any) -> None:
    publisher.publish(Int64(data=now_ns()))


@pytest.mark.parametrize(
    ('profile', 'one_way_ms', 'insecure'), [('lan', 0.1, True), ('rome_beijing', 67.0, False)]
)
def test_messages_pass_both_ways_with_the_delay_of_the_profile(
    sides: Sides, profile: str, one_way_ms: float, insecure: bool
) -> None:
    for side in Side:
        sides.start(side, profile, insecure=insecure)
    came_up = collect(sides.patient, '/up', qos.STREAM_IN)
    came_down = collect(sides.surgeon, '/down', qos.STREAM_IN)
    status = {
        side: peer.collect(LinkStatus, '/link/status', qos.STREAM_IN)
        for side, peer in sides.peers.items()
    }
    traces = sides.patient.collect(LinkTrace, '/trace/link', qos.EVENT)
    for sender, topic, receiver, came in (
        (sides.surgeon, '/up', sides.patient, came_up),
        (sides.patient, '/down', sides.surgeon, came_down),
    ):
        publisher = sender.publisher(Int64, topic, qos.STREAM_OUT)
        # A stream says nothing twice: what is sent before the receiver is known, or meets a burst
        # of losses, is followed by the next.
        timer = receiver.node.create_timer(0.01, partial(publish_now, publisher))
        receiver.spin_until(lambda came=came: len(came) >= 50)
        timer.cancel()
    for came in (came_up, came_down):
        delays_ms = [(arrived_ns - sent_ns) * MS for sent_ns, _, arrived_ns in came]
        assert min(delays_ms) >= one_way_ms
        assert np.median(delays_ms) <= one_way_ms + BUSY_MS

    for side, peer in sides.peers.items():
        heard = status[side]
        peer.spin_until(lambda heard=heard: heard and heard[-1].connected)
        newest = heard[-1]
        assert newest.side == side.value
        assert newest.profile == profile
        assert newest.sealed is not insecure
        assert 2 * one_way_ms <= newest.round_trip_p50_ms <= 2 * (one_way_ms + BUSY_MS)

        assert newest.state == 'connected'
        assert newest.paths[0].alive
        assert newest.paths[0].name == 'main'
        # Both gateways go by the same clock here; what the estimate adds is the asymmetry.
        assert abs(newest.clock_offset_ms) <= newest.clock_uncertainty_ms
        assert newest.clock_uncertainty_ms >= one_way_ms

    last = came_up[-1][1]
    sides.patient.spin_until(lambda: any(last in trace.message_number for trace in traces))
    check_traces(traces, {number: sent_ns for sent_ns, number, _ in came_up}, one_way_ms)


def check_traces(traces: list[Any], sent: dict[int, int], one_way_ms: float) -> None:
    """The numbers in the traces are those that DDS gave to the messages."""
    traced = {}
    for trace in traces:
        assert trace.topic == '/up'
        rows = zip(
            trace.message_number,
            trace.sent_stamp,
            trace.injected_delay,
            trace.arrival_stamp,
            strict=True,
        )
        traced.update({row[0]: tuple(map(to_ns, row[1:])) for row in rows})
    first, last = min(traced), max(traced)
    assert sorted(traced) == list(range(first, last + 1))
    assert len(traced) >= 40
    # A batch may have gone out before the test was known to listen.
    for number, sent_ns in ((n, t) for n, t in sent.items() if first <= n <= last):
        taken_ns, injected_ns, arrival_ns = traced[number]
        assert sent_ns <= taken_ns <= taken_ns + injected_ns <= arrival_ns
        assert injected_ns * MS >= one_way_ms


def test_state_crosses_for_those_who_come_late_and_events_in_order(sides: Sides) -> None:
    mood = sides.patient.node.create_publisher(Int64, '/mood', qos.LATCHED)
    mood.publish(Int64(data=7))
    for side in Side:
        sides.start(side)
    moods = collect(sides.surgeon, '/mood', qos.LATCHED)
    sides.surgeon.spin_until(lambda: [m[0] for m in moods] == [7])

    orders = collect(sides.patient, '/order', qos.EVENT)
    sides.patient.spin_until(lambda: sides.patient.node.count_publishers('/order') == 1)
    publisher = sides.surgeon.publisher(Int64, '/order', qos.EVENT)
    for number in range(50):
        publisher.publish(Int64(data=number))
    sides.patient.spin_until(lambda: len(orders) >= 50)
    assert [order[0] for order in orders] == list(range(50))


def test_a_gateway_that_ends_and_starts_anew_is_met_again(sides: Sides) -> None:
    for side in Side:
        sides.start(side, peer_timeout_s=0.3)
    mood = sides.patient.node.create_publisher(Int64, '/mood', qos.LATCHED)
    mood.publish(Int64(data=7))
    status = sides.patient.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    sides.patient.spin_until(lambda: status and status[-1].connected)
    sides.end(Side.SURGEON)
    sides.patient.spin_until(lambda: not status[-1].connected)
    assert status[-1].newest_age_ms > 300.0

    sides.start(Side.SURGEON, peer_timeout_s=0.3)
    sides.patient.spin_until(lambda: status[-1].connected)
    moods = collect(sides.surgeon, '/mood', qos.LATCHED)
    sides.surgeon.spin_until(lambda: [m[0] for m in moods] == [7])
    came_up = collect(sides.patient, '/up', qos.STREAM_IN)
    publisher = sides.surgeon.publisher(Int64, '/up', qos.STREAM_OUT)
    sides.patient.node.create_timer(0.01, partial(publish_now, publisher))
    sides.patient.spin_until(lambda: came_up)


def test_two_paths_are_told_apart_and_keys_are_renewed(
    sides: Sides, tmp_path: Path, reservations: Reservations
) -> None:
    second = {
        side: reservations.take('udp-port', filter(is_free, range(47300, 47390))) for side in Side
    }
    table = tmp_path / 'paths.yaml'
    table.write_text(
        'paths:\n'
        + ''.join(
            f'  - {{name: {name}, surgeon: {{host: {LOCAL}, port: {ports[Side.SURGEON]}}}, '
            f'patient: {{host: {LOCAL}, port: {ports[Side.PATIENT]}}}, profile: {profile}}}\n'
            for name, ports, profile in (('fibre', sides.ports, 'lan'), ('5g', second, 'none'))
        )
    )
    for side in Side:
        sides.start(side, 'none', paths=str(table), rekey_s=1.0)
    status = sides.patient.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    sides.patient.spin_until(lambda: status and all(path.alive for path in status[-1].paths))
    assert [(path.name, path.profile) for path in status[-1].paths] == [
        ('fibre', 'lan'),
        ('5g', 'none'),
    ]
    sides.patient.spin_until(lambda: len(status[-1].paths) == 2 and status[-1].key_exchanges >= 3)
    assert status[-1].connected
    sides.end(Side.SURGEON)
    sides.patient.spin_until(lambda: not any(path.alive for path in status[-1].paths))


def test_nothing_comes_back_the_way_it_went(sides: Sides) -> None:
    for side in Side:
        sides.start(side)
    came_up = collect(sides.patient, '/up', qos.STREAM_IN)
    echoes = collect(sides.surgeon, '/up', qos.STREAM_IN)
    publisher = sides.surgeon.publisher(Int64, '/up', qos.STREAM_OUT, matched=2)
    sides.patient.node.create_timer(0.01, partial(publish_now, publisher))
    sides.patient.spin_until(lambda: len(came_up) >= 10)
    sides.surgeon.spin_until(lambda: echoes)
    # Each side's own publisher is the only one, and the gateway the only one that listens.
    assert sides.surgeon.node.count_publishers('/up') == 1
    assert sides.patient.node.count_publishers('/up') == 1
    assert sides.patient.node.count_subscribers('/up') == 1


def test_what_comes_in_is_published_below_the_namespace_and_nowhere_else(sides: Sides) -> None:
    sides.start(Side.SURGEON)
    sides.start(Side.PATIENT, namespace='/site/B')
    came_up = collect(sides.patient, '/site/B/up', qos.STREAM_IN)
    came_down = collect(sides.surgeon, '/down', qos.STREAM_IN)
    status = sides.patient.collect(LinkStatus, '/site/B/link/status', qos.STREAM_IN)
    traces = sides.patient.collect(LinkTrace, '/site/B/trace/link', qos.EVENT)
    up = sides.surgeon.publisher(Int64, '/up', qos.STREAM_OUT)
    down = sides.patient.publisher(Int64, '/down', qos.STREAM_OUT)
    sides.surgeon.node.create_timer(0.01, partial(publish_now, down))
    sides.surgeon.spin_until(lambda: came_down)
    sides.patient.node.create_timer(0.01, partial(publish_now, up))
    sides.patient.spin_until(lambda: came_up and traces and status and status[-1].connected)
    assert traces[-1].topic == '/site/B/up'
    assert sides.patient.node.count_publishers('/up') == 0
    assert sides.patient.node.count_publishers('/link/status') == 0


@pytest.mark.parametrize(
    ('wrong', 'state'),
    [
        ({'key_file': 'other.key'}, LinkState.OTHER_KEYS),
        ({'insecure': True}, LinkState.PEER_INSECURE),
        ({'side': 'patient'}, LinkState.SAME_SIDE),
    ],
)
def test_a_peer_that_cannot_be_talked_to_is_told_in_status_and_diagnostics(
    sides: Sides, tmp_path: Path, wrong: dict[str, Any], state: LinkState
) -> None:
    if 'key_file' in wrong:
        wrong = {'key_file': str(tmp_path / wrong['key_file'])}
        write_secret(Path(wrong['key_file']), PreSharedKey(bytes(32)).to_text())
    sides.start(Side.PATIENT)
    sides.start(Side.SURGEON, **wrong)
    status = sides.patient.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    found = sides.patient.collect(DiagnosticArray, '/diagnostics', qos.EVENT)
    sides.patient.spin_until(lambda: status and status[-1].state == state.value)
    assert not status[-1].connected
    sides.patient.spin_until(lambda: found and found[-1].status[0].message == state.value)
    assert found[-1].status[0].level == DiagnosticStatus.ERROR
    assert found[-1].status[0].name == 'link/connection'


def test_strangers_are_counted_in_the_status(sides: Sides) -> None:
    sides.start(Side.PATIENT)
    status = sides.patient.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    sides.patient.spin_until(lambda: status)
    assert not status[-1].connected
    assert np.isnan(status[-1].round_trip_p50_ms)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(5):
            stranger.sendto(b'anything', (LOCAL, sides.ports[Side.PATIENT]))
    sides.patient.spin_until(lambda: status[-1].frames_refused == 5)


def refusal(gateway: NodeProcess) -> str:
    """Return the one line with which a gateway ends that was given something it cannot use."""
    code, output = gateway.wait()
    assert code == 2
    # Fast DDS itself may complain about what other, killed programs have left behind.
    own = [line for line in output.splitlines() if 'RTPS_' not in line]
    assert len(own) == 1, output
    assert own[0].startswith('[gateway] error: ')
    return own[0]


@pytest.mark.parametrize(
    ('wrong', 'names'),
    [
        ({'profile': 'mars'}, "link profile is 'mars'; allowed: 5g_driving"),
        ({'side': 'nurse'}, 'surgeon, patient'),
        ({'channels_file': '/no/such/file.yaml'}, '/no/such/file.yaml'),
        ({'colour': 'red'}, "unknown key 'colour'"),
        ({'key_file': '/no/such/link.key'}, './telesurgery keys'),
        ({'paths': '/no/such/paths.yaml'}, '/no/such/paths.yaml'),
        ({'port': 0}, '1 .. 65535'),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(
    sides: Sides, wrong: dict[str, Any], names: str
) -> None:
    gateway = sides.start(Side.SURGEON, **wrong)
    assert names in refusal(gateway)


def test_a_port_in_use_is_refused_in_one_line(sides: Sides) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other_program:
        other_program.bind((LOCAL, sides.ports[Side.SURGEON]))
        line = refusal(sides.start(Side.SURGEON))
    assert str(sides.ports[Side.SURGEON]) in line
    assert 'set another port' in line


def test_a_type_that_is_not_built_is_refused_in_one_line(sides: Sides, tmp_path: Path) -> None:
    table = tmp_path / 'unknown.yaml'
    table.write_text(TABLE.replace('std_msgs/msg/Int64', 'no_such_msgs/msg/Thing'))
    gateway = sides.start(Side.SURGEON, channels_file=str(table))
    assert 'no_such_msgs/msg/Thing' in refusal(gateway)


@pytest.mark.parametrize('side', list(Side))
def test_the_shipped_table_is_served_on_both_sides(
    sides: Sides, side: Side, workspace: Path
) -> None:
    from telesurgery_link.channels import ChannelTable

    shipped = workspace / 'config' / 'channels.yaml'
    sides.start(side, 'rome_beijing', channels_file=str(shipped))
    table = ChannelTable.load(shipped)
    node = sides.peers[side].node

    def is_served() -> bool:
        return all(
            node.count_subscribers(channel.topic) == 1 for channel in table.towards(side.sends)
        ) and all(
            node.count_publishers(channel.topic) == 1 for channel in table.towards(side.receives)
        )

    sides.peers[side].spin_until(is_served)
