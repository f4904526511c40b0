"""The command ``./telesurgery``: needs nothing but Python's standard library."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telesurgery_bringup import build, checks, environment, usage
from telesurgery_bringup.commands import PROGRAMS, Program
from telesurgery_bringup.errors import BringupError, SetupError, UsageError, one_of
from telesurgery_bringup.provisioning.steps import Provision, provision
from telesurgery_bringup.workspace import Workspace

EXIT_REFUSED = 2
"""Exit code for a command or argument that does not exist."""

EXIT_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A workspace that is set up and built, and the environment to run its programs in."""

    workspace: Workspace
    provision: Provision
    env: dict[str, str]

    def run_in_place(self, command: Sequence[str]) -> int:
        """Become another program."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.execvpe(command[0], list(command), self.env)


def main(argv: Sequence[str]) -> int:
    """Carry out one command line; return the exit code."""
    try:
        return _dispatch(list(argv), Workspace.current())
    except UsageError as error:
        print(f'telesurgery: {error}', file=sys.stderr)
        return EXIT_REFUSED
    except BringupError as error:
        print(f'telesurgery: {error}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\ntelesurgery: interrupted; the next run goes on from here', file=sys.stderr)
        return EXIT_INTERRUPTED


def _dispatch(argv: list[str], workspace: Workspace) -> int:
    if not argv or argv[0] in ('-h', '--help', 'help'):
        print(usage.overview())
        return 0
    name, *arguments = argv
    programs = {program.name: program for program in PROGRAMS}
    if name in programs:
        return _run_program(programs[name], arguments, workspace)
    if name not in HANDLERS:
        names = (*programs, *HANDLERS)
        raise UsageError(one_of('the command', name, names, './telesurgery --help explains them'))
    if arguments[:1] in (['-h'], ['--help']):
        print(usage.COMMANDS[name][1])
        return 0
    return HANDLERS[name](arguments, workspace)


def prepare(workspace: Workspace) -> Ready:
    """Set up and build what is not yet, and say what stays missing."""
    there = provision(workspace)
    for line in there.missing:
        print(f'telesurgery: missing: {line}', file=sys.stderr)
    env = environment.underlay(workspace, there.machine, there.plan)
    if not there.can_build:
        return Ready(workspace, there, environment.sources_only(workspace, env))
    cmake_arguments = environment.cmake_arguments(workspace, there.machine, there.plan)
    build.build(workspace, env, cmake_arguments)
    return Ready(workspace, there, environment.overlay(workspace, env))


def prepare_with_ros(workspace: Workspace) -> Ready:
    """Do the same for a command that cannot do without ROS nodes."""
    ready = prepare(workspace)
    if not ready.provision.can_build:
        raise SetupError(
            'this command runs ROS nodes, which this machine cannot (see above); allowed: '
            'setup, test, shell, bench; install what is missing'
        )
    return ready


def _setup(arguments: list[str], workspace: Workspace) -> int:
    _refuse(arguments, 'setup')
    there = provision(workspace)
    for line in there.missing:
        print(f'telesurgery: missing: {line}', file=sys.stderr)
    print('set up' if not there.failed else 'set up in part')
    return 1 if there.failed else 0


def _build(arguments: list[str], workspace: Workspace) -> int:
    _refuse(arguments, 'build')
    prepare_with_ros(workspace)
    print('built')
    return 0


def _test(arguments: list[str], workspace: Workspace) -> int:
    ready = prepare(workspace)
    return checks.run(workspace, ready.env, ready.provision, arguments)


def _launch(arguments: list[str], workspace: Workspace) -> int:
    if not arguments:
        files = sorted(path.name for path in (workspace.root / 'launch').glob('*.launch.xml'))
        raise UsageError(one_of('the launch file', '', files, 'name one of them, or a path'))
    ready = prepare_with_ros(workspace)
    return ready.run_in_place(['python3', '-m', 'telesurgery_bringup.launch', *arguments])


def _shell(arguments: list[str], workspace: Workspace) -> int:
    if arguments and (len(arguments) != 2 or arguments[0] != '-c'):
        raise UsageError(
            f'the arguments of shell are {" ".join(arguments)!r}; allowed: nothing, -c COMMAND; '
            'put the command into quotes'
        )
    ready = prepare(workspace)
    if arguments:
        return ready.run_in_place(['bash', '-c', arguments[1]])
    greeting = workspace.state / 'shellrc'
    greeting.write_text(
        '[ -f ~/.bashrc ] && source ~/.bashrc\nPS1="(telesurgery) $PS1"\n', encoding='utf-8'
    )
    return ready.run_in_place(['bash', '--rcfile', str(greeting)])


def _bench(arguments: list[str], workspace: Workspace) -> int:
    folder = workspace.root / 'bench'
    names = sorted(path.stem for path in folder.glob('*.py') if path.stem != 'harness')
    if not arguments or arguments[0] not in names:
        asked = arguments[0] if arguments else ''
        raise UsageError(
            one_of('the benchmark', asked, names or ['none is there yet'], 'name one of them')
        )
    name, *rest = arguments
    ready = prepare(workspace)
    return ready.run_in_place(['python3', str(folder / f'{name}.py'), *rest])


def _run_program(program: Program, arguments: list[str], workspace: Workspace) -> int:
    _check(program, arguments)
    ready = prepare_with_ros(workspace) if program.needs_ros else prepare(workspace)
    return ready.run_in_place(['python3', '-m', program.module, *arguments])


def _check(program: Program, arguments: list[str]) -> None:
    """Let a program refuse its arguments before a long set-up."""
    try:
        module = importlib.import_module(program.module)
    except ImportError:  # it needs what set-up brings
        return
    if hasattr(module, 'check'):
        module.check(arguments)


def _refuse(arguments: Sequence[str], command: str) -> None:
    if arguments:
        raise UsageError(
            one_of(
                f'the argument of {command}',
                arguments[0],
                ['none', '--help'],
                f'run ./telesurgery {command}',
            )
        )


HANDLERS: dict[str, Callable[[list[str], Workspace], int]] = {
    'setup': _setup,
    'build': _build,
    'test': _test,
    'launch': _launch,
    'shell': _shell,
    'bench': _bench,
}
