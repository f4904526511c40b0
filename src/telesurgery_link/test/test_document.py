"""``docs/link.md`` names what there is."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from telesurgery_link import datagrams
from telesurgery_link.channels import Channel, Policy, Quality
from telesurgery_link.errors import Refusal
from telesurgery_link.impairment.treatment import Jitter, Loss
from telesurgery_link.parameters import GatewayParameters
from telesurgery_link.profiles import (
    DirectionProfile,
    profile_names,
)


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
