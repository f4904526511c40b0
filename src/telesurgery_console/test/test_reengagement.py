"""What a recorded operator does when his hands have been stopped."""

import pytest

from telesurgery_console.reengagement import PRESSED_S, Reengagement


def times_pressed(act, stopped_from, stopped_to, until=10.0, step=0.1):
    """Ask at every ``step`` [s]; return when the clutch was pressed, edges only."""
    edges, before = [], False
    for k in range(round(until / step)):
        now = k * step
        act.hear(['none', 'not_following' if stopped_from <= now < stopped_to else 'none'], now)
        pressed = act.pressed(now)
        if pressed and not before:
            edges.append(pytest.approx(now))
        before = pressed
    return edges


def test_the_clutch_is_pressed_some_time_after_a_stop_and_released():
    act = Reengagement(1.0)
    act.hear(['must_release', 'none'], 3.0)

    assert not act.pressed(3.9)
    assert act.pressed(4.0)
    act.hear(['none', 'none'], 4.1)
    assert act.pressed(4.0 + 0.9 * PRESSED_S)
    assert not act.pressed(4.0 + PRESSED_S)
    assert not act.pressed(9.0)


def test_a_hand_that_is_stopped_for_a_moment_only_is_left_alone():
    assert times_pressed(Reengagement(1.0), 3.0, 3.8) == []


def test_it_is_tried_again_while_the_hand_is_stopped():
    assert times_pressed(Reengagement(1.0), 3.0, 5.5) == [4.0, 5.1]


def test_nobody_engages_again_unless_it_is_asked_for():
    assert times_pressed(Reengagement(0.0), 3.0, 9.0) == []
