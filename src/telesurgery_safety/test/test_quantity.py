"""A quantity warns from a share of its limit on, trips beyond it, and says so with its unit."""

import math

import pytest

from telesurgery_safety.quantity import MILLIMETRES, MILLISECONDS, Quantity


def delay(**how):
    return Quantity('delay', MILLISECONDS, 0.1, warn_at=0.7, **how)


def test_it_trips_beyond_its_limit_and_not_on_it():
    assert delay().check(0.1, 0.0) is None
    assert delay().check(0.1011, 0.0) == 'delay 101 ms (limit 100 ms)'


def test_it_warns_of_the_greatest_value_since_it_was_last_asked():
    quantity = delay()
    quantity.check(0.085, 0.0)
    quantity.check(0.01, 0.1)
    assert quantity.take_warning() == 'delay 85 ms (limit 100 ms)'
    assert quantity.take_warning() is None


def test_its_share_goes_from_the_warning_to_the_limit():
    quantity = delay()
    shares = []
    for value in (0.05, 0.07, 0.085, 0.1, 0.2):
        quantity.check(value, 0.0)
        shares.append(quantity.share)
    assert shares == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


def test_one_that_must_last_trips_only_when_it_lasted_without_a_break():
    quantity = delay(lasting_s=0.5)
    assert quantity.check(0.2, 0.0) is None
    assert quantity.check(0.2, 0.4) is None
    assert quantity.check(0.0, 0.45) is None
    assert quantity.check(0.2, 0.6) is None
    assert quantity.check(0.2, 1.2) is not None


def test_what_tripped_and_is_conceded_trips_again_only_when_it_grows():
    quantity = delay()
    assert quantity.check(0.15, 0.0)
    quantity.concede()
    assert quantity.check(0.159, 0.1) is None
    assert quantity.check(0.12, 0.2) is None
    assert quantity.check(0.131, 0.3) == 'delay 131 ms (limit 100 ms)'


def test_what_is_conceded_is_over_once_the_value_is_within_its_limit():
    quantity = delay()
    assert quantity.check(0.15, 0.0)
    quantity.concede()
    assert quantity.check(0.09, 0.1) is None
    assert quantity.check(0.101, 0.2)


def test_nothing_is_conceded_before_it_tripped():
    quantity = delay(lasting_s=0.5)
    assert quantity.check(0.15, 0.0) is None
    quantity.concede()
    assert quantity.check(0.15, 0.5)


def test_what_is_not_known_is_no_alarm():
    quantity = delay()
    assert quantity.check(math.nan, 0.0) is None
    assert quantity.take_warning() is None


def test_units_are_those_of_people():
    quantity = Quantity('error', MILLIMETRES, 0.02, warn_at=0.7)
    assert quantity.check(0.0213, 0.0) == 'error 21.3 mm (limit 20.0 mm)'
