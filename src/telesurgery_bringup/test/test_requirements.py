"""requirements.lock pins every package for every Python that is supported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.machine import WHEEL_PYTHONS
from telesurgery_bringup.provisioning.requirements import Pin, canonical, read, select

GROUPS = {'runtime', 'ros', 'build', 'cmake', 'test'}


@pytest.fixture(scope='module')
def pins() -> list[Pin]:
    root = Path(__file__).resolve().parents[3]
    return list(read((root / 'requirements.lock').read_text(encoding='utf-8')))


def test_the_groups_are_those_that_a_plan_names(pins: list[Pin]) -> None:
    assert {pin.group for pin in pins} == GROUPS


@pytest.mark.parametrize('python', WHEEL_PYTHONS)
def test_every_python_gets_each_package_once(pins: list[Pin], python: tuple[int, int]) -> None:
    names = Counter(canonical(pin.name) for pin in select(pins, GROUPS, python))
    assert [name for name, count in names.items() if count > 1] == []
    assert {'numpy', 'ros-rclpy', 'ros-rmw-fastrtps-cpp', 'pytest', 'empy'} <= set(names)


def test_groups_select() -> None:
    pins = list(read('# [a] one\nx==1\n# [b] two\ny==2\n'))
    assert [str(pin) for pin in select(pins, ['b'], (3, 11))] == ['y==2']


def test_python_versions_select() -> None:
    text = "# [a]\nx==1; python_version < '3.11'\nx==2; python_version >= '3.11'\n"
    pins = list(read(text))
    assert [str(pin) for pin in select(pins, ['a'], (3, 10))] == ['x==1']
    assert [str(pin) for pin in select(pins, ['a'], (3, 11))] == ['x==2']


def test_what_is_present_is_not_selected() -> None:
    pins = list(read('# [a]\nPy_YAML==1\nnumpy==2\n'))
    assert [str(pin) for pin in select(pins, ['a'], (3, 12), present=['py-yaml'])] == ['numpy==2']


@pytest.mark.parametrize('line', ['numpy', 'numpy>=1', "numpy==1; sys_platform == 'x'"])
def test_a_line_that_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(SetupError, match=r'requirements.lock:2 is .* allowed: name==version'):
        list(read(f'# [a]\n{line}\n'))


def test_a_line_outside_of_a_group_is_refused() -> None:
    with pytest.raises(SetupError, match='below a line'):
        list(read('numpy==1\n'))
