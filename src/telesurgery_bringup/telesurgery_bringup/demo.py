"""``./telesurgery demo``: a recorded session over a delayed link, its figures and its pictures."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from telesurgery_bringup.demo_link import key_of_the_run, write_paths
from telesurgery_bringup.demo_lockstep import run_demo_in_lockstep
from telesurgery_bringup.demo_settings import Settings
from telesurgery_bringup.errors import BringupError, UsageError, one_of
from telesurgery_bringup.playing import add_playing, check_playing
from telesurgery_bringup.reservations import Reservations
from telesurgery_bringup.workspace import Workspace

EXIT_REFUSED = 2
DEVICES = ('gamepad', 'spacemouse', 'spacenavd', 'keyboard')
"""What a person may hold; docs/devices.md tells more of them."""
INPUTS = ('recording', 'bag', *DEVICES)
SIMULATORS = ('auto', 'classic', 'gz', 'loopback')
RECORDING = 'recordings/dvtrainer_two_hands'
LOG = 'launch.log'
DEFAULT_SECONDS = 42.0
LONGEST_SECONDS = 3600.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code: that of the session, or 2 for wrong arguments."""
    arguments = _parser().parse_args(argv)
    try:
        workspace = Workspace.current()
        settings = settings_from(arguments, workspace)
        if settings.lockstep:
            return run_demo_in_lockstep(settings, workspace)
        with Reservations() as reservations:
            return _run(settings, workspace, reservations)
    except BringupError as error:
        print(f'demo: error: {error}', file=sys.stderr)
        return EXIT_REFUSED


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


def launch_arguments(settings: Settings, reservations: Reservations, key_file: Path) -> list[str]:
    """Return the arguments of ``demo.launch.xml``: domains and ports that nobody else uses."""
    values = {
        'device': settings.device,
        'bag': settings.bag,
        'mapping': settings.mapping,
        'right_arm': settings.right_arm,
        'left_arm': settings.left_arm,
        'time': settings.time,
        'start_s': settings.start_s,
        'speed': settings.speed,
        'lead_in': str(settings.lead_in).lower(),
        'seconds': settings.seconds,
        'filter': settings.filter,
        'scale': settings.scale,
        'link': settings.link,
        'seed': settings.seed,
        'sim': settings.sim,
        'gui': str(settings.gui).lower(),
        'record_to': settings.output,
        'surgeon_domain': reservations.domain(),
        'patient_domain': reservations.domain(),
        'relay_domain': reservations.domain(),
        'surgeon_port': reservations.udp_port(),
        'patient_port': reservations.udp_port(),
        'key_file': key_file,
        'insecure': str(settings.insecure).lower(),
    }
    if settings.second_link is not None:
        values['paths'] = write_paths(
            settings.output, (settings.link, settings.second_link), reservations
        )
    return [f'{name}:={value}' for name, value in values.items()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery demo',
        description='Drive two of the four arms through a delayed link, record both sides, and '
        'write the figures, a short table and pictures. Needs no device: it replays a recording '
        'of two hands.',
    )
    parser.add_argument(
        '--input',
        nargs='+',
        default=['recording'],
        metavar=('DEVICE', 'PATH'),
        help=f'recording (the default), bag PATH, {", ".join(DEVICES)}',
    )
    parser.add_argument(
        '--link',
        default='rome_beijing',
        metavar='NAME',
        help='the WAN between the sides: a profile of config/link (default: rome_beijing), a '
        'file, "netem: delay 100ms", or "lan, then after 9 s an outage of 2 s"',
    )
    parser.add_argument(
        '--second-link',
        metavar='NAME',
        help='the WAN of a second path beside the first: commands take both',
    )
    parser.add_argument(
        '--filter', default='adaptive', metavar='NAME', help='tremor filter (default: adaptive)'
    )
    parser.add_argument(
        '--scale',
        type=float,
        default=0.2,
        metavar='S',
        help='metres of the tip per metre of the hand (default: 0.2)',
    )
    parser.add_argument(
        '--insecure',
        action='store_true',
        help='do not seal the link (else with a key made for this run)',
    )
    parser.add_argument(
        '--sim',
        default='auto',
        metavar='NAME',
        help=f'{", ".join(SIMULATORS)} (default: auto, the best that is installed)',
    )
    parser.add_argument(
        '--lockstep',
        action='store_true',
        help='step the simulator with the arms, as fast as it goes: the same result every time; '
        'the input is a recording, the pictures are left out',
    )
    parser.add_argument('--gui', action='store_true', help="open Gazebo's window")
    parser.add_argument(
        '--seconds',
        type=float,
        default=DEFAULT_SECONDS,
        metavar='S',
        help=f'how long the hands move (default: {DEFAULT_SECONDS:g})',
    )
    parser.add_argument('--seed', type=int, default=1, help='of the injected delays and losses')
    add_playing(parser)
    parser.add_argument(
        '--output', type=Path, metavar='DIR', help='new folder for the results (default: output/)'
    )
    return parser


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


def _run(settings: Settings, workspace: Workspace, reservations: Reservations) -> int:
    settings.output.mkdir(parents=True)
    print(
        f'demo: {settings.device} drives {settings.right_arm} and {settings.left_arm} over '
        f'{settings.link} for {settings.seconds:g} s, simulator {settings.sim}; results go to '
        f'{settings.output}',
        flush=True,
    )
    with key_of_the_run(sealed=not settings.insecure) as key_file:
        arguments = launch_arguments(settings, reservations, key_file)
        code = _launch(arguments, settings.output / LOG)
    if code != 0:
        print(
            f'demo: the session ended with code {code}; its log is {settings.output / LOG}',
            file=sys.stderr,
        )
        return code
    return _report(settings, workspace)


def _launch(arguments: Sequence[str], log: Path) -> int:
    """Run the session, its output on the terminal and in ``log``; Ctrl-C ends it in good order."""
    command = [sys.executable, '-m', 'telesurgery_bringup.launch', 'demo.launch.xml', *arguments]
    with (
        log.open('w', encoding='utf-8') as copy,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, 'PYTHONUNBUFFERED': '1', 'RCUTILS_COLORIZED_OUTPUT': '0'},
        ) as session,
    ):
        # The terminal sends Ctrl-C to both processes; the session ends itself, and this one goes
        # on to report what was recorded.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        assert session.stdout is not None
        for line in session.stdout:
            print(line, end='', flush=True)
            copy.write(line)
        code = session.wait()
        signal.signal(signal.SIGINT, before)
    return code


def _report(settings: Settings, workspace: Workspace) -> int:
    from telesurgery_arm.description import RobotDescription
    from telesurgery_core.errors import TelesurgeryError
    from telesurgery_report.cli import write_report
    from telesurgery_report.table import session_table

    robot = RobotDescription.load(workspace.root / 'config/arms.yaml')
    bags = [settings.output / side for side in ('surgeon', 'patient')]
    known = {
        'input': settings.device,
        'link': settings.link,
        'filter': settings.filter,
        'scale': f'{settings.scale:g}',
        'simulator': settings.sim,
        'seed': str(settings.seed),
    }
    try:
        summary = write_report(bags, settings.output, robot, known)
    except TelesurgeryError as error:
        print(f'demo: error: {error}', file=sys.stderr)
        return 1
    print(f'\n{session_table(summary)}\n\nwritten to {settings.output}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
