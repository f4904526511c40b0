"""What the link adds: accuracy of injected delays, cost of a forwarded frame, throughput.

Three measurements, each with its yardstick beside it in the same run:

- ``delay``: delivered against requested delay per frame, over loopback between two processes at
  1000 frames a second; beside it the one-way time of a bare UDP echo at the same rate.
- ``relay``: a message relayed between two DDS domains by two gateways without an injected WAN;
  beside it one process with a raw rclpy subscription and publisher.
- ``load``: four control streams of 500 Hz and video of 30 Mbit/s through both gateways; beside it
  the same through a bare relay.
"""

from __future__ import annotations

import argparse
import sys

import harness
from link_parts.delay import delay_rows
from link_parts.relays import relay_rows
from link_parts.throughput import throughput_rows

from telesurgery_bringup.reservations import Reservations

PARTS = ('delay', 'relay', 'load')


def main(argv: list[str]) -> int:
    """Measure, print and write the figures."""
    arguments = _arguments(argv)
    rows: list[dict[str, object]] = []
    with Reservations() as held:
        if 'delay' in arguments.parts:
            rows += delay_rows(held, arguments.frames, arguments.rate)
        if 'relay' in arguments.parts:
            rows += relay_rows(held, arguments.messages, arguments.relay_rate)
        if 'load' in arguments.parts:
            rows += throughput_rows(held, arguments.seconds, arguments.video)
    harness.report(
        'link',
        rows,
        settings={
            'frames_count': arguments.frames,
            'frame_rate_hz': arguments.rate,
            'messages_count': arguments.messages,
            'message_rate_hz': arguments.relay_rate,
            'load_s': arguments.seconds,
            'video_mbit_per_s': arguments.video,
        },
        notes=(
            'Injected delay: delivered less requested delay of each frame, sealed; for the bare '
            'echo half of its round trip.\nRelay and load: time from publishing in one DDS domain '
            'to the callback in the other; processor time of the relaying processes, under load '
            'video included.'
        ),
    )
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        '--parts', nargs='+', choices=PARTS, default=PARTS, help='what to measure (default: all)'
    )
    parser.add_argument('--frames', type=int, default=10_000, help='frames per injected delay')
    parser.add_argument('--rate', type=float, default=1000.0, help='frames a second of these')
    parser.add_argument('--messages', type=int, default=4000, help='messages through each relay')
    parser.add_argument('--relay-rate', type=float, default=200.0, help='messages a second')
    parser.add_argument('--seconds', type=float, default=20.0, help='length of the load')
    parser.add_argument('--video', type=float, default=30.0, help='video under load [Mbit/s]')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
