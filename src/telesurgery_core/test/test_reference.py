from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.parameters import parameter
from telesurgery_core.reference import parameter_table


@dataclass(frozen=True)
class Sample:
    name: str = parameter(doc='Name, a|b.', choices=('a', 'b'))
    delay_s: float = parameter(0.1, unit='s', low=0.0, high=1.0, doc='Delay.')
    path: str = parameter('', doc='Path.')


def test_a_parameter_set_becomes_a_table_with_one_line_a_field() -> None:
    assert parameter_table(Sample).splitlines() == [
        '| key | default | allowed | meaning |',
        '|---|---|---|---|',
        '| `name` | required | a, b | Name, a\\|b. |',
        '| `delay_s` | `0.1` | 0 .. 1 s | Delay. |',
        "| `path` | `''` |  | Path. |",
    ]
