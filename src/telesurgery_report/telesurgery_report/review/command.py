"""``./telesurgery report BAG...``: the review of one session, or of two side by side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import TelesurgeryError
from telesurgery_report.cli import default_robot
from telesurgery_report.errors import ReportError
from telesurgery_report.review.document import draw, page
from telesurgery_report.review.evidence import read_evidence
from telesurgery_report.review.paper import write_pdf
from telesurgery_report.review.record import record
from telesurgery_report.review.review import Review, review

PAGE, PAPER, RECORD = 'report.html', 'report.pdf', 'report.json'
SIDES = ('surgeon', 'patient')


def main(argv: Sequence[str] | None = None) -> int:
    """Write the report; 2 and one line on stderr when there can be none."""
    arguments = _parser().parse_args(argv)
    try:
        robot = RobotDescription.load(arguments.robot or default_robot())
        sessions = [arguments.bags, *([arguments.beside] if arguments.beside else [])]
        names = _names(sessions)
        reviews = [
            review(read_evidence(bags_of(given), robot, {}, name))
            for given, name in zip(sessions, names, strict=True)
        ]
        output = arguments.output or _default_output(arguments.bags[0])
        write_review(reviews, output)
    except TelesurgeryError as error:
        print(f'report: error: {error}', file=sys.stderr)
        return 2
    for one in reviews:
        print(f'{one.name}: {one.verdict.grade.value}.')
        for reason in one.verdict.reasons:
            print(f'  {reason}')
    print(f'written to {output}: {PAGE}, {PAPER}, {RECORD}')
    return 0


def write_review(reviews: Sequence[Review], output: Path) -> None:
    """Write page, PDF and record into ``output``; ReportError when it cannot be written."""
    pictures = draw(reviews)
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / PAGE).write_text(page(reviews, pictures), encoding='utf-8')
        write_pdf(reviews, pictures, output / PAPER)
        (output / RECORD).write_text(record(reviews), encoding='utf-8')
    except OSError as error:
        raise ReportError(
            f'folder {str(output)!r} cannot be written ({error.strerror}); '
            'allowed: a folder with room; give another --output'
        ) from error


def bags_of(given: Sequence[Path]) -> list[Path]:
    """Return the bags that are meant: a folder of a session stands for both its sides."""
    found: list[Path] = []
    for path in given:
        sides = [path / side for side in SIDES if (path / side).is_dir()]
        found += sides or [path / 'session' if (path / 'session').is_dir() else path]
    return found


def _names(sessions: Sequence[Sequence[Path]]) -> list[str]:
    """Return what the sessions are called: their folders, numbered where they are alike."""
    names = []
    for given in sessions:
        first = given[0].absolute()
        own = first.parent if first.name in (*SIDES, 'session') else first
        names.append(own.name)
    if len(set(names)) < len(names):
        names = [f'{name} ({number})' for number, name in enumerate(names, start=1)]
    return names


def _default_output(bag: Path) -> Path:
    """Return the folder ``report`` of a session, or one beside a bag: never inside of one."""
    bag = bag.absolute()
    if bag.name in (*SIDES, 'session'):
        return bag.parent / 'report'
    if bags_of([bag]) != [bag]:
        return bag / 'report'
    return bag.parent / f'{bag.stem}-report'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery report',
        description='Say of a session whether it went well, and why not: a page (HTML), a PDF and '
        'JSON, from its bags alone. A folder of ./telesurgery demo or replay stands for the bags '
        'in it.',
    )
    parser.add_argument('bags', nargs='+', type=Path, metavar='BAG', help='bags of one session')
    parser.add_argument(
        '--beside', nargs='+', type=Path, metavar='BAG', help='bags of a second one, to compare'
    )
    parser.add_argument('--robot', type=Path, metavar='FILE', help='arms.yaml of the robot')
    parser.add_argument(
        '--output', type=Path, metavar='DIR', help='where to write (default: beside the bags)'
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
