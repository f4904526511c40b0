"""What demo and replay may be told of how a recording is played."""

from __future__ import annotations

import argparse
from pathlib import Path

from telesurgery_bringup.errors import UsageError


def add_playing(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        '--mapping',
        default='',
        metavar='NAME',
        help='which topics of a recording are the hands: a name in config/replay or '
        'config/devices, or a file (default: its CRTK masters)',
    )
    parser.add_argument(
        '--right-arm',
        default='PSM1',
        metavar='ARM',
        help='arm that the right hand drives (default: PSM1)',
    )
    parser.add_argument(
        '--left-arm',
        default='PSM2',
        metavar='ARM',
        help='arm that the left hand drives (default: PSM2)',
    )
    parser.add_argument(
        '--start', type=float, default=0.0, metavar='S', help='where to begin in the recording'
    )
    parser.add_argument(
        '--speed', type=float, default=1.0, metavar='X', help='2 plays it twice as fast'
    )
    parser.add_argument(
        '--time',
        choices=('header', 'receive'),
        default='header',
        help='play it by when it was measured (header, the default) or recorded (receive)',
    )
    parser.add_argument(
        '--lead-in',
        action='store_true',
        help='let the hands lead the arms to where the recorded tips were, first',
    )


def check_playing(arguments: argparse.Namespace, bag: Path, config: Path) -> None:
    """Refuse, before anything is started, what cannot be played; UsageError in one line."""
    from telesurgery_core.errors import TelesurgeryError
    from telesurgery_core.parameters import from_mapping
    from telesurgery_virtual.experiment import Experiment, configuration_of, playable

    given = {
        'bag': str(bag),
        'mapping': arguments.mapping,
        'right_arm': arguments.right_arm,
        'left_arm': arguments.left_arm,
        'time': arguments.time,
        'start_s': arguments.start,
        'speed': arguments.speed,
        'lead_in': arguments.lead_in,
    }
    try:
        experiment = from_mapping(Experiment, given, where='the command line')
        configuration_of(experiment, config)
        playable(experiment, config)
    except TelesurgeryError as error:
        raise UsageError(str(error)) from error
