"""``$(eval)`` gives what Python gives, and runs nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_bringup.errors import LaunchFileError
from telesurgery_bringup.launch.expression import evaluate_expression

NUMBERS = st.integers(-1000, 1000).map(str)


@pytest.mark.parametrize(
    'text',
    [
        "'gz' == 'gz'",
        "'gz' in ['gz', 'classic']",
        "'x' not in ('gz', 'classic')",
        'not (True and False) or False',
        "'a' and 'b'",
        "'' or 'b'",
        '1 < 2 < 3',
        '1 < 2 > 3',
        '7 // 2 + 7 % 2 - -1',
        '7 / 2',
        "'yes' if 3 > 2 else 'no'",
        '1.5 * 2',
    ],
)
def test_the_value_is_pythons(text: str) -> None:
    assert evaluate_expression(text) == str(eval(text))


@given(st.lists(NUMBERS, min_size=2, max_size=5), st.sampled_from(['+', '-', '*', '<', '==']))
def test_numbers_are_calculated_as_in_python(numbers: list[str], operator: str) -> None:
    text = f' {operator} '.join(f'({number})' for number in numbers)
    assert evaluate_expression(text) == str(eval(text))


@pytest.mark.parametrize(
    'text',
    [
        "__import__('os').getcwd()",
        'open',
        "'a'.upper()",
        '[1, 2][0]',
        '(lambda: 1)()',
        '1 +',
        '1 / 0',
        "1 + 'a'",
        '2 ** 1000',
        '[x for x in (1, 2)]',
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(LaunchFileError, match='allowed: literals'):
        evaluate_expression(text)
