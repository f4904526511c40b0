import pytest

from telesurgery_console.readiness import ArmState, Readiness

READY = ArmState('ENABLED', is_homed=True, is_busy=False)


def test_all_arms_must_be_heard_of():
    readiness = Readiness(['PSM1', 'PSM2'])
    assert not readiness.ready
    readiness.hear('PSM1', READY)
    assert readiness.describe() == 'PSM2: not heard of'
    readiness.hear('PSM2', READY)
    assert readiness.ready
    assert readiness.describe() == ''


@pytest.mark.parametrize(
    ('state', 'words'),
    [
        (ArmState('ENABLED', is_homed=False, is_busy=False), 'PSM1: ENABLED, not homed'),
        (ArmState('ENABLED', is_homed=True, is_busy=True), 'PSM1: ENABLED, homed, busy'),
        (ArmState('PAUSED', is_homed=True, is_busy=False), 'PSM1: PAUSED, homed'),
        (ArmState('FAULT', is_homed=True, is_busy=False), 'PSM1: FAULT, homed'),
    ],
)
def test_an_arm_that_cannot_be_driven_says_why(state, words):
    readiness = Readiness(['PSM1'])
    readiness.hear('PSM1', state)

    assert not readiness.ready
    assert readiness.describe() == words


def test_the_newest_state_counts():
    readiness = Readiness(['PSM1'])
    readiness.hear('PSM1', READY)
    readiness.hear('PSM1', ArmState('FAULT', is_homed=True, is_busy=False))

    assert not readiness.ready


def test_no_arms_are_ready_at_once():
    assert Readiness([]).ready
