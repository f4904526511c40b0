"""A pose becomes joint positions, and whatever is not as wanted is told in numbers."""

import numpy as np
import pytest

from telesurgery_arm.cartesian import CartesianGoals, UnreachableError
from telesurgery_arm.kinematics import forward
from telesurgery_arm.workspace import Workspace


def goals(model, *, radius=1.0, nearest=True):
    return CartesianGoals(model, Workspace(np.array([0.0, 0.0, -0.2]), radius), nearest=nearest)


def solve(model, T, q=None, **how):
    q = model.home if q is None else q
    found, acted = goals(model, **how).solve(T, q, q, rewind=False)
    return found, [str(each) for each in acted]


def test_a_pose_in_reach_is_reached_without_a_word(psm):
    q = (0.2, -0.1, 0.15, 0.4, 0.3, -0.2)
    found, acted = solve(psm, forward(psm, q))
    assert found == pytest.approx(q)
    assert acted == []


def test_beyond_a_limit_the_limit_and_the_distance_are_told(psm):
    T = forward(psm, psm.home)
    T[2, 3] = -0.5
    _, acted = solve(psm, T)
    assert acted == [
        'insertion: position 0.5065 m limited to 0.24 m',
        'tip: 266.500 mm and 0.00 deg from the wanted pose (the nearest within the limits)',
    ]


def test_at_a_singularity_the_distance_is_told(psm):
    T = forward(psm, psm.home)
    T[:3, 3] = 0.0
    _, acted = solve(psm, T)
    assert len(acted) == 1
    assert acted[0].endswith('from the wanted pose (near a singularity)')


def test_outside_of_the_workspace_its_surface_and_the_distance_are_told(psm):
    T = forward(psm, psm.home)
    T[0, 3] += 0.08
    _, acted = solve(psm, T, radius=0.1)
    assert 'distance from the centre of the workspace' in acted[0]
    assert acted[-1].endswith('from the wanted pose (the nearest within the limits)')


def test_above_the_port_nothing_is_gone_to(psm, ecm):
    for model in (psm, ecm):
        T = forward(model, model.home)
        T[:3, 3] = (0.0, 0.01, 0.05)
        with pytest.raises(UnreachableError, match='height above the port 0.05 m'):
            solve(model, T)


def test_what_is_to_be_refused_names_every_limit_and_the_remedy(psm):
    T = forward(psm, psm.home)
    T[2, 3] = -0.5
    with pytest.raises(
        UnreachableError, match=r'insertion: position 0.5065 m limited to 0.24 m; allowed: a pose'
    ):
        solve(psm, T, nearest=False)
