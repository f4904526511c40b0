"""When a site counts as out of reach."""

from telesurgery_safety.link_watch import LinkWatch


def test_a_link_that_was_never_alive_is_not_dead():
    watch = LinkWatch(0.5)
    assert not watch.is_dead(100.0)
    watch.heard(100.0, alive=False)
    assert not watch.is_dead(200.0)


def test_a_link_dies_by_its_gateways_word_and_by_its_silence():
    watch = LinkWatch(0.5)
    watch.heard(1.0, alive=True)
    assert not watch.is_dead(1.5)
    assert watch.is_dead(1.51)
    watch.heard(1.6, alive=False)
    assert watch.is_dead(1.6)
    watch.heard(1.7, alive=True)
    assert not watch.is_dead(1.7)
