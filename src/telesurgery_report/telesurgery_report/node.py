"""Node ``relays``: a chain of bare rclpy relays beside a session, for comparison.

A command goes from the console through motion, the surgeon's gateway, the patient's gateway and
the arms to the simulator: four processes that pass it on, between a first that stamps it and a
last that takes the time. The bare chain has the same shape and nothing in it::

    source -> relay -> relay -> relay -> relay -> sink

Every arrow is one hop over DDS with the quality of service of the session's streams, every relay a
process of its own that publishes the bytes it gets, undecoded. It carries the same message
(TeleopCommand). So the chain is what ROS itself takes for that way, on this machine at this
moment. Two things are in its favour or against it: the session's third hop is a datagram between
the gateways instead of DDS, and the arms and the simulator work at 500 Hz, so that a command waits
for their next tick, which no relay does. Source and sink are one process (this one), so that one
clock stamps both ends; they are not among the relays.

The chain runs at the rate of the command stream, because processes that are woken seldom are
slower (at 50 Hz by half, measured), but only one second in four: all the time it would take a
third of a core from the session. What it measures while it wakes up, in the first tenth of a
second of a burst, is left out. It belongs into a DDS domain of its own, where it does not meet the
session's discovery; ``report_domain`` names the domain in which ``/trace/relay`` is recorded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import rclpy
from rclpy.context import Context
from rclpy.node import Node

from telesurgery_msgs.msg import RelayTrace, TeleopCommand
from telesurgery_report.parameters import OWN_DOMAIN, RelaysParameters
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import now_ns, to_ns, to_stamp
from telesurgery_ros.run import Finished, run

TRACE_PERIOD_S = 0.1
ORPHAN_CHECK_S = 1.0
WAKE_UP_S = 0.1


class RelaysNode(Node):
    """Source and sink of the chain; starts the relays in between and ends them."""

    NAME = 'relays'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._settings = parameter_loader.load(self, RelaysParameters)
        relays = self._settings.relays
        self._reporter = _Reporter(self, self._settings.report_domain)
        self._passages: list[tuple[int, int]] = []
        self._burst_ns = now_ns()
        self._source = self.create_publisher(TeleopCommand, _hop(0), qos.STREAM_OUT)
        self.create_subscription(TeleopCommand, _hop(relays), self._arrived, qos.STREAM_IN)
        self._relays = [_start_relay(index) for index in range(relays)]
        cycle_s = self._settings.burst_s + self._settings.pause_s
        self._sending = self.create_timer(1.0 / self._settings.rate_hz, self._send)
        self.create_timer(cycle_s, self._begin_burst)
        self.create_timer(TRACE_PERIOD_S, self._tell)

    def _begin_burst(self) -> None:
        self._burst_ns = now_ns()
        self._sending.reset()

    def _send(self) -> None:
        now = now_ns()
        if now - self._burst_ns >= self._settings.burst_s * 1e9:
            self._sending.cancel()
            return
        command = TeleopCommand()
        command.header.stamp = to_stamp(now)
        self._source.publish(command)

    def _arrived(self, command: Any) -> None:
        arrival_ns, sent_ns = now_ns(), to_ns(command.header.stamp)
        if sent_ns - self._burst_ns >= WAKE_UP_S * 1e9:
            self._passages.append((sent_ns, arrival_ns))

    def _tell(self) -> None:
        for index, process in enumerate(self._relays):
            if process.poll():
                self.get_logger().error(
                    f'relay {index} ended with code {process.returncode}; '
                    'the chain is broken and measures nothing more',
                    once=True,
                )
        passages, self._passages = self._passages, []
        if passages:
            self._reporter.publish(self._settings.relays, passages, now_ns())

    def close(self) -> None:
        """Tell the rest and end the relays."""
        self._tell()
        for process in self._relays:
            process.terminate()
        for process in self._relays:
            process.wait()
        self._reporter.close()


class _Reporter:
    """Publishes ``/trace/relay`` in the domain that is recorded."""

    def __init__(self, node: Node, domain: int) -> None:
        self._context: Context | None = None
        self._node = node
        if domain != OWN_DOMAIN:
            self._context = Context()
            rclpy.init(context=self._context, domain_id=domain)
            # A launch file's name for the process, a global argument, is the other node's.
            self._node = rclpy.create_node(
                f'{node.get_name()}_trace', context=self._context, use_global_arguments=False
            )
        self._publisher = self._node.create_publisher(RelayTrace, '/trace/relay', qos.EVENT)

    def publish(self, relays: int, passages: list[tuple[int, int]], now: int) -> None:
        trace = RelayTrace(relays=relays)
        trace.header.stamp = to_stamp(now)
        trace.sent_stamp = [to_stamp(sent_ns) for sent_ns, _ in passages]
        trace.arrival_stamp = [to_stamp(arrival_ns) for _, arrival_ns in passages]
        self._publisher.publish(trace)

    def close(self) -> None:
        if self._context is not None:
            self._node.destroy_node()
            rclpy.shutdown(context=self._context)


def _start_relay(index: int) -> subprocess.Popen[bytes]:
    code = f'from telesurgery_report.node import relay; relay({index}, {os.getpid()})'
    return subprocess.Popen([sys.executable, '-c', code], stdin=subprocess.DEVNULL)


class RelayNode(Node):
    """Passes on what arrives, byte for byte, until told to stop or left behind."""

    NAME = 'relay'
    INDEX = 0
    PARENT = 0

    def __init__(self) -> None:
        super().__init__(self.NAME)
        onward = self.create_publisher(TeleopCommand, _hop(self.INDEX + 1), qos.STREAM_OUT)
        self.create_subscription(
            TeleopCommand, _hop(self.INDEX), onward.publish, qos.STREAM_IN, raw=True
        )
        self.create_timer(ORPHAN_CHECK_S, self._end_when_orphaned)

    def _end_when_orphaned(self) -> None:
        if os.getppid() != self.PARENT:
            raise Finished


def relay(index: int, parent: int) -> int:
    """Run relay ``index`` of the chain whose ends are the process ``parent``."""
    name = f'relay_{index}'
    return run(type(name, (RelayNode,), {'NAME': name, 'INDEX': index, 'PARENT': parent}))


def _hop(index: int) -> str:
    """Return the topic of a hop; hop 0 leaves the source."""
    return f'/relays/hop_{index}'


def main() -> int:
    """Run the node; returns the exit code."""
    return run(RelaysNode)
