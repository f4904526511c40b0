"""News is repeated for a while, then no more."""

import pytest

from telesurgery_safety.insistence import EVERY_S, LASTING_S, Insistence

TICK = 0.002


def said_at(insistence, begin, end):
    """Return when it is to be said again, asked every tick."""
    ticks = (begin + TICK * k for k in range(1, round((end - begin) / TICK) + 1))
    return [now for now in ticks if insistence.is_due(now)]


def test_without_news_nothing_is_repeated():
    assert said_at(Insistence(), 0.0, 1.0) == []


def test_news_is_repeated_as_long_and_as_often_as_said():
    insistence = Insistence()
    insistence.news(5.0)
    said = said_at(insistence, 5.0, 6.0)
    assert said == pytest.approx([5.0 + EVERY_S * k for k in range(1, len(said) + 1)])
    assert said[-1] == pytest.approx(5.0 + LASTING_S)


def test_what_is_new_meanwhile_begins_anew():
    insistence = Insistence()
    insistence.news(5.0)
    said_at(insistence, 5.0, 5.2)
    insistence.news(5.2)
    assert said_at(insistence, 5.2, 6.0)[-1] == pytest.approx(5.2 + LASTING_S)


def test_a_loop_that_is_slower_than_the_repetition_says_it_every_time():
    insistence = Insistence()
    insistence.news(5.0)
    assert [insistence.is_due(5.0 + 0.05 * k) for k in range(1, 8)] == [True] * 6 + [False]
