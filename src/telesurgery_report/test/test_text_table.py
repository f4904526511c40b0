"""Tables are readable at a terminal."""

import pytest

from telesurgery_report.text_table import cell_text, text_table


def test_numbers_stand_to_the_right_and_words_to_the_left():
    table = text_table(['name', 'ms'], [('a', 1.5), ('longer', None), ('c', 12)])
    assert table.splitlines() == [
        'name     ms',
        '------  ---',
        'a       1.5',
        'longer    -',
        'c        12',
    ]


@pytest.mark.parametrize(
    ('value', 'text'),
    [(None, '-'), (True, 'yes'), (False, 'no'), (0.123456, '0.1235'), (123456.7, '123457')],
)
def test_values_are_written_for_people(value, text):
    assert cell_text(value) == text


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match='has 1 cells; allowed: 2'):
        text_table(['a', 'b'], [('only one',)])
