"""How packages are installed; a script plays pip."""

from __future__ import annotations

from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import pip
from telesurgery_bringup.provisioning.requirements import Pin
from telesurgery_bringup.workspace import Workspace

PINS = [Pin('a', '1', 'runtime'), Pin('b', '2', 'runtime')]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An environment without pip."""
    folder = tmp_path / 'venv'
    (folder / 'lib/python3.11/site-packages').mkdir(parents=True)
    return folder


def play(folder: Path, script: str) -> list[str]:
    """Return the command of a pip that is a shell script."""
    player = folder / 'pip'
    player.write_text(f'#!/bin/sh\n{script}\n')
    player.chmod(0o755)
    return [str(player)]


def install(command: list[str], folder: Path, environment: dict[str, str]) -> list[str]:
    """Install the pins and return what was told."""
    told: list[str] = []
    pip.install(command, PINS, folder, environment, told.append, folder / 'log')
    return told


def test_the_pins_are_installed_and_nothing_besides(folder: Path) -> None:
    install(play(folder, f'echo "$@" > {folder}/asked'), folder, {})
    assert (folder / 'requirements.txt').read_text() == 'a==1\nb==2\n'
    asked = (folder / 'asked').read_text().split()
    assert asked[0] == 'install'
    assert {'--no-deps', '--no-build-isolation', '--only-binary=:all:'} <= set(asked)
    assert asked[-2:] == ['-r', str(folder / 'requirements.txt')]


def test_nothing_is_asked_for_nothing(folder: Path) -> None:
    pip.install(['/no/such/pip'], [], folder, {}, print, folder / 'log')


def test_it_is_told_how_many_have_come(folder: Path) -> None:
    script = 'echo Collecting a==1; echo "  Downloading a"; echo Collecting b==2'
    assert install(play(folder, script), folder, {}) == ['fetched 1 of 2', 'fetched 2 of 2']


def test_it_is_told_how_many_are_installed(folder: Path) -> None:
    info = folder / 'lib/python3.11/site-packages/a-1.dist-info'
    done = folder / 'told'
    script = f'mkdir {info}; touch {info}/INSTALLER; until [ -e {done} ]; do sleep 0.01; done'
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        done.touch()

    pip.install(play(folder, script), PINS, folder, {}, tell, folder / 'log')
    assert set(told) == {'installed 1 of 2'}


def test_a_failure_says_what_pip_said(folder: Path) -> None:
    with pytest.raises(SetupError, match='installing the Python packages failed(.|\n)*no wheel'):
        install(play(folder, 'echo no wheel; exit 1'), folder, {})


def test_no_other_python_reaches_in(folder: Path) -> None:
    script = f'echo "$PYTHONPATH-$VIRTUAL_ENV-$PIP_USER-$HTTPS_PROXY" > {folder}/env'
    environment = {'PYTHONPATH': '/x', 'VIRTUAL_ENV': '/y', 'HTTPS_PROXY': 'p', 'PIP_USER': '1'}
    install(play(folder, script), folder, environment)
    assert (folder / 'env').read_text() == '--0-p\n'


def test_pip_is_that_of_the_environment_or_the_fetched_one(folder: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(SetupError, match='pip is missing; .* install python3-venv'):
        pip.command(folder, workspace)
    wheel = workspace.installer / 'usr/share/python-wheels/pip-23.0-py3-none-any.whl'
    wheel.parent.mkdir(parents=True)
    wheel.touch()
    assert pip.command(folder, workspace) == [f'{folder}/bin/python', f'{wheel}/pip']
    (folder / 'lib/python3.11/site-packages/pip').mkdir()
    assert pip.command(folder, workspace) == [f'{folder}/bin/python', '-m', 'pip']
