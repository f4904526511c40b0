"""How punctual a replay is, beside a bare timer loop and the speed of reading in the same run.

    ./telesurgery bench replay [--seconds 20] [--bag BAG]

The console replays a recording; its publications are followed by their numbers and by the times at
which DDS sent them. An error is the spacing of two publications less the spacing of the recorded
poses. The bare loop sleeps until the same instants and does nothing.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path

import harness
import numpy as np
from geometry_msgs.msg import PoseStamped
from rosbags.highlevel import AnyReader

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import load_timeline
from telesurgery_core.transforms import Array
from telesurgery_recording.reader import Recording
from telesurgery_ros import qos
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.priority import make_realtime
from telesurgery_ros.testing import NodeProcess, Peer
from telesurgery_ros.waiting import WaitingReader

SHIPPED = harness.WORKSPACE / 'recordings' / 'dvtrainer_two_hands'
RATE_HZ, PRIORITY = 200.0, 10


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--bag', type=Path, default=SHIPPED, help='the recording')
    parser.add_argument('--seconds', type=float, default=20.0, help='of it')
    arguments = parser.parse_args(argv)
    timeline = load_timeline(arguments.bag, TimeSource.HEADER, RATE_HZ).part(
        0.0, arguments.seconds
    )
    due_ns = np.array([sample.stamp_ns for sample in timeline.samples if sample.right])
    bare: list[float] = []
    loop = threading.Thread(target=_bare_loop, args=(due_ns * 1e-9, bare), daemon=True)
    sent = _published(arguments, len(due_ns), loop)
    loop.join()
    # What comes after the last sample says that the operator has gone.
    numbers = np.array([number for number in sorted(sent) if number <= len(due_ns)])
    together = np.diff(numbers) == 1
    times_ns = np.array([sent[number] for number in numbers])
    spacing = np.diff(times_ns) - np.diff(due_ns[numbers - 1])
    rows = [
        {'what': 'replay', **_errors(spacing[together] * 1e-6), 'read_per_s': None},
        {'what': 'bare loop', **_errors(_spacing_ms(due_ns, bare)), 'read_per_s': None},
        {'what': 'rosbags', **_errors(np.zeros(0)), 'read_per_s': _rosbags(arguments.bag)},
        {'what': 'Recording', **_errors(np.zeros(0)), 'read_per_s': _ours(arguments.bag)},
    ]
    harness.report(
        'replay',
        rows,
        settings={'bag': arguments.bag.name, 'seconds_s': arguments.seconds},
        notes='Errors of the spacing, without sign. Reading is with decoding, every message.',
    )
    return 0


def _published(
    arguments: argparse.Namespace, count: int, loop: threading.Thread
) -> dict[int, int]:
    """Return when each publication of the right hand was sent [ns], by its number."""
    sent: dict[int, int] = {}
    parameters = {
        'device': 'replay',
        'bag': arguments.bag,
        'seconds': arguments.seconds,
        'rate_hz': RATE_HZ,
        'linger_s': 1.0,
    }
    with Peer('bench') as peer:
        subscription = PolledSubscription(peer.node, PoseStamped, '/MTMR/measured_cp', qos.EVENT)

        def take(_message: object, info: dict[str, int]) -> None:
            sent[info['publication_sequence_number']] = info['source_timestamp']

        reader = WaitingReader(peer.node, {subscription: take})
        reader.start()
        with NodeProcess('telesurgery_console.node', parameters) as console:
            peer.spin_until(lambda: sent, deadline_s=60.0)
            loop.start()
            make_realtime(loop, PRIORITY)
            console.wait_and_spin(peer)
        reader.stop()
    if len(sent) < count // 2:
        raise RuntimeError(f'{len(sent)} of {count} publications came; allowed: half at least')
    return sent


def _bare_loop(due_s: Array, at: list[float]) -> None:
    begin = time.monotonic()
    for due in due_s:
        time.sleep(max(begin + due - time.monotonic(), 0.0))
        at.append(time.monotonic())


def _spacing_ms(due_ns: Array, at_s: list[float]) -> Array:
    result: Array = np.diff(np.array(at_s)) * 1e3 - np.diff(due_ns) * 1e-6
    return result


def _errors(errors_ms: Array) -> dict[str, float | int | None]:
    return harness.distribution('error', np.abs(errors_ms), 'ms')


def _rosbags(bag: Path) -> float:
    begin = time.perf_counter()
    with AnyReader([bag]) as reader:
        count = 0
        for connection, _, data in reader.messages():
            reader.deserialize(data, connection.msgtype)
            count += 1
    return count / (time.perf_counter() - begin)


def _ours(bag: Path) -> float:
    begin = time.perf_counter()
    with Recording(bag) as recording:
        count = sum(recording.decode(message) is not None for message in recording.messages())
    return count / (time.perf_counter() - begin)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
