"""``./telesurgery demo``: a recorded session over a delayed link, its figures and its pictures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from telesurgery_bringup.demo_arguments import parser, settings_from
from telesurgery_bringup.demo_link import key_of_the_run, write_paths
from telesurgery_bringup.demo_lockstep import run_demo_in_lockstep
from telesurgery_bringup.demo_settings import Settings
from telesurgery_bringup.errors import BringupError
from telesurgery_bringup.reservations import Reservations
from telesurgery_bringup.workspace import Workspace

EXIT_REFUSED = 2
LOG = 'launch.log'


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code: that of the session, or 2 for wrong arguments."""
    arguments = parser().parse_args(argv)
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
