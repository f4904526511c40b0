"""Monitors trip after their limit, not before, and say why."""

import math

import pytest

from telesurgery_safety.monitors import CommandAge, Silence


def test_silence_trips_only_after_the_limit():
    silence = Silence('command', 0.1)
    silence.arrived(1.0)
    assert silence.check(1.099) is None
    assert silence.check(1.104) == 'no command for 104 ms (limit 100 ms)'


def test_silence_does_not_trip_before_the_first_arrival():
    silence = Silence('command', 0.1)
    assert silence.check(1e6) is None
    assert not silence.heard
    assert silence.gap(5.0) == math.inf


def test_an_arrival_ends_the_silence():
    silence = Silence('command', 0.1)
    silence.arrived(1.0)
    silence.arrived(1.5)
    assert silence.check(1.55) is None
    assert silence.gap(1.55) == pytest.approx(0.05)


def test_a_steady_long_path_is_not_too_old():
    age = CommandAge(0.3)
    assert all(age.check(0.135) is None for _ in range(100))
    assert age.newest_s == 0.135


@pytest.mark.parametrize(('age_s', 'words'), [(0.412, '412 ms old'), (-2.0, 'in the future')])
def test_an_old_or_future_command_trips_in_words(age_s, words):
    assert words in str(CommandAge(0.3).check(age_s))


def test_the_age_of_no_command_is_unknown():
    assert math.isnan(CommandAge(0.3).newest_s)
