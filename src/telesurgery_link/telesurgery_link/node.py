"""Node ``gateway``: one side's end of the link, the same program on both sides.

Knows no message type: what it forwards are serialised bytes, by the channel table. What comes in
is published below the node's namespace; what goes out has the names of the table.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node

from telesurgery_link.channels import Channel, ChannelTable, Quality, Side
from telesurgery_link.diagnosis import diagnose
from telesurgery_link.impairment import Streams
from telesurgery_link.key_files import load_keys
from telesurgery_link.news import Facts, News
from telesurgery_link.outlet import Outlet, below_namespace, message_type
from telesurgery_link.parameters import GatewayParameters
from telesurgery_link.path import Path as NetworkPath
from telesurgery_link.paths import PathRow
from telesurgery_link.profile_control import ProfileControl
from telesurgery_link.profiles import load_profile
from telesurgery_link.protection import Protection, Unprotected
from telesurgery_link.receiving import Delivery
from telesurgery_link.sealed import Sealed
from telesurgery_link.session import Session
from telesurgery_link.status import diagnostics_message, status_message
from telesurgery_link.udp import SteadyClock, UdpLink, UdpSocket
from telesurgery_msgs.msg import LinkStatus, LinkTrace
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import now_ns
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.priority import make_process_realtime
from telesurgery_ros.run import run, stopping
from telesurgery_ros.waiting import WaitingReader

STATUS_PERIOD_S = 0.1
NEWS_PERIOD_S = 1.0
THREAD_SWITCH_S = 0.0005
"""Longest time that one thread may hold the interpreter while the link's is due."""

SUBSCRIBED = {
    Quality.STREAM: qos.STREAM_IN,
    Quality.EVENT: qos.EVENT,
    Quality.LATCHED: qos.LATCHED,
}


