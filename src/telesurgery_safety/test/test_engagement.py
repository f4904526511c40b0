"""Only an epoch that was never seen is a fresh engagement."""

from telesurgery_core.types import HandCommand
from telesurgery_safety.engagement import Engagement


def asked(epoch, *, engaged=True, arm='PSM1'):
    return HandCommand(arm=arm, engaged=engaged, epoch=epoch)


def seen(epoch):
    engagement = Engagement()
    engagement.is_fresh(asked(epoch, engaged=False))
    return engagement


def test_the_first_epoch_ever_seen_is_not_fresh():
    engagement = Engagement()
    assert not engagement.is_fresh(asked(4))
    assert not engagement.is_fresh(asked(4))
    assert not engagement.is_granted(asked(4))


def test_a_newer_epoch_is_fresh_once():
    engagement = seen(4)
    assert engagement.is_fresh(asked(5))
    assert not engagement.is_fresh(asked(5))
    assert engagement.is_granted(asked(5))


def test_an_older_epoch_is_never_fresh():
    engagement = seen(4)
    assert not engagement.is_fresh(asked(3))


def test_a_newer_epoch_that_is_not_engaged_any_more_is_not_fresh():
    engagement = seen(4)
    assert not engagement.is_fresh(asked(5, engaged=False))
    assert not engagement.is_fresh(asked(5))


def test_an_engagement_is_granted_for_one_arm():
    engagement = seen(4)
    engagement.is_fresh(asked(5, arm='PSM1'))
    assert not engagement.is_granted(asked(5, arm='PSM2'))
    assert not engagement.is_granted(asked(5, engaged=False))


def test_epochs_wrap_around():
    engagement = seen(2**32 - 1)
    assert engagement.is_fresh(asked(0))
    assert not engagement.is_fresh(asked(2**32 - 1))
