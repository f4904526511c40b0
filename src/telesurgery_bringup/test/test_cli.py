"""``./telesurgery``: what a person sees."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest

from telesurgery_bringup import cli, usage
from telesurgery_bringup.commands import PROGRAMS, Program
from telesurgery_bringup.errors import SetupError, UsageError
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Plan
from telesurgery_bringup.provisioning.steps import Provision
from telesurgery_bringup.workspace import Workspace


@pytest.mark.parametrize('argv', [[], ['--help'], ['-h'], ['help']])
def test_help_names_every_command_in_one_line(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 0
    text = capsys.readouterr().out
    for name in (*cli.HANDLERS, *(program.name for program in PROGRAMS)):
        assert f'\n  {name} ' in text
    assert max(map(len, text.splitlines())) < 100


@pytest.mark.parametrize('name', cli.HANDLERS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, '--help']) == 0
    assert capsys.readouterr().out.startswith(f'usage: ./telesurgery {name}')


def test_help_and_commands_are_the_same_set() -> None:
    assert set(usage.COMMANDS) == set(cli.HANDLERS)


@pytest.mark.parametrize(
    ('argv', 'told'),
    [
        (['frob'], "the command is 'frob'; allowed: demo, "),
        (['--frob'], "the command is '--frob'; allowed: demo"),
        (['setup', 'x'], "the argument of setup is 'x'; allowed: none, --help"),
        (['build', '--fast'], "the argument of build is '--fast'"),
        (['shell', 'ls'], "the arguments of shell are 'ls'; allowed: nothing, -c COMMAND"),
        (['bench', 'frob'], "the benchmark is 'frob'; allowed: "),
        (['launch'], "the launch file is ''; allowed: "),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    error = capsys.readouterr().err
    assert error.startswith(f'telesurgery: {told}')
    assert error.count('\n') == 1


def test_a_failed_set_up_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise SetupError('no network')

    monkeypatch.setattr(cli, 'provision', fail)
    assert cli.main(['setup']) == 1
    assert capsys.readouterr().err == 'telesurgery: no network\n'


def test_ctrl_c_is_told_to_be_harmless(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, 'provision', interrupt)
    assert cli.main(['setup']) == 130
    assert 'the next run goes on from here' in capsys.readouterr().err


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A command ``play`` carried out by a module of its own; set-up fails."""

    def never(_: object) -> None:
        raise SetupError('set-up has begun')

    module = ModuleType('player')
    monkeypatch.setitem(sys.modules, 'player', module)
    monkeypatch.setattr(cli, 'PROGRAMS', (Program('play', 'player', 'plays'),))
    monkeypatch.setattr(cli, 'provision', never)
    return module


def test_a_program_refuses_its_arguments_before_set_up(
    program: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(argv: list[str]) -> None:
        if argv != ['song']:
            raise UsageError(f'play has no {argv[0]}')

    program.check = check  # type: ignore[attr-defined]
    assert cli.main(['play', 'noise']) == 2
    assert cli.main(['play', 'song']) == 1
    told = capsys.readouterr().err.splitlines()
    assert told == ['telesurgery: play has no noise', 'telesurgery: set-up has begun']


def test_a_program_that_needs_set_up_to_be_imported_gets_it_first(
    program: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, 'player', None)
    assert cli.main(['play', 'noise']) == 1
    assert 'set-up has begun' in capsys.readouterr().err


@pytest.fixture
def without_ros(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """A machine on which ROS is not to be had; returns the commands that are run on it."""
    there = Provision(Machine(), Plan(frozenset(), frozenset()), ('ROS 2: not for this machine',))
    monkeypatch.setattr(cli, 'provision', lambda _: there)
    monkeypatch.setattr(cli.Workspace, 'current', classmethod(lambda _: Workspace(tmp_path)))
    ran: list[list[str]] = []
    monkeypatch.setattr(cli.Ready, 'run_in_place', lambda _, command: ran.append(command) or 0)
    return ran


@pytest.mark.parametrize('argv', [['build'], ['launch', 'x.xml'], ['demo']])
def test_without_ros_nodes_are_refused_with_what_works(
    argv: list[str], without_ros: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 1
    missing, refusal = capsys.readouterr().err.splitlines()
    assert missing == 'telesurgery: missing: ROS 2: not for this machine'
    assert 'allowed: setup, test, shell, bench' in refusal
    assert without_ros == []


def test_without_ros_a_shell_opens(without_ros: list[list[str]]) -> None:
    assert cli.main(['shell', '-c', 'ls']) == 0
    assert without_ros == [['bash', '-c', 'ls']]


def test_the_entry_point_needs_only_the_standard_library(workspace: Path) -> None:
    answer = subprocess.run(
        [sys.executable, '-I', '-S', str(workspace / 'telesurgery'), '--help'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert 'usage: ./telesurgery COMMAND' in answer.stdout


Version = namedtuple('Version', 'major minor micro releaselevel serial')


def test_an_old_python_is_told_what_is_needed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, 'version_info', Version(3, 8, 18, 'final', 0))
    monkeypatch.setenv('PATH', '/nowhere')
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(workspace / 'telesurgery'), run_name='__main__')
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        'telesurgery: python3 is 3.8; allowed: 3.10, 3.11, 3.12, 3.13; install one of them '
        '(Debian 12: apt-get install python3)\n'
    )
