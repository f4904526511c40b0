"""What silence and sameness mean for each way of reporting."""

import math

import pytest

from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.health import MEANING, Health
from telesurgery_console.liveness import Liveness
from telesurgery_console.mapping import Watch

WATCH = Watch(silent_after_s=0.25, stale_after_s=3.0, idle_after_s=30.0)


def after(seconds, reporting, *, fresh, deflection=0.0, held=False, wanders=False):
    """How well a device is that has said the same for so long, asked ten times a second."""
    liveness = Liveness(WATCH, reporting)
    for k in range(round(seconds * 10) + 1):
        value = deflection + (1e-5 * (k % 2) if wanders else 0.0)
        health, reason = liveness.judge(
            Reading(Controls({'x': value}), fresh=fresh or k == 0),
            ['x'],
            deflected=deflection != 0.0,
            held=held,
            now=100.0 + 0.1 * k,
        )
        assert (health is Health.OK) == (reason == '')
    return health


@pytest.mark.parametrize(
    ('reporting', 'deflection', 'health'),
    [
        (Reporting.POLLED, 0.0, Health.OK),
        (Reporting.POLLED, 0.5, Health.OK),
        (Reporting.STREAM, 0.0, Health.SILENT),
        (Reporting.STREAM, 0.5, Health.SILENT),
        (Reporting.WHILE_DEFLECTED, 0.0, Health.OK),
        (Reporting.WHILE_DEFLECTED, 0.5, Health.SILENT),
    ],
)
def test_half_a_second_of_silence(reporting, deflection, health):
    assert after(0.5, reporting, fresh=False, deflection=deflection) is health


@pytest.mark.parametrize('reporting', Reporting)
def test_a_deflection_that_has_not_changed_for_seconds_is_a_memory(reporting):
    assert after(2.5, reporting, fresh=True, deflection=0.5) is Health.OK
    assert after(3.5, reporting, fresh=True, deflection=0.5) is Health.STALE
    assert after(3.5, reporting, fresh=True, deflection=0.5, wanders=True) is Health.OK


@pytest.mark.parametrize('reporting', Reporting)
def test_rest_may_last_unless_the_presence_button_is_held(reporting):
    assert after(40.0, reporting, fresh=True) is Health.OK
    assert after(29.0, reporting, fresh=True, held=True) is Health.OK
    assert after(31.0, reporting, fresh=True, held=True) is Health.IDLE


@pytest.mark.parametrize(
    ('reading', 'health', 'reason'),
    [
        (Reading(None, trouble='unplugged'), Health.GONE, 'unplugged'),
        (Reading(Controls({'x': math.nan})), Health.FAULT, 'x is nan; allowed: a finite number'),
        (Reading(Controls({'y': 0.0})), Health.FAULT, 'x is not among its axes (y)'),
        (Reading(Controls({'x': 0.0}), trouble='broken'), Health.FAULT, 'broken'),
    ],
)
def test_what_is_wrong_is_said_at_once(reading, health, reason):
    liveness = Liveness(WATCH, Reporting.POLLED)

    assert liveness.judge(reading, ['x'], deflected=False, held=False, now=0.0) == (health, reason)


def test_an_axis_that_is_bound_to_nothing_may_say_what_it_likes():
    liveness = Liveness(WATCH, Reporting.POLLED)
    reading = Reading(Controls({'x': 0.0, 'y': math.nan}))

    assert liveness.judge(reading, ['x'], deflected=False, held=False, now=0.0)[0] is Health.OK


def test_every_state_has_its_words():
    assert set(MEANING) == set(Health)
