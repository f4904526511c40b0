"""``./telesurgery devices``: what the operator could drive with; imports little before set-up."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from telesurgery_bringup.workspace import Workspace


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments, as argparse does."""
    _parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """List the devices, show one or write a mapping; returns the exit code."""
    arguments = _parser().parse_args(argv)
    from telesurgery_console.devices_program import Request, run

    request = Request(
        live=arguments.live,
        new=arguments.new,
        device=arguments.device,
        unit=arguments.unit,
        mapping=arguments.mapping,
    )
    return run(request, Workspace.current().root / 'config' / 'devices')


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery devices',
        description='List the devices that an operator could drive with and the mappings that '
        'there are, show live what one says, or write a new mapping by showing what each control '
        'is for. Needs neither ROS nor a device.',
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument('--live', action='store_true', help='show live values; q or Ctrl-C ends')
    what.add_argument(
        '--new',
        default='',
        metavar='NAME',
        help='write config/devices/NAME.yaml by asking for one control after the other',
    )
    parser.add_argument(
        '--device',
        default='',
        metavar='KIND',
        help='gamepad, spacemouse or spacenavd (default: the first that is there)',
    )
    parser.add_argument(
        '--unit', default='', help='which of several: its number in the list, or serial number'
    )
    parser.add_argument(
        '--mapping',
        default='',
        metavar='NAME',
        help='the mapping in force, or whose rates a new one takes (default: of the same name)',
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
