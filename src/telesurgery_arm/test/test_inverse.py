"""Inverse kinematics brings the tip where it was, or says by name why it cannot."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.instrument import InstrumentSolver
from telesurgery_arm.inverse import Outcome, deviation, solver_for
from telesurgery_arm.kinematics import forward, forward_once, joint_frames
from telesurgery_core.transforms import pose, rotation_about, rotation_angle, rotation_from_vector

SAMPLES = 10_000


def random_joints(model, count, seed=11):
    return np.random.default_rng(seed).uniform(
        model.lower, model.upper, (count, len(model.joints))
    )


@pytest.mark.parametrize('name', ['PSM', 'ECM'])
def test_round_trip_over_the_whole_joint_space(robot_description, name):
    model = robot_description.models[name]
    solver = solver_for(model)
    rng = np.random.default_rng(12)
    for q in random_joints(model, SAMPLES):
        T = forward_once(model, q.tolist())
        near = np.clip(q + rng.normal(0.0, 0.02, len(q)), model.lower, model.upper)
        solution = solver.solve(T, near.tolist())
        assert solution.outcome is Outcome.REACHED
        assert np.abs(forward_once(model, solution.q) - T).max() < 1e-9
        assert np.abs(np.array(solution.q) - q).max() < 1e-8  # the branch it came from


def bent(psm, angle):
    """A pose that would need a wrist pitch of ``angle``, which may lie beyond its limit."""
    free = tuple(dataclasses.replace(j, lower=-9.0, upper=9.0) for j in psm.joints)
    return forward(dataclasses.replace(psm, joints=free), (0.2, 0.1, 0.12, 0.3, angle, 0.2))


@pytest.mark.parametrize('angle', [1.42, 1.5, 1.55, -1.45])
def test_beyond_the_wrist_the_tip_stays_and_the_orientation_gives_way(psm, angle):
    T = bent(psm, angle)
    solution = solver_for(psm).solve(T, (0.2, 0.1, 0.12, 0.3, math.copysign(1.39, angle), 0.2))
    metres, radians = deviation(psm, solution.q, T)
    assert solution.outcome in (Outcome.LIMITED, Outcome.SINGULAR)
    assert solution.clamps or solution.q[4] == pytest.approx(math.copysign(1.39626, angle))
    assert metres < 1e-9
    assert 0.0 < radians < abs(angle) - 1.39626 + 0.2


def test_nothing_flips_on_the_way_through_the_wrists_singularity(psm):
    solver = solver_for(psm)
    q = (0.2, 0.1, 0.12, 0.3, 1.2, 0.2)
    largest = 0.0
    for angle in np.linspace(1.2, 1.9, 701):  # a milliradian a step, through pi/2
        after = solver.solve(bent(psm, angle), q).q
        largest = max(largest, *(abs(b - a) for a, b in zip(q, after, strict=True)))
        q = after
    assert largest < 0.05


@pytest.mark.parametrize('aside', [0.0005, 0.002, 0.01, 0.03])
def test_passing_close_by_the_singularity_is_damped(psm, aside):
    """The undamped solution would turn the roll joint by up to a radian for a milliradian."""
    start = (0.2, 0.1, 0.12, 0.3, 1.5, 0.0)
    p = bent(psm, 1.5)[:3, 3]
    axis = np.cross(joint_frames(psm, start)[4][:3, 2], p / np.linalg.norm(p))
    solver, q, largest = solver_for(psm), None, 0.0
    for angle in np.linspace(1.3, 1.9, 601):
        R = rotation_from_vector(aside * axis) @ bent(psm, angle)[:3, :3]
        solution = solver.solve(pose(R, p), q or (0.2, 0.1, 0.12, 0.3, 1.39, 0.0))
        if q is not None:
            largest = max(largest, *(abs(b - a) for a, b in zip(q, solution.q, strict=True)))
        q = solution.q
        assert deviation(psm, q, pose(R, p))[0] < 1e-9
    assert largest < 0.05


def test_roll_goes_on_beyond_half_a_turn(psm):
    q = (0.1, 0.1, 0.12, 3.5, 0.2, 0.1)
    assert solver_for(psm).solve(forward(psm, q), (0, 0, 0.12, 3.4, 0, 0)).q == pytest.approx(q)


def test_roll_stops_at_its_limit_when_following_and_rewinds_when_moving(psm):
    beyond = (0.1, 0.1, 0.12, 4.6, 0.2, 0.1)
    T, near = forward(psm, beyond), (0.1, 0.1, 0.12, 4.5, 0.2, 0.1)
    stopped = solver_for(psm).solve(T, near)
    assert stopped.outcome is Outcome.LIMITED
    assert stopped.q[3] == psm.upper[3]
    assert stopped.clamps[0].what == 'roll'
    metres, radians = deviation(psm, stopped.q, T)
    assert metres < 1e-9
    assert 0.01 < radians < 0.2
    rewound = solver_for(psm).solve(T, near, rewind=True)
    assert rewound.outcome is Outcome.REACHED
    assert rewound.q[3] == pytest.approx(4.6 - math.tau)


def test_too_deep_is_limited_and_says_so(psm):
    T = forward(psm, psm.home)
    T[2, 3] = -0.5
    solution = solver_for(psm).solve(T, psm.home)
    assert solution.outcome is Outcome.LIMITED
    assert str(solution.clamps[0]) == 'insertion: position 0.5065 m limited to 0.24 m'


@pytest.mark.parametrize('name', ['PSM', 'ECM'])
def test_a_tip_outside_of_the_patient_is_unreachable(robot_description, name):
    model = robot_description.models[name]
    T = forward(model, model.home)
    T[:3, 3] = (0.01, 0.02, 0.1)
    solution = solver_for(model).solve(T, model.home)
    assert solution.outcome is Outcome.UNREACHABLE
    assert solution.q == model.home


@pytest.mark.parametrize('name', ['PSM', 'ECM'])
def test_a_tip_at_the_remote_centre_is_singular(robot_description, name):
    model = robot_description.models[name]
    T = forward(model, model.home)
    T[:3, 3] = 0.0
    solution = solver_for(model).solve(T, model.home)
    assert solution.outcome is Outcome.SINGULAR
    assert deviation(model, solution.q, T)[0] < 1e-3  # an endoscope does not retract that far


@pytest.mark.parametrize('beyond', [4e-7, -4e-7, 1e-8, 3e-9, 0.0])
def test_with_the_wrists_centre_at_the_remote_centre_a_solution_is_exact_or_called_singular(
    psm, beyond
):
    q = (-0.66, 0.06, 0.0156 + beyond, 1.7, 0.3, 1.0)
    T = forward(psm, q)
    solution = solver_for(psm).solve(T, (-0.65, 0.05, 0.0156, 1.69, 0.31, 1.01))
    reached = solution.outcome is Outcome.REACHED
    assert reached or solution.outcome is Outcome.SINGULAR
    assert reached == (max(deviation(psm, solution.q, T)) < 1e-9)


def test_the_endoscopes_roll_is_the_best_one(ecm):
    rng = np.random.default_rng(5)
    for q in random_joints(ecm, 50):
        T = forward(ecm, q)
        T[:3, :3] = rotation_from_vector(rng.normal(0.0, 0.3, 3)) @ T[:3, :3]
        solution = solver_for(ecm).solve(T, q.tolist())
        if solution.clamps:
            continue
        metres, radians = deviation(ecm, solution.q, T)
        assert metres < 1e-12
        for roll in np.linspace(ecm.lower[3], ecm.upper[3], 60):
            R = forward(ecm, (*solution.q[:3], roll))[:3, :3]
            assert radians <= rotation_angle(R.T @ T[:3, :3]) + 1e-9


vectors = st.tuples(*[st.floats(-3.2, 3.2)] * 3)
points = st.tuples(*[st.floats(-0.4, 0.4)] * 3)


@given(points, vectors, st.integers(0, 9999), st.booleans())
def test_whatever_is_asked_the_answer_is_within_the_limits(psm, p, v, seed, rewind):
    reference = random_joints(psm, 1, seed)[0].tolist()
    T = pose(rotation_from_vector(v), p)
    solution = solver_for(psm).solve(T, reference, rewind=rewind)
    assert np.isfinite(solution.q).all()
    assert (solution.q >= psm.lower).all()
    assert (solution.q <= psm.upper).all()
    metres, radians = deviation(psm, solution.q, T)
    if solution.outcome is Outcome.REACHED:
        assert max(metres, radians) < 1e-6
    placing = {'yaw', 'pitch', 'insertion'}.intersection(c.what for c in solution.clamps)
    if solution.outcome is not Outcome.UNREACHABLE and not placing:
        assert metres < 2e-6  # the tip before its orientation; at the RCM itself there is a gap


@given(points, vectors)
def test_whatever_the_endoscope_is_asked_the_answer_is_within_the_limits(ecm, p, v):
    T = pose(rotation_from_vector(v), p)
    solution = solver_for(ecm).solve(T, ecm.home)
    assert (solution.q >= ecm.lower).all()
    assert (solution.q <= ecm.upper).all()
    if solution.outcome is Outcome.REACHED:
        assert deviation(ecm, solution.q, T)[0] < 1e-9


def test_a_chain_without_a_closed_form_is_refused(psm):
    shifted = dataclasses.replace(psm.joints[1], a=0.01)
    other = dataclasses.replace(psm, joints=(psm.joints[0], shifted, *psm.joints[2:]))
    with pytest.raises(KinematicsError, match="joint 'pitch'"):
        solver_for(other)
    skewed = dataclasses.replace(psm.joints[4], alpha=0.0)
    with pytest.raises(KinematicsError, match='the wrist is'):
        InstrumentSolver(dataclasses.replace(psm, joints=(*psm.joints[:4], skewed, psm.joints[5])))
    with pytest.raises(KinematicsError, match='has 5 joints; allowed: 6'):
        solver_for(dataclasses.replace(psm, joints=psm.joints[:5], home=psm.home[:5]))


def test_a_turn_of_the_tip_on_the_spot_keeps_the_tip(psm):
    T = forward(psm, psm.home)
    q = psm.home
    for angle in np.linspace(0.0, 1.2, 121):
        turned = pose(rotation_about('x', angle) @ T[:3, :3], T[:3, 3])
        q = solver_for(psm).solve(turned, q).q
        assert deviation(psm, q, turned)[0] < 1e-9
