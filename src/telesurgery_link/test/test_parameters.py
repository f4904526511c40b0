"""A gateway's parameters: what is required, bounded, derived."""

from __future__ import annotations

from pathlib import Path

import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_link.parameters import GatewayParameters

GOOD = {'side': 'patient', 'channels_file': '/etc/channels.yaml', 'port': 4000, 'peer_port': 4001}


def test_a_gateway_listens_to_this_machine_only_unless_told_otherwise() -> None:
    parameters = from_mapping(GatewayParameters, GOOD, where='test')
    assert parameters.bind_host == parameters.peer_host == '127.0.0.1'


def test_profiles_are_looked_for_beside_the_channel_table() -> None:
    parameters = from_mapping(GatewayParameters, GOOD, where='test')
    assert parameters.profiles_path == Path('/etc/link')
    elsewhere = from_mapping(GatewayParameters, {**GOOD, 'profiles_folder': '/x'}, where='test')
    assert elsewhere.profiles_path == Path('/x')


@pytest.mark.parametrize(
    ('wrong', 'names'),
    [
        ({'side': 'nurse'}, 'surgeon, patient'),
        ({'port': 0}, '1 .. 65535'),
        ({'peer_port': 65536}, '0 .. 65535'),
        ({'ping_period_s': 0.2}, 'path_timeout_s'),
        ({'seed': -1}, 'seed'),
        ({'ping_period_s': 0.1, 'peer_timeout_s': 0.1}, 'at least twice'),
        ({'window_s': 0.0}, 'window_s'),
        ({'port': '4000'}, 'type int'),
    ],
)
def test_impossible_values_are_refused(wrong: dict[str, object], names: str) -> None:
    with pytest.raises(ParameterError, match=names):
        from_mapping(GatewayParameters, {**GOOD, **wrong}, where='test')


@pytest.mark.parametrize('key', ['side', 'channels_file'])
def test_what_has_no_default_is_asked_for(key: str) -> None:
    with pytest.raises(ParameterError, match=f"key '{key}' is missing"):
        from_mapping(GatewayParameters, {k: v for k, v in GOOD.items() if k != key}, where='test')
