"""The table of paths: both sides read the same file, and bad rows are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_link.channels import Side
from telesurgery_link.parameters import GatewayParameters
from telesurgery_link.paths import PathTable

TWO = """
paths:
  - name: fibre
    surgeon: {host: 10.0.1.1, port: 47010}
    patient: {host: 10.0.1.2, port: 47020, bind: 0.0.0.0}
    profile: rome_beijing
  - name: 5g
    surgeon: {host: 10.0.2.1, port: 47010}
    patient: {host: 10.0.2.2, port: 47020}
"""


def load(folder: Path, text: str) -> PathTable:
    path = folder / 'paths.yaml'
    path.write_text(text)
    return PathTable.load(path)


def test_both_sides_find_their_ends(tmp_path: Path) -> None:
    fibre, mobile = load(tmp_path, TWO).paths
    assert (fibre.name, fibre.profile) == ('fibre', 'rome_beijing')
    assert (mobile.name, mobile.profile) == ('5g', 'none')
    assert fibre.end(Side.SURGEON).own_host == '10.0.1.1'
    assert fibre.end(Side.PATIENT).own_host == '0.0.0.0'
    assert fibre.end(Side.PATIENT).host == '10.0.1.2'


@pytest.mark.parametrize(
    ('was', 'wrong', 'names'),
    [
        ('name: 5g', 'name: fibre', "'fibre' has 2 rows"),
        ('name: 5g', "name: ''", "'' has 1 rows"),
        ('port: 47010', 'port: 0', '1 .. 65535'),
        ('10.0.2.1', '10.0.1.1', 'surgeon end 10.0.1.1:47010 stands in 2 paths'),
        ('profile:', 'prophile:', "unknown key 'prophile'"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, was: str, wrong: str, names: str) -> None:
    with pytest.raises(ParameterError, match=names):
        load(tmp_path, TWO.replace(was, wrong))


def test_a_table_without_paths_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match='has 0 rows'):
        load(tmp_path, 'paths: []')


@pytest.mark.parametrize('side', list(Side))
def test_one_path_needs_no_file(side: Side) -> None:
    parameters = from_mapping(
        GatewayParameters,
        {
            'side': side.value,
            'channels_file': 'x',
            'port': 1,
            'peer_port': 2,
            'peer_host': 'peer.example',
            'bind_host': '0.0.0.0',
            'profile': 'lan',
        },
        where='test',
    )
    (row,) = parameters.path_table().paths
    assert (row.end(side).own_host, row.end(side).port) == ('0.0.0.0', 1)
    assert (row.end(side.other).host, row.end(side.other).port) == ('peer.example', 2)
    assert row.profile == 'lan'
