"""When a site counts as out of reach."""

from telesurgery_safety.link_watch import LinkWatch


def test_a_link_that_was_never_alive_is_not_dead():
    watch = LinkWatch(2.0)
    assert not watch.is_dead(100.0)
    watch.heard(100.0, alive=False)
    assert not watch.is_dead(200.0)


def test_a_link_dies_for_want_of_good_news():
    watch = LinkWatch(2.0)
    watch.heard(1.0, alive=True)
    assert not watch.is_dead(3.0)
    assert watch.is_dead(3.01)
    watch.heard(3.1, alive=False)
    assert watch.is_dead(3.1)
    watch.heard(3.2, alive=True)
    assert not watch.is_dead(3.2)


def test_one_bad_report_among_good_ones_is_none():
    watch = LinkWatch(2.0)
    for tenth in range(100):
        watch.heard(tenth / 10, alive=tenth % 10 == 0)
        assert not watch.is_dead(tenth / 10)
