"""``report BAG... --output DIR``: figures and pictures of a session, from its bags alone."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import TelesurgeryError
from telesurgery_report.analysis import analyse, needed_links
from telesurgery_report.errors import ReportError
from telesurgery_report.figures import draw_all
from telesurgery_report.load import load
from telesurgery_report.summary import Summary, summarise
from telesurgery_report.table import session_table

SUMMARY = 'summary.json'


def main(argv: Sequence[str] | None = None) -> int:
    """Write the report and print its table; 2 and one line on stderr when there can be none."""
    arguments = _parser().parse_args(argv)
    try:
        settings = dict(_setting(text) for text in arguments.setting)
        robot = RobotDescription.load(arguments.robot or default_robot())
        summary = write_report(arguments.bags, arguments.output, robot, settings)
    except TelesurgeryError as error:
        print(f'report: error: {error}', file=sys.stderr)
        return 2
    print(session_table(summary))
    print(f'\nwritten to {arguments.output}')
    return 0


def write_report(
    bags: Sequence[Path], output: Path, robot: RobotDescription, settings: Mapping[str, str]
) -> Summary:
    """Write ``summary.json`` and the pictures of the session in ``bags`` into ``output``.

    Raises ReportError when the bags cannot be read or the folder not be written.
    """
    session = load(bags, arms=list(robot.arms), links=needed_links(robot))
    analysis = analyse(session, robot)
    summary = summarise(session, analysis, settings)
    try:
        output.mkdir(parents=True, exist_ok=True)
        undrawn = draw_all(session, analysis, str(summary['link'] or 'unknown'), output)
        summary['missing'] = {**analysis.missing, **_mapping(summary['missing']), **undrawn}
        text = json.dumps(summary, indent=2, allow_nan=False)
        (output / SUMMARY).write_text(text + '\n', encoding='utf-8')
    except OSError as error:
        raise ReportError(
            f'folder {str(output)!r} cannot be written ({error.strerror}); '
            'allowed: a folder with room; give another --output'
        ) from error
    return summary


def default_robot() -> Path:
    """Return ``arms.yaml`` as installed, or as it lies in the checkout."""
    prefixes = os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    places = [Path(prefix, 'share/telesurgery_bringup/config') for prefix in prefixes if prefix]
    places.append(Path(__file__).resolve().parents[3] / 'config')
    for place in places:
        if (place / 'arms.yaml').is_file():
            return place / 'arms.yaml'
    raise ReportError(
        'the robot description arms.yaml was not found; allowed: a sourced workspace or '
        '--robot FILE; source the workspace'
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='report', description=__doc__)
    parser.add_argument(
        'bags', nargs='+', type=Path, metavar='BAG', help='rosbag2 folders of one session'
    )
    parser.add_argument('--output', type=Path, required=True, metavar='DIR', help='where to write')
    parser.add_argument('--robot', type=Path, metavar='FILE', help='arms.yaml of the robot')
    parser.add_argument(
        '--setting',
        action='append',
        default=[],
        metavar='KEY=VALUE',
        help='what the bags do not know, e.g. input=recording (repeatable)',
    )
    return parser


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition('=')
    if not equals or not key:
        raise ReportError(f'setting is {text!r}; allowed: KEY=VALUE; write input=recording')
    return key, value


def _mapping(value: object) -> Mapping[str, str]:
    return value if isinstance(value, Mapping) else {}


if __name__ == '__main__':
    sys.exit(main())
