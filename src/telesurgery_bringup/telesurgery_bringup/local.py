"""``./telesurgery local``: drive arms at the bedside; starts ``launch/local.launch.xml``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

DEVICES = ('gamepad', 'spacemouse', 'spacenavd', 'keyboard', 'replay', 'joy', 'twist', 'pose')
ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')
PATIENT_DOMAIN = 20
"""The ROS domain of the patient side in ``launch/session.launch.xml``."""


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments, as argparse does."""
    _parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Become the launch that drives; returns only if it cannot be started."""
    arguments = _parser().parse_args(argv)
    os.environ['ROS_DOMAIN_ID'] = str(arguments.domain)
    command = [sys.executable, '-m', 'telesurgery_bringup.launch', *_launch_arguments(arguments)]
    sys.stdout.flush()
    os.execv(command[0], command)


def _launch_arguments(arguments: argparse.Namespace) -> list[str]:
    given = {
        'device': arguments.device,
        'arms': f'[{", ".join(arguments.arms)}]',
        'right_arm': arguments.right,
        'left_arm': arguments.left,
        'why': arguments.why,
        'mapping': arguments.mapping,
        'unit': arguments.unit,
        'bag': arguments.bag,
        'seconds': arguments.seconds,
    }
    values = [f'{name}:={value}' for name, value in given.items() if value not in (None, '')]
    return ['local.launch.xml', *values]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery local',
        description='Drive arms at the bedside of a session that runs, over the same supervisor. '
        'Starting it takes the arms over, without asking who holds them and without any link; '
        'ending it releases them: a console that wants one back must ask for it.',
    )
    parser.add_argument(
        '--device', choices=DEVICES, default='gamepad', help='what you drive with (%(default)s)'
    )
    parser.add_argument(
        '--arms',
        nargs='+',
        choices=ARMS,
        default=['PSM1', 'PSM2', 'ECM'],
        metavar='ARM',
        help='the arms that are taken over (PSM1 PSM2 ECM)',
    )
    parser.add_argument('--right', choices=ARMS, default='PSM1', help='arm of the right hand')
    parser.add_argument('--left', choices=ARMS, default='PSM2', help='arm of the left hand')
    parser.add_argument('--why', default='driven at the bedside', help='for the event log')
    parser.add_argument('--mapping', default='', help='a name in config/devices, or a path')
    parser.add_argument('--unit', default='', help='which device, see docs/devices.md')
    parser.add_argument('--bag', default=None, help='recording that the device replay plays')
    parser.add_argument('--seconds', type=float, default=None, help='end after so long')
    parser.add_argument(
        '--domain',
        type=int,
        default=PATIENT_DOMAIN,
        help='ROS domain of the patient side (%(default)s)',
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
