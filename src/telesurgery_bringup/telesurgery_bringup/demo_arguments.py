"""The command line of ``./telesurgery demo``: what may be asked for, and what is wrong with it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from telesurgery_bringup.demo_settings import Settings
from telesurgery_bringup.errors import UsageError, one_of
from telesurgery_bringup.playing import add_playing, check_playing
from telesurgery_bringup.workspace import Workspace

DEVICES = ('gamepad', 'spacemouse', 'spacenavd', 'keyboard')
"""What a person may hold; docs/devices.md tells more of them."""
INPUTS = ('recording', 'bag', *DEVICES)
SIMULATORS = ('auto', 'classic', 'gz', 'loopback')
RECORDING = 'recordings/dvtrainer_two_hands'
DEFAULT_SECONDS = 42.0
LONGEST_SECONDS = 3600.0


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    found = argparse.ArgumentParser(
        prog='./telesurgery demo',
        description='Drive two of the four arms through a delayed link, record both sides, and '
        'write the figures, a short table and pictures. Needs no device: it replays a recording '
        'of two hands.',
    )
    found.add_argument(
        '--input',
        nargs='+',
        default=['recording'],
        metavar=('DEVICE', 'PATH'),
        help=f'recording (the default), bag PATH, {", ".join(DEVICES)}',
    )
    found.add_argument(
        '--link',
        default='rome_beijing',
        metavar='NAME',
        help='the WAN between the sides: a profile of config/link (default: rome_beijing), a '
        'file, "netem: delay 100ms", or "lan, then after 9 s an outage of 2 s"',
    )
    found.add_argument(
        '--second-link',
        metavar='NAME',
        help='the WAN of a second path beside the first: commands take both',
    )
    found.add_argument(
        '--filter', default='adaptive', metavar='NAME', help='tremor filter (default: adaptive)'
    )
    found.add_argument(
        '--scale',
        type=float,
        default=0.2,
        metavar='S',
        help='metres of the tip per metre of the hand (default: 0.2)',
    )
    found.add_argument(
        '--insecure',
        action='store_true',
        help='do not seal the link (else with a key made for this run)',
    )
    found.add_argument(
        '--sim',
        default='auto',
        metavar='NAME',
        help=f'{", ".join(SIMULATORS)} (default: auto, the best that is installed)',
    )
    found.add_argument(
        '--lockstep',
        action='store_true',
        help='step the simulator with the arms, as fast as it goes: the same result every time; '
        'the input is a recording, the pictures are left out',
    )
    found.add_argument('--gui', action='store_true', help="open Gazebo's window")
    found.add_argument(
        '--seconds',
        type=float,
        default=DEFAULT_SECONDS,
        metavar='S',
        help=f'how long the hands move (default: {DEFAULT_SECONDS:g})',
    )
    found.add_argument('--seed', type=int, default=1, help='of the injected delays and losses')
    add_playing(found)
    found.add_argument(
        '--output', type=Path, metavar='DIR', help='new folder for the results (default: output/)'
    )
    return found


def settings_from(arguments: argparse.Namespace, workspace: Workspace) -> Settings:
    """Check the arguments against what there is; UsageError names what is wrong."""
    device, bag = _input(arguments.input, workspace)
    for option, link in (('--link', arguments.link), ('--second-link', arguments.second_link)):
        if link is not None:
            _check_link(option, link, workspace)
    if arguments.sim not in SIMULATORS:
        raise UsageError(one_of('--sim', arguments.sim, SIMULATORS, 'name one of them'))
    if not 1.0 <= arguments.seconds <= LONGEST_SECONDS:
        raise UsageError(
            f'--seconds is {arguments.seconds:g}; allowed: 1 .. {LONGEST_SECONDS:g}; '
            'choose a time within it'
        )
    _check_motion(arguments.filter, arguments.scale)
    if device == 'replay':
        check_playing(arguments, bag, workspace.root / 'config')
    beyond = device != 'replay' or arguments.gui or arguments.second_link or arguments.lead_in
    if arguments.lockstep and beyond:
        raise UsageError(
            '--lockstep is given with a live --input, --gui, --second-link or --lead-in; allowed: '
            'a recording as it is and one link, without a window; leave one of them out'
        )
    output = arguments.output or workspace.root / 'output' / time.strftime('demo-%Y%m%d-%H%M%S')
    if output.exists():
        raise UsageError(
            f'--output is {str(output)!r}, which exists; allowed: a new folder; name another one'
        )
    return Settings(
        device,
        bag,
        arguments.mapping,
        arguments.right_arm,
        arguments.left_arm,
        arguments.time,
        arguments.start,
        arguments.speed,
        arguments.lead_in,
        arguments.link,
        arguments.second_link,
        arguments.filter,
        arguments.scale,
        arguments.insecure,
        arguments.sim,
        arguments.lockstep,
        arguments.gui,
        arguments.seconds,
        arguments.seed,
        output.absolute(),
    )


def _check_link(option: str, link: str, workspace: Workspace) -> None:
    from telesurgery_core.errors import ParameterError
    from telesurgery_link.profiles import load_profile

    try:
        load_profile(link, workspace.root / 'config/link')
    except ParameterError as error:
        raise UsageError(f'{option}: {error}') from error


def _check_motion(tremor_filter: str, scale: float) -> None:
    from telesurgery_core.errors import ParameterError
    from telesurgery_core.parameters import from_mapping
    from telesurgery_motion.parameters import MotionParameters

    try:
        from_mapping(
            MotionParameters, {'filter': tremor_filter, 'scale': scale}, where='the command line'
        )
    except ParameterError as error:
        raise UsageError(str(error)) from error


def _input(words: Sequence[str], workspace: Workspace) -> tuple[str, Path]:
    """Return the console's device and the bag that ``--input`` means."""
    name, *rest = words
    if name not in INPUTS:
        raise UsageError(one_of('--input', name, INPUTS, 'name one of them'))
    if len(rest) != (name == 'bag'):
        raise UsageError(
            one_of('--input', ' '.join(words), ('bag PATH', name), 'only bag takes a path')
            if name != 'bag'
            else f'--input bag has {len(rest)} paths; allowed: one; name a rosbag2 folder or file'
        )
    if name in DEVICES:
        return name, workspace.root / RECORDING
    bag = Path(rest[0]).absolute() if rest else workspace.root / RECORDING
    if not bag.exists():
        raise UsageError(
            f'--input bag is {str(bag)!r}, which does not exist; allowed: a rosbag2 folder or '
            'file; check the path'
        )
    return 'replay', bag
