"""``./telesurgery bag`` (``ros2 run telesurgery_recording bag``): look at, mend and merge bags."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.facts import RecordingFacts, facts_of
from telesurgery_recording.merging import merge
from telesurgery_recording.repairing import repair
from telesurgery_recording.topic_facts import TopicFacts

EXIT_REFUSED = 2
EXIT_FAULTS = 1
"""Exit code of ``info`` for a bag with which something is wrong."""


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments, as argparse does."""
    _parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out the command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except RecordingError as error:
        print(f'bag: error: {error}', file=sys.stderr)
        return EXIT_REFUSED


def _info(arguments: argparse.Namespace) -> int:
    now_ns = time.time_ns()
    found = [facts_of(path, now_ns) for path in arguments.bags]
    if arguments.json:
        _show(json.dumps([_plain(dataclasses.asdict(facts)) for facts in found], indent=2))
    else:
        _show('\n\n'.join(_described(facts) for facts in found))
    faulty = any(f.faults or any(topic.wrong for topic in f.topics) for f in found)
    return EXIT_FAULTS if faulty else 0


def _show(text: str) -> None:
    """Print what may be long; a reader that has seen enough (``| head``) is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What Python still holds for the reader would fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _repair(arguments: argparse.Namespace) -> int:
    target = arguments.output or Path(f'{str(arguments.bag.with_suffix("")).rstrip("/")}-repaired')
    done = repair(arguments.bag, target)
    for fault in done.faults:
        print(f'bag: {fault.kind.value}: {fault.detail}')
    print(f'{done.folder}: {done.count} messages; {arguments.bag} is as it was')
    return 0


def _merge(arguments: argparse.Namespace) -> int:
    done = merge(
        arguments.reference,
        arguments.other,
        arguments.output,
        prefix_all=arguments.prefix == 'all',
        offset_ms=arguments.offset_ms,
    )
    for note in done.notes:
        print(f'bag: {note}')
    within = '' if math.isnan(done.uncertainty_ms) else f', within {done.uncertainty_ms:.2f} ms'
    print(
        f'{done.folder}: {done.count} messages on the clock of the {done.reference} side; the '
        f'other one was {done.offset_ms:.3f} ms ahead{within}; {len(done.renamed)} topics have '
        'their side before their names'
    )
    return 0


def _described(facts: RecordingFacts) -> str:
    began = datetime.fromtimestamp(facts.begin_ns * 1e-9, tz=timezone.utc)
    size = sum(size for _, size in facts.files) * 1e-6
    lines = [
        f'{facts.path}: {facts.format}, {len(facts.files)} files, {size:.1f} MB'
        + (f', {facts.side} side' if facts.side else ''),
        f'{facts.count} messages in {facts.duration_s:.1f} s from {began:%Y-%m-%d %H:%M:%S} UTC on'
        if facts.count
        else 'no message',
    ]
    if not math.isnan(facts.clock_offset_ms):
        lines.append(
            f"the peer's clock was {facts.clock_offset_ms:.3f} ms ahead of this one, "
            f'within {facts.clock_uncertainty_ms:.2f} ms'
        )
    lines += [f'wrong: {fault}' for fault in facts.faults]
    lines += [f'missed: {count} of {topic}' for topic, count in facts.missed.items()]
    if facts.session.get('versions'):
        versions = json.loads(facts.session['versions'])
        named = ('telesurgery', 'ros', 'python', 'system')
        lines.append('recorded with ' + ', '.join(f'{n} {versions.get(n, "?")}' for n in named))
    width = max((len(topic.name) for topic in facts.topics), default=0)
    for topic in facts.topics:
        lines += _topic_lines(topic, width)
    return '\n'.join(lines)


def _topic_lines(topic: TopicFacts, width: int) -> list[str]:
    rate = '' if math.isnan(topic.rate_hz) else f'{topic.rate_hz:8.1f} Hz'
    gap = f'  longest gap {topic.longest_gap_s:.2f} s' if topic.count > 1 else ''
    lines = [f'  {topic.name:<{width}}  {topic.count:>8} {rate:>11}  {topic.type}{gap}'.rstrip()]
    if topic.path is not None:
        lines.append(f'    {topic.path.describe()}')
    lines += [f'    wrong: {what}' for what in topic.wrong]
    if topic.stamps is not None and topic.stamps.words():
        lines.append(f'    stamps: {", ".join(topic.stamps.words())}')
    if topic.note:
        lines.append(f'    {topic.note}')
    return lines


def _plain(value: Any) -> Any:
    """Return what JSON can hold: it has no number for what is not known."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery bag',
        description='Look at, mend and merge recordings (rosbag2, MCAP or SQLite3). Needs no ROS. '
        'No recording is ever changed: what is made is a new one.',
    )
    commands = parser.add_subparsers(required=True, metavar='COMMAND')
    info = commands.add_parser('info', help='what is in recordings, and what is wrong with them')
    info.add_argument('bags', nargs='+', type=Path, metavar='BAG', help='folder or file')
    info.add_argument('--json', action='store_true', help='for programs')
    info.set_defaults(run=_info)
    mend = commands.add_parser('repair', help='a new recording of all that can be read of one')
    mend.add_argument('bag', type=Path, metavar='BAG', help='folder or file')
    mend.add_argument('--output', type=Path, metavar='DIR', help='default: BAG-repaired')
    mend.set_defaults(run=_repair)
    both = commands.add_parser('merge', help="both sides in one recording, on one side's clock")
    both.add_argument('reference', type=Path, metavar='BAG', help='the side whose clock counts')
    both.add_argument('other', type=Path, metavar='OTHER', help='the other side')
    both.add_argument('--output', type=Path, metavar='DIR', required=True, help='a new folder')
    both.add_argument(
        '--prefix',
        choices=('shared', 'all'),
        default='shared',
        help='which topics get their side before their names (default: those that are in both)',
    )
    both.add_argument(
        '--offset-ms',
        type=float,
        metavar='MS',
        help="the other side's clock less the first one's, instead of the measured one",
    )
    both.set_defaults(run=_merge)
    return parser


if __name__ == '__main__':
    sys.exit(main())
