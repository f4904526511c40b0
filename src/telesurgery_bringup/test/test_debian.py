"""Where packages come from, and that nothing of the machine's package state is used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import debian
from telesurgery_bringup.provisioning.debian import (
    PrivateApt,
    machine_suite,
    mirrors_in,
    source_line,
)

TARGETS = """\
http://security.example/debian-security/ bookworm-security main
http://other.example/tools/ stable main
http://mirror.example/debian/ bookworm main
http://mirror.example/debian/ bookworm contrib
http://mirror.example/debian/ bookworm-updates main
cdrom://[Debian] bookworm main
"""


def test_mirrors_are_named_once_and_debians_first() -> None:
    assert mirrors_in(TARGETS) == ['http://mirror.example/debian/', 'http://other.example/tools/']


def test_an_empty_configuration_names_no_mirror() -> None:
    assert mirrors_in('') == []


def test_a_source_is_signed_by_the_keyring_that_is_there(tmp_path: Path) -> None:
    keyring = tmp_path / 'keyring.gpg'
    line = source_line('http://m/', 'bullseye', [keyring])
    assert line == 'deb http://m/ bullseye main\n'
    keyring.touch()
    line = source_line('http://m/', 'bullseye', [tmp_path / 'no', keyring])
    assert line == f'deb [signed-by={keyring}] http://m/ bullseye main\n'


def test_the_suite_is_the_machines(tmp_path: Path) -> None:
    release = tmp_path / 'os-release'
    release.write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    assert machine_suite(release) == 'bookworm'
    assert machine_suite(tmp_path / 'absent') == ''


class FakeApt:
    """An ``apt-get`` on PATH that answers as told and keeps what it was asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._asked = folder / 'asked'
        self._asked.touch()
        self.script = folder / 'apt-get'
        self.answer()
        monkeypatch.setenv('PATH', f'{folder}{os.pathsep}{os.environ["PATH"]}')

    def answer(self, targets: str = TARGETS, update: str = 'true', install: str = 'true') -> None:
        self.script.write_text(
            f'#!/bin/sh\necho "$@" >> {self._asked}\n'
            f'case "$*" in\n  indextargets*) cat <<END\n{targets}END\n  ;;\n'
            f'  *update) {update} ;;\n  *install*) {install} ;;\nesac\n'
        )
        self.script.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        return self._asked.read_text().splitlines()


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeApt:
    folder = tmp_path / 'bin'
    folder.mkdir()
    return FakeApt(folder, monkeypatch)


@pytest.fixture
def private(tmp_path: Path) -> PrivateApt:
    return PrivateApt(tmp_path / 'work', 'bullseye')


def test_archives_are_fetched_into_the_folder_alone(
    apt: FakeApt, private: PrivateApt, tmp_path: Path
) -> None:
    archive = tmp_path / 'work/cache/archives/gazebo.deb'
    apt.answer(install=f'touch {archive}; echo dlstatus:1:42.7:Retrieving; echo dlstatus:x')
    told: list[str] = []
    assert private.fetch(['gazebo'], told.append) == [archive]
    assert told == ['reading the package lists', 'downloading, 43 %']
    configuration = (tmp_path / 'work/etc/apt.conf').read_text()
    for setting in ('Dir::State', 'Dir::State::status', 'Dir::Cache', 'Dir::Etc::sourcelist'):
        assert f'{setting} "{tmp_path}/work/' in configuration
    assert 'Dir::Etc::sourceparts "/dev/null";' in configuration
    for question in apt.asked[1:]:
        assert f'-c {tmp_path}/work/etc/apt.conf' in question


def test_the_next_mirror_is_asked_where_one_has_not_the_suite(
    apt: FakeApt, private: PrivateApt, tmp_path: Path
) -> None:
    sources = tmp_path / 'work/etc/sources.list'
    apt.answer(update=f'grep -q other {sources}')
    private.fetch(['gazebo'], lambda _: None)
    assert 'http://other.example/tools/ bullseye main' in sources.read_text()


def test_no_mirror_with_the_suite_is_said_with_the_reasons(
    apt: FakeApt, private: PrivateApt
) -> None:
    apt.answer(update='echo E: 404; exit 100')
    with pytest.raises(SetupError, match="gives Debian's bullseye(.|\n)*E: 404"):
        private.fetch(['gazebo'], lambda _: None)


def test_no_mirror_at_all_is_said_with_the_remedy(apt: FakeApt, private: PrivateApt) -> None:
    apt.answer(targets='')
    with pytest.raises(SetupError, match='names no mirror; .* /etc/apt/sources.list.d'):
        private.fetch(['gazebo'], lambda _: None)


def test_a_failed_download_is_said_and_what_came_is_kept(
    apt: FakeApt, private: PrivateApt, tmp_path: Path
) -> None:
    partial = tmp_path / 'work/cache/archives/partial/a.deb'
    apt.answer(install=f'touch {partial}; echo E: network; exit 100')
    with pytest.raises(SetupError, match='downloading gazebo failed(.|\n)*E: network'):
        private.fetch(['gazebo'], lambda _: None)
    assert partial.exists()


def test_nothing_but_the_result_remains(private: PrivateApt, apt: FakeApt, tmp_path: Path) -> None:
    private.fetch(['gazebo'], lambda _: None)
    private.remove()
    assert not (tmp_path / 'work').exists()


def test_unpacking_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apt: FakeApt
) -> None:
    unpacker = apt.script.with_name('dpkg-deb')
    unpacker.write_text('#!/bin/sh\ntouch "$3/$(basename "$2")"\n')
    unpacker.chmod(0o755)
    prefix = tmp_path / 'prefix'
    prefix.mkdir()
    told: list[str] = []
    debian.unpack([tmp_path / 'a.deb', tmp_path / 'b.deb'], prefix, told.append)
    assert sorted(path.name for path in prefix.iterdir()) == ['a.deb', 'b.deb']
    assert told == ['unpacked 1 of 2 packages', 'unpacked 2 of 2 packages']
