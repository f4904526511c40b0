"""What bare rclpy relays take, by rate: latency through the chain and processor time."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import harness
import numpy as np

from telesurgery_msgs.msg import RelayTrace
from telesurgery_ros import qos
from telesurgery_ros.conversions import to_ns
from telesurgery_ros.testing import NodeProcess, Peer

SETTLE_BATCHES = 10
"""Batches (of 0.1 s) that are heard before measuring begins."""


def main(argv: list[str]) -> int:
    """Measure the chain at each rate and report."""
    parser = argparse.ArgumentParser(prog='bench relays', description=__doc__)
    parser.add_argument('--rates', type=float, nargs='+', default=[50.0, 200.0], metavar='HZ')
    parser.add_argument('--relays', type=int, default=4, metavar='N')
    parser.add_argument('--seconds', type=float, default=10.0, help='measured at each rate')
    arguments = parser.parse_args(argv)
    rows = [_measure(arguments.relays, rate, arguments.seconds) for rate in arguments.rates]
    harness.report(
        'relays',
        rows,
        settings={'relays_count': arguments.relays, 'seconds_each_s': arguments.seconds},
        notes=(
            'TeleopCommand passed on undecoded by single-purpose rclpy processes; processor time '
            'is that of all relays together with source and sink.'
        ),
    )
    return 0


def _measure(relays: int, rate_hz: float, seconds: float) -> dict[str, object]:
    parameters = {'relays': relays, 'rate_hz': rate_hz, 'pause_s': 0.0, 'burst_s': 60.0}
    with Peer('bench') as peer, NodeProcess('telesurgery_report.node', parameters) as node:
        traces = peer.collect(RelayTrace, '/trace/relay', qos.EVENT)
        peer.spin_until(lambda: len(traces) >= SETTLE_BATCHES)
        traces.clear()
        before_s, begin = _processor_s(node.pid), time.monotonic()
        end = begin + seconds
        peer.spin_until(lambda: time.monotonic() >= end, deadline_s=2 * seconds)
        elapsed_s = time.monotonic() - begin
        cores = (_processor_s(node.pid) - before_s) / elapsed_s
        latency_ms = [
            (to_ns(arrival) - to_ns(sent)) / 1e6
            for trace in traces
            for sent, arrival in zip(trace.sent_stamp, trace.arrival_stamp, strict=True)
        ]
    return {
        'rate_hz': rate_hz,
        **harness.distribution('latency', np.array(latency_ms), 'ms'),
        'processor_cores': round(cores, 3),
    }


def _processor_s(pid: int) -> float:
    """Return the processor time [s] of a process and its children."""
    children = Path(f'/proc/{pid}/task/{pid}/children').read_text().split()
    ticks = 0
    for process in (pid, *children):
        fields = Path(f'/proc/{process}/stat').read_text().rpartition(')')[2].split()
        ticks += int(fields[11]) + int(fields[12])  # user and system
    return ticks / os.sysconf('SC_CLK_TCK')


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
