"""Cartesian goals stay in the ball; a tip outside of it is not pulled in."""

import numpy as np
import pytest

from telesurgery_arm.workspace import Workspace

CENTRE = np.array([0.0, 0.0, -0.2])
BALL = Workspace(CENTRE, 0.1)


def at(*p):
    T = np.eye(4)
    T[:3, 3] = p
    return T


def test_a_goal_inside_is_left_alone():
    T, clamps = BALL.clamp(at(0.05, 0.0, -0.2), CENTRE)
    assert T[:3, 3].tolist() == [0.05, 0.0, -0.2]
    assert clamps == ()


def test_a_goal_outside_is_brought_to_the_surface_and_says_so():
    goal = at(0.3, 0.0, -0.2)
    T, clamps = BALL.clamp(goal, CENTRE)
    assert T[:3, 3] == pytest.approx([0.1, 0.0, -0.2])
    assert 'centre of the workspace 0.3 m limited to 0.1 m' in str(clamps[0])
    assert goal[0, 3] == 0.3  # what was asked is not changed


def test_a_tip_outside_may_stay_but_go_no_further():
    now = np.array([0.15, 0.0, -0.2])
    assert BALL.clamp(at(*now), now)[1] == ()
    assert BALL.clamp(at(0.0, 0.15, -0.2), now)[1] == ()
    T, _ = BALL.clamp(at(0.2, 0.0, -0.2), now)
    assert T[:3, 3] == pytest.approx(now)
