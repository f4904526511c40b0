"""The demo's own part: what it asks for, the key of the run, the table of two paths."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from telesurgery_bringup import demo
from telesurgery_bringup.demo_arguments import parser, settings_from
from telesurgery_bringup.demo_link import key_of_the_run
from telesurgery_bringup.demo_settings import Settings
from telesurgery_bringup.errors import UsageError
from telesurgery_bringup.reservations import Reservations
from telesurgery_bringup.workspace import Workspace
from telesurgery_link.paths import PathTable


def settings(argv: list[str], output: Path) -> Settings:
    arguments = parser().parse_args([*argv, '--output', str(output)])
    return settings_from(arguments, Workspace.current())


def asked_for(given: Settings, reservations: Reservations, key_file: Path) -> dict[str, str]:
    given.output.mkdir(exist_ok=True)
    pairs = demo.launch_arguments(given, reservations, key_file)
    return dict(pair.split(':=', maxsplit=1) for pair in pairs)


def test_the_session_is_sealed_with_a_key_that_lives_as_long_as_the_run(
    tmp_path: Path, reservations: Reservations
) -> None:
    given = settings([], tmp_path / 'out')
    with key_of_the_run(sealed=not given.insecure) as key_file:
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        arguments = asked_for(given, reservations, key_file)
        assert arguments['key_file'] == str(key_file)
        assert arguments['insecure'] == 'false'
        with key_of_the_run(sealed=not given.insecure) as other:
            assert other.read_text() != key_file.read_text()
    assert not key_file.exists()


def test_insecure_makes_no_key(tmp_path: Path, reservations: Reservations) -> None:
    given = settings(['--insecure'], tmp_path / 'out')
    with key_of_the_run(sealed=not given.insecure) as key_file:
        assert not key_file.exists()
        assert asked_for(given, reservations, key_file)['insecure'] == 'true'


def test_a_second_link_becomes_a_table_of_two_paths(
    tmp_path: Path, reservations: Reservations
) -> None:
    given = settings(['--link', 'lan', '--second-link', 'none'], tmp_path / 'out')
    arguments = asked_for(given, reservations, tmp_path / 'link.key')
    first, second = PathTable.load(Path(arguments['paths'])).paths
    assert (first.profile, second.profile) == ('lan', 'none')
    assert 'paths' not in asked_for(replace(given, second_link=None), reservations, tmp_path / 'k')


@pytest.mark.parametrize('option', ['--link', '--second-link'])
def test_an_unknown_link_is_refused_by_name(option: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{option}: .* 'mars'; allowed: .*rome_beijing"):
        settings([option, 'mars'], tmp_path / 'out')
