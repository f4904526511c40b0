"""``docs/link.md`` names what there is."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path
from textwrap import indent

import pytest

from telesurgery_link import datagrams
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality
from telesurgery_link.errors import Refusal
from telesurgery_link.impairment import Jitter, Loss, Streams
from telesurgery_link.parameters import GatewayParameters
from telesurgery_link.profiles import DirectionProfile, load_profile, profile_names


@pytest.fixture
def document(workspace: Path) -> str:
    return (workspace / 'docs' / 'link.md').read_text()


def test_every_profile_has_its_row(document: str, workspace: Path) -> None:
    for name in profile_names(workspace / 'config' / 'link'):
        assert f'\n| `{name}` |' in document


@pytest.mark.parametrize('cls', [GatewayParameters, Channel])
def test_every_key_is_explained(document: str, cls: type) -> None:
    for field in dataclasses.fields(cls):
        assert f'`{field.name}`' in document, field.name


def test_every_profile_of_the_document_loads(
    document: str, workspace: Path, tmp_path: Path
) -> None:
    link = tmp_path / 'config' / 'link'
    shutil.copytree(workspace / 'config' / 'link', link)
    table = ChannelTable.load(workspace / 'config' / 'channels.yaml')
    examples = re.findall(r'```yaml\n# a (profile|direction)\n(.*?)```', document, re.DOTALL)
    assert len(examples) >= 7
    for kind, text in examples:
        whole = text if kind == 'profile' else f'extends: none\nboth:\n{indent(text, "  ")}'
        (link / 'example.yaml').write_text(whole)
        profile = load_profile('example', link)
        for direction in Direction:
            streams = Streams.seeded(1, direction.index)
            model = profile.impairment(direction, streams, 0, table.channels)
            assert any(model.fates(n * 1_000_000, 1) for n in range(100))


def test_every_way_to_name_a_profile_loads(
    document: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    (names,) = re.findall(r'```text\n(rome_beijing\n.*?)```', document, re.DOTALL)
    for name in names.splitlines():
        assert load_profile(name, workspace / 'config' / 'link').description


@pytest.mark.parametrize('cls', [DirectionProfile, Jitter, Loss])
def test_every_key_of_a_profile_is_shown(document: str, cls: type) -> None:
    for field in dataclasses.fields(cls):
        assert f'{field.name}: ' in document, field.name


def test_every_policy_quality_and_refusal_is_explained(document: str) -> None:
    assert all(f'`{word.value}`' in document for enum in (Policy, Quality) for word in enum)
    assert all(refusal.name in document for refusal in Refusal)


def test_the_limits_are_those_of_the_code(document: str) -> None:
    assert f'at most {datagrams.DATAGRAM_LIMIT} bytes' in document
    assert f'`{datagrams.MAGIC.decode()}`' in document
