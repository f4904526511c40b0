from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pytest

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import from_mapping, load_yaml, parameter


class Colour(Enum):
    RED = 'red'
    BLUE = 'blue'


@dataclass(frozen=True)
class Inner:
    length: float = parameter(doc='Length.', unit='m', low=0.0)


@dataclass(frozen=True)
class Sample:
    gain: float = parameter(0.5, doc='Gain.', low=0.0, high=1.0)
    count: int = parameter(1, doc='Count.')
    on: bool = parameter(True, doc='On.')
    name: str = parameter('a', doc='Name.', choices=('a', 'b'))
    colour: Colour = parameter(Colour.RED, doc='Colour.')
    points: tuple[float, ...] = parameter((), doc='Points.', high=9.0)
    pair: tuple[float, float] = parameter((0.0, 0.0), doc='Pair.')
    inner: Inner | None = parameter(None, doc='One.')
    many: dict[str, Inner] = parameter(None, doc='Many.')

    def __post_init__(self) -> None:
        if self.count == 13:
            raise ParameterError('count is 13; allowed: any other; choose one')


def sample(**mapping: object) -> Sample:
    return from_mapping(Sample, mapping, where='sample.yaml')


def test_an_empty_mapping_gives_the_defaults() -> None:
    assert sample() == Sample()


def test_values_are_converted_to_the_declared_types() -> None:
    got = sample(
        gain=1,
        colour='blue',
        points=[1, 2.5],
        inner={'length': 2},
        many={'x': {'length': 1.0}},
    )
    assert isinstance(got.gain, float)
    assert got.colour is Colour.BLUE
    assert got.points == (1.0, 2.5)
    assert got.inner == Inner(2.0)
    assert got.many == {'x': Inner(1.0)}


@pytest.mark.parametrize(
    ('mapping', 'message'),
    [
        ({'gian': 1.0}, "unknown key 'gian'; allowed: gain, count"),
        ({'gain': 1.5}, r'gain is 1.5; allowed: 0 .. 1; set it'),
        ({'gain': float('nan')}, 'gain is nan; allowed: a number'),
        ({'gain': 'high'}, "gain is 'high'; allowed: a value of type float"),
        ({'gain': True}, 'gain is True'),
        ({'count': 1.5}, 'count is 1.5'),
        ({'count': True}, 'count is True'),
        ({'on': 1}, 'on is 1'),
        ({'name': 'c'}, "name is 'c'; allowed: a, b"),
        ({'colour': 'green'}, "colour is 'green'; allowed: red, blue"),
        ({'points': 3.0}, 'points is 3.0; allowed: a list'),
        ({'points': [1.0, 10.0]}, r'points is 10.0; allowed: -inf .. 9'),
        ({'pair': [1.0]}, r'pair is \[1.0\]; allowed: a list of 2 values'),
        ({'inner': {'length': -1.0}}, 'inner: length is -1.0; allowed: 0 .. inf m'),
        ({'inner': {}}, "inner: key 'length' is missing"),
        ({'many': {'x': 3}}, 'many.x is 3; allowed: a mapping'),
        ({'many': [1]}, r'many is \[1\]; allowed: a mapping'),
        ({'count': 13}, 'sample.yaml: count is 13'),
    ],
)
def test_what_is_wrong_is_named(mapping: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        sample(**mapping)
    assert str(caught.value).startswith('sample.yaml')
    assert '\n' not in str(caught.value)


def test_a_document_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ParameterError, match='allowed: a mapping with the keys gain, count'):
        from_mapping(Sample, [1, 2], where='sample.yaml')


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / 'sample.yaml'
    path.write_text('gain: 0.25\n')
    assert load_yaml(Sample, path).gain == 0.25


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match='cannot be read'):
        load_yaml(Sample, tmp_path / 'absent.yaml')


def test_a_file_that_is_not_yaml_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / 'sample.yaml'
    path.write_text('gain: [1,\n')
    with pytest.raises(ParameterError, match='is not YAML') as caught:
        load_yaml(Sample, path)
    assert '\n' not in str(caught.value)


def test_the_standard_sentence_lists_what_is_allowed() -> None:
    assert one_of('arm', 'PSM9', ['PSM1', 'ECM'], 'use one') == (
        "arm is 'PSM9'; allowed: PSM1, ECM; use one"
    )


@pytest.mark.parametrize(
    'text', ['gain: 1.0\ngain: 2.0\n', 'gain: 1.0\nparts: {a: 1, a: 2}\n'], ids=['root', 'nested']
)
def test_a_key_that_stands_twice_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / 'sample.yaml'
    path.write_text(text)
    with pytest.raises(ParameterError, match=r"key '(gain|a)' stands twice") as caught:
        load_yaml(Sample, path)
    assert '\n' not in str(caught.value)
    assert 'line 2' in str(caught.value)
