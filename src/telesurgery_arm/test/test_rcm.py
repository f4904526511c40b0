"""A tool inside its cannula moves only along its shaft; the remote centre never moves."""

import pytest

from telesurgery_arm.limits import Limit
from telesurgery_arm.rcm import guard_way, is_through_cannula

DEEP = (0.1, 0.2, 0.12, 0.0, 0.0, 0.0)
DEEP_ASIDE = (0.3, -0.1, 0.1, 0.5, 0.1, 0.1)
SHALLOW = (0.1, 0.2, 0.03, 0.0, 0.0, 0.0)


def test_a_tool_past_its_cannula_goes_anywhere(psm):
    assert guard_way(psm, DEEP, DEEP_ASIDE) == (list(DEEP_ASIDE), ())


@pytest.mark.parametrize(('q', 'goal'), [(SHALLOW, DEEP_ASIDE), ((0.3, 0, 0.1, 0, 0, 0), SHALLOW)])
def test_a_way_that_begins_or_ends_in_the_cannula_keeps_yaw_and_pitch(psm, q, goal):
    allowed, clamps = guard_way(psm, q, goal)
    assert allowed == [*q[:2], *goal[2:]]
    assert [clamp.limit for clamp in clamps] == [Limit.CANNULA]


def test_a_way_along_the_shaft_is_not_held_back(psm):
    goal = (*SHALLOW[:2], 0.12, 0.3, 0.2, 0.1)
    assert guard_way(psm, SHALLOW, goal) == (list(goal), ())


def test_through_the_cannula_is_45_mm_past_the_remote_centre(psm):
    assert is_through_cannula(psm, 0.0606)
    assert not is_through_cannula(psm, 0.0605)


def test_the_endoscope_is_never_held_back(ecm):
    goal = (0.2, 0.1, 0.001, 0.0)
    assert guard_way(ecm, (0.0, 0.0, 0.0, 0.0), goal) == (list(goal), ())
