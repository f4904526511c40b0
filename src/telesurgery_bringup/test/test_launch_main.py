"""``./telesurgery launch``: which file is meant and with which arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from telesurgery_bringup.errors import LaunchFileError, UsageError
from telesurgery_bringup.launch import __main__ as launch
from telesurgery_bringup.launch.plan import Argument


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of launch files of an installed telesurgery_bringup."""
    index = tmp_path / 'share/ament_index/resource_index/packages'
    index.mkdir(parents=True)
    (index / launch.PACKAGE).touch()
    folder = tmp_path / 'share' / launch.PACKAGE / 'launch'
    folder.mkdir(parents=True)
    (folder / 'session.launch.xml').write_text(
        '<launch><arg name="link" default="lan" description="the WAN"/></launch>'
    )
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    monkeypatch.setattr(launch, 'ros_launch_is_installed', lambda: False)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_name_means_an_installed_file(installed: Path) -> None:
    assert launch.find('session.launch.xml') == installed / 'session.launch.xml'


def test_a_path_means_that_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / 'mine.xml').touch()
    assert launch.find('mine.xml') == tmp_path / 'mine.xml'


def test_an_unknown_file_is_refused_with_those_that_are_there(installed: Path) -> None:
    with pytest.raises(LaunchFileError, match=r"is 'sesion.xml'; allowed: session\.launch\.xml"):
        launch.find('sesion.xml')


def test_the_last_of_two_values_of_an_argument_holds() -> None:
    given = launch.parse_arguments(['a:=1', 'b:=x:=y', 'a:=2', 'c:='])
    assert given == {'a': '2', 'b': 'x:=y', 'c': ''}


@pytest.mark.parametrize('word', ['a', 'a=1', ':=1', '--frob'])
def test_an_argument_of_another_form_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match='allowed: NAME:=VALUE'):
        launch.parse_arguments([word])


def test_arguments_are_described_for_people(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert launch.main(['session.launch.xml', '--show-args']) == 0
    assert capsys.readouterr().out == (
        'arguments of session.launch.xml (give them as NAME:=VALUE):\n'
        '\n  link\n      the WAN\n      (default: lan)\n'
    )


def test_a_required_argument_is_described_as_such() -> None:
    assert '(required)' in launch.describe('f', [Argument('a')])


@pytest.mark.parametrize(
    ('argv', 'code', 'told'),
    [
        ([], 2, 'no launch file is named'),
        (['nowhere.xml'], 1, "the launch file is 'nowhere.xml'"),
        (['session.launch.xml', 'lnk:=x'], 2, "is 'lnk'; allowed: link"),
        (['session.launch.xml', 'x'], 2, "the argument is 'x'"),
    ],
)
def test_a_mistake_is_one_line_and_a_code(
    installed: Path, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, told: str
) -> None:
    assert launch.main(argv) == code
    error = capsys.readouterr().err
    assert told in error
    assert error.count('\n') == 1
