"""Many poses of many arms at once come out as each of them would alone."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.inverse import Outcome, solver_for
from telesurgery_arm.inverse_batch import solve_arms, solve_many
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import pose, rotation_from_vector

SAMPLES = 100_000


def random_joints(model, count, seed=11):
    return np.random.default_rng(seed).uniform(
        model.lower, model.upper, (count, len(model.joints))
    )


@pytest.mark.parametrize('name', ['PSM', 'ECM'])
def test_a_hundred_thousand_reachable_poses_are_reached_on_the_branch_they_came_from(
    robot_description, name
):
    model = robot_description.models[name]
    q = random_joints(model, SAMPLES)
    T = forward(model, q)
    near = q + np.random.default_rng(2).uniform(-0.02, 0.02, q.shape)
    solutions = solve_many(model, T, near)
    assert solutions.reached.all()
    assert np.abs(forward(model, solutions.q) - T).max() < 1e-9
    # At the remote centre itself yaw and pitch are as ill-determined as the tip is near to it.
    assert np.abs(solutions.q - q).max() < 1e-6


points = st.tuples(*[st.floats(-0.3, 0.3)] * 3)
vectors = st.tuples(*[st.floats(-3.2, 3.2)] * 3)


@settings(max_examples=20)  # both models in every one
@given(st.lists(st.tuples(points, vectors), min_size=1, max_size=8), st.integers(0, 999))
def test_whatever_is_asked_each_comes_out_as_it_would_alone(robot_description, asked, seed):
    for model in robot_description.models.values():
        near = random_joints(model, len(asked), seed)
        T = np.array([pose(rotation_from_vector(v), p) for p, v in asked])
        solutions = solve_many(model, T, near)
        solver = solver_for(model)
        for index, (one, start) in enumerate(zip(T, near.tolist(), strict=True)):
            alone = solver.solve(one, start)
            assert solutions.outcome(index) is alone.outcome
            assert solutions.q[index] == pytest.approx(alone.q, abs=1e-9)


def test_a_pose_out_of_reach_says_which_limit_and_by_how_much(psm):
    T = np.array([forward(psm, psm.home)] * 3)
    T[1, 2, 3] = -0.5
    T[2, :3, 3] = (0.0, 0.01, 0.1)
    solutions = solve_many(psm, T, psm.home)
    assert solutions.reached.tolist() == [True, False, False]
    deep, above = solutions.others[1], solutions.others[2]
    assert deep.outcome is Outcome.LIMITED
    assert str(deep.clamps[0]) == 'insertion: position 0.5065 m limited to 0.24 m'
    assert deep.deviation.metres == pytest.approx(0.2665)
    assert forward(psm, solutions.q[1])[2, 3] == pytest.approx(-0.2335)  # the nearest
    assert above.outcome is Outcome.UNREACHABLE
    assert 'height above the port 0.1 m' in str(above.clamps[0])


def test_out_of_reach_is_nan_when_the_nearest_is_not_wanted(psm):
    T = np.array([forward(psm, psm.home)] * 2)
    T[1, 2, 3] = -0.5
    q = solve_many(psm, T, psm.home, nearest=False).q
    assert np.isfinite(q[0]).all()
    assert np.isnan(q[1]).all()


def test_the_roll_joint_may_rewind(psm):
    beyond = np.array([0.1, 0.1, 0.12, 4.6, 0.2, 0.1])
    near = [0.1, 0.1, 0.12, 4.5, 0.2, 0.1]
    T = forward(psm, beyond)[None]
    assert solve_many(psm, T, near).others[0].clamps[0].what == 'roll'
    rewound = solve_many(psm, T, near, rewind=True)
    assert rewound.reached.all()
    assert rewound.q[0, 3] == pytest.approx(4.6 - math.tau)


def test_several_arms_in_one_call(robot_description, psm, ecm):
    arms = ['PSM1', 'ECM', 'PSM2', 'ECM', 'PSM3']
    q = np.full((5, 6), np.nan)
    q[[0, 2, 4]], q[[1, 3], :4] = random_joints(psm, 3), random_joints(ecm, 2)
    T = np.array(
        [
            forward(model, row[: len(model.joints)])
            for model, row in zip(map(robot_description.model_of, arms), q, strict=True)
        ]
    )
    solutions = solve_arms(robot_description, arms, T, q)
    assert solutions.reached.all()
    assert solutions.q == pytest.approx(q, abs=1e-9, nan_ok=True)


def test_none_at_all_is_none(psm):
    assert solve_many(psm, np.empty((0, 4, 4)), psm.home).q.shape == (0, 6)


def test_what_is_not_a_number_is_refused_by_its_place(psm, robot_description):
    T = np.array([forward(psm, psm.home)] * 2)
    T[1, 0, 3] = math.nan
    with pytest.raises(KinematicsError, match=r'T\[1, 0, 3\] is nan; allowed: finite numbers'):
        solve_many(psm, T, psm.home)
    with pytest.raises(KinematicsError, match=r'near\[2\] is inf'):
        solve_many(psm, T[:1], [0, 0, math.inf, 0, 0, 0])
    with pytest.raises(KinematicsError, match='have 1, 2 and 2 rows'):
        solve_arms(robot_description, ['PSM1'], T, np.zeros((2, 6)))


def test_a_reference_beyond_the_limits_counts_as_the_limit(psm):
    T = forward(psm, psm.home)[None]
    far = solve_many(psm, T, [9.0, 9.0, 9.0, 0.1, 9.0, 9.0])
    assert far.reached.all()
    assert far.q[0] == pytest.approx(psm.home, abs=1e-12)
