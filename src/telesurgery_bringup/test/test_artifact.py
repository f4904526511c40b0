"""A folder is complete under its name, or not there, whenever its making is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from telesurgery_bringup.provisioning.artifact import Artifact, key_of


@pytest.fixture
def artifact(tmp_path: Path) -> Artifact:
    return Artifact(tmp_path / 'thing', 'key')


def make(artifact: Artifact, content: str) -> None:
    (artifact.begin() / 'file').write_text(content)
    artifact.finish()


def test_it_is_not_there_before_it_is_made(artifact: Artifact) -> None:
    assert not artifact.is_complete()
    assert not artifact.is_filled()


def test_it_is_there_once_it_is_finished(artifact: Artifact) -> None:
    make(artifact, 'a')
    assert artifact.is_complete()
    assert (artifact.link / 'file').read_text() == 'a'


def test_it_is_not_there_while_it_is_made(artifact: Artifact) -> None:
    (artifact.begin() / 'file').write_text('half')
    assert not artifact.is_complete()
    assert not artifact.link.exists()


def test_what_an_interruption_left_is_not_in_the_next_attempt(artifact: Artifact) -> None:
    (artifact.begin() / 'leftover').touch()
    assert list(artifact.begin().iterdir()) == []


def test_an_interruption_between_the_last_two_moments_is_mended(artifact: Artifact) -> None:
    make(artifact, 'a')
    artifact.link.unlink()
    assert artifact.is_filled()
    assert not artifact.is_complete()
    artifact.finish()
    assert artifact.is_complete()


def test_the_old_one_stays_in_use_until_the_new_one_is_complete(artifact: Artifact) -> None:
    make(artifact, 'old')
    newer = Artifact(artifact.link, 'newer')
    (newer.begin() / 'file').write_text('new')
    assert (artifact.link / 'file').read_text() == 'old'
    newer.finish()
    assert (artifact.link / 'file').read_text() == 'new'
    assert not artifact.folder.exists()
    assert not artifact.is_complete()


def test_a_key_follows_every_input() -> None:
    keys = {key_of('a', 'b'), key_of('a', 'c'), key_of('ab'), key_of('a', 'b', '')}
    assert len(keys) == 4
    assert key_of('a', 1) == key_of('a', 1)