class GatewayNode(Node):
    """Forwards the channels of its side over UDP, and publishes what the peer sends."""

    NAME = 'gateway'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        sys.setswitchinterval(THREAD_SWITCH_S)
        self._settings = parameter_loader.load(self, GatewayParameters)
        self._side = Side(self._settings.side)
        self._table = ChannelTable.load(Path(self._settings.channels_file))
        self._outlets = {c.id: Outlet(self, c) for c in self._table.towards(self._side.receives)}
        self._paths = self._settings.path_table().paths
        self._link = self._make_link()
        self._profiles = ProfileControl(
            self,
            self._link,
            self._table,
            self._side.sends,
            self._settings,
            {row.name: row.profile for row in self._paths},
        )
        self._reader = WaitingReader(
            self,
            {
                self._subscribe(channel): partial(self._forward, channel.id)
                for channel in self._table.towards(self._side.sends)
            },
        )
        self._status = self.create_publisher(
            LinkStatus, below_namespace(self, '/link/status'), qos.STREAM_OUT
        )
        self._traces = self.create_publisher(
            LinkTrace, below_namespace(self, '/trace/link'), qos.EVENT
        )
        self._diagnostics = self.create_publisher(DiagnosticArray, '/diagnostics', qos.EVENT)
        self._news = News()
        self.create_timer(STATUS_PERIOD_S, self._publish_status)
        self.create_timer(NEWS_PERIOD_S, self._tell_news)
        self.create_timer(NEWS_PERIOD_S, self._publish_diagnostics)
        self._link.start()
        self._reader.start()
        self._prioritise()
        self.get_logger().info(
            f'{self._side.value} side, '
            + ('insecure, ' if self._settings.insecure else 'sealed, ')
            + '; '.join(self._words(row) for row in self._paths)
        )

        if self._settings.insecure:
            self.get_logger().warning(
                'INSECURE: no key is used, who can reach the port can command the robot'
            )

    def close(self) -> None:
        """End the threads and free the ports."""
        self._reader.stop()
        self._link.stop()

    def _prioritise(self) -> None:
        priority = self._settings.realtime_priority
        if priority and not make_process_realtime(priority):
            self.get_logger().info(
                'no real-time priority is permitted here: frames may be late on a busy machine'
            )

    def _words(self, row: PathRow) -> str:
        own, peer = row.end(self._side), row.end(self._side.other)
        return (
            f'path {row.name}: link {row.profile}, port {own.port}, peer {peer.host}:{peer.port}'
        )

    def _open_socket(self, row: PathRow) -> UdpSocket:
        own, peer = row.end(self._side), row.end(self._side.other)
        return UdpSocket(own.own_host, own.port, peer.host, peer.port)

    def _make_link(self) -> UdpLink:
        parameters = self._settings
        clock = SteadyClock()
        started_ns = clock.now_ns()
        number = secrets.randbelow(2**64 - 1) + 1
        session = Session(
            session=number,
            side=self._side,
            table=self._table,
            paths={
                row.name: self._make_path(row, index, started_ns)
                for index, row in enumerate(self._paths)
            },
            protection=self._protect(number, started_ns),
            now_ns=started_ns,
            ping_period_ns=round(parameters.ping_period_s * 1e9),
            peer_timeout_ns=round(parameters.peer_timeout_s * 1e9),
            path_timeout_ns=round(parameters.path_timeout_s * 1e9),
            window_ns=round(parameters.window_s * 1e9),
        )
        sockets = [self._open_socket(row) for row in self._paths]
        return UdpLink(session, sockets, clock, self._deliver, stopping.request)

    def _make_path(self, row: PathRow, index: int, started_ns: int) -> NetworkPath:
        profile = load_profile(row.profile, self._settings.profiles_path)
        direction = self._side.sends
        streams = Streams.seeded(self._settings.seed, direction.index, path=index)
        impairment = profile.impairment(direction, streams, started_ns, self._table.channels)
        return NetworkPath(impairment)

    def _protect(self, session: int, now_ns: int) -> Protection:
        parameters = self._settings
        if parameters.insecure:
            return Unprotected(self._side)
        keys = load_keys(
            Path(parameters.key_file).expanduser(),
            Path(parameters.peer_certificate).expanduser(),
            datetime.now(timezone.utc),
        )
        return Sealed(
            side=self._side,
            session=session,
            keys=keys,
            randomness=os.urandom,
            now_ns=now_ns,
            rekey_ns=round(parameters.rekey_s * 1e9),
        )

    def _subscribe(self, channel: Channel) -> PolledSubscription[Any]:
        profile = SUBSCRIBED[channel.quality]
        return PolledSubscription(self, message_type(channel), channel.topic, profile, raw=True)

    def _forward(self, channel: int, payload: bytes, _info: dict[str, Any]) -> None:
        self._link.send(channel, payload)

    def _deliver(self, delivery: Delivery) -> None:
        self._outlets[delivery.channel.id].publish(delivery)

    def _publish_status(self) -> None:
        report = self._link.report()
        self._status.publish(
            status_message(
                report,
                side=self._side.value,
                profiles=self._profiles.names,
                window_s=self._settings.window_s,
                clock_step_ns=self._link.clock_step_ns(),
                refused=sum(self._link.refused().values()),
                stamp_ns=now_ns(),
            )
        )
        for outlet in self._outlets.values():
            batch = outlet.trace_batch()
            if batch is not None:
                self._traces.publish(batch)

    def _publish_diagnostics(self) -> None:
        found = diagnose(self._link.report(), self._link.clock_step_ns())
        namespace = below_namespace(self, '/').lstrip('/')
        self._diagnostics.publish(
            diagnostics_message(found, self._side.value, now_ns(), namespace)
        )

    def _tell_news(self) -> None:
        refused = self._link.refused()
        with self._link.lock:
            session = self._link.session
            facts = Facts(
                state=session.report(self._link.now_ns()).state,
                restarts=session.peer.restarts,
                refused=refused,
                unsent=self._link.unsent,
                unsent_reason=self._link.last_error,
                given_up=session.unacknowledged_given_up,
                incomplete=session.incomplete,
                oversized=session.oversized,
            )
        for sentence in self._news.since(facts):
            if sentence.is_trouble:
                self.get_logger().warning(sentence.text)
            else:
                self.get_logger().info(sentence.text)


def main() -> int:
    """Run the node."""
    return run(GatewayNode)
