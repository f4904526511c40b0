"""``./telesurgery events``: read an event log, and verify its chain."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from telesurgery_safety.event_log import EventRecord, Verification

EXIT_BROKEN = 1
EXIT_REFUSED = 2


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments, as argparse does."""
    _parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a log; 0 if its chain holds, 1 if it is broken, 2 if there is none."""
    arguments = _parser().parse_args(argv)
    from telesurgery_safety.event_log import verify

    try:
        lines = arguments.file.read_bytes().splitlines()
    except OSError as error:
        print(
            f'events: error: {str(arguments.file)!r} cannot be read ({error.strerror}); allowed: '
            'an event log; check the path',
            file=sys.stderr,
        )
        return EXIT_REFUSED
    found = verify((line.decode(errors='replace') for line in lines), arguments.head)
    if not arguments.quiet:
        for record in found.records:
            print(_readable(record))
    return _judge(found, str(arguments.file))


def _judge(found: Verification, name: str) -> int:
    for finding in found.findings:
        print(f'events: {name}, line {finding.line}: {finding.text}', file=sys.stderr)
    broken = found.broken
    if broken is not None:
        print(f'events: BROKEN at line {broken.line}: nothing from there on is proven')
        return EXIT_BROKEN
    head = found.records[-1].hash if found.records else 'none'
    print(f'events: {len(found.records)} records, the chain holds; its last hash is {head}')
    return 0


def _readable(record: EventRecord) -> str:
    moment = datetime.fromtimestamp(record.time_ns // 10**9, timezone.utc)
    time = f'{moment:%Y-%m-%d %H:%M:%S}.{record.time_ns // 10**6 % 1000:03d}Z'
    return (
        f'{record.index:5d}  {time}  {record.who:<10}  {record.arm or "-":<4}  '
        f'{record.what}: {record.why}'
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery events',
        description='Print an event log and verify its chain: a record that was changed, removed, '
        'moved or put in is named by its line. A line that a crash has cut off is named, and '
        'hides nothing of the rest.',
    )
    parser.add_argument('file', type=Path, metavar='FILE', help='output/events-<time>.jsonl')
    parser.add_argument(
        '--head',
        default='',
        metavar='HASH',
        help='a hash from elsewhere (the bag of a console) that must be in the log: tells a log '
        'whose end was cut off, or that was written anew',
    )
    parser.add_argument('--quiet', action='store_true', help='print the verdict alone')
    return parser


if __name__ == '__main__':
    sys.exit(main())
