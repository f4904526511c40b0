"""Late, doubled and reordered commands are stale; a restarted console is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from telesurgery_safety.ordering import RESTART_NS, Arrival, Ordering


def test_the_first_command_is_newer():
    assert Ordering().classify(0, 0) is Arrival.NEWER


def test_a_doubled_command_is_stale():
    ordering = Ordering()
    ordering.classify(7, 100)
    assert ordering.classify(7, 100) is Arrival.STALE


def test_an_overtaken_command_is_stale():
    ordering = Ordering()
    ordering.classify(8, 200)
    assert ordering.classify(7, 100) is Arrival.STALE
    # A keep-alive is stamped a little later than the sample that overtook it.
    assert ordering.classify(6, 201) is Arrival.STALE


def test_numbers_that_run_away_from_the_stamps_are_somebody_elses():
    ordering = Ordering()
    ordering.classify(10, 1_000_000_000)
    assert ordering.classify(100_010, 1_005_000_000) is Arrival.FOREIGN
    assert ordering.classify(11, 1_005_000_000) is Arrival.NEWER


def test_a_number_that_comes_with_two_stamps_is_somebody_elses():
    ordering = Ordering()
    for k in range(20):
        ordering.classify(k, 5_000_000 * k)
    assert ordering.classify(12, 5_000_000 * 12) is Arrival.STALE
    assert ordering.classify(12, 5_000_000 * 12 + 1) is Arrival.FOREIGN


def test_a_far_higher_number_with_a_much_newer_stamp_is_a_restarted_console():
    ordering = Ordering()
    ordering.classify(10, 0)
    assert ordering.classify(3_000_000, RESTART_NS - 1) is Arrival.FOREIGN
    assert ordering.classify(3_000_000, RESTART_NS) is Arrival.RESTARTED


def test_numbers_may_be_missing_for_as_long_as_an_outage_lasts():
    ordering = Ordering()
    ordering.classify(10, 0)
    assert ordering.classify(10 + 400, 2_000_000_000) is Arrival.NEWER


def test_a_lower_number_with_a_much_newer_stamp_is_a_restarted_console():
    ordering = Ordering()
    ordering.classify(5000, 100)
    assert ordering.classify(0, 100 + RESTART_NS) is Arrival.RESTARTED
    assert ordering.classify(1, 101 + RESTART_NS) is Arrival.NEWER
    assert ordering.classify(5001, 101) is Arrival.STALE  # the old console's, late


def test_a_restarted_console_may_be_at_the_same_number_by_chance():
    ordering = Ordering()
    ordering.classify(7, 100)
    assert ordering.classify(7, 100 + RESTART_NS) is Arrival.RESTARTED


@given(st.permutations(list(range(20))))
def test_whatever_the_order_numbers_only_rise(order):
    ordering = Ordering()
    taken = [number for number in order if ordering.classify(number, number) is Arrival.NEWER]
    assert taken == sorted(taken)
    assert taken[-1] == 19
