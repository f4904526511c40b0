"""Forward kinematics and Jacobian against poses known by hand and against each other."""

import numpy as np
import pytest

from telesurgery_arm.kinematics import (
    forward,
    forward_once,
    jacobian,
    joint_frames,
    twist_once,
)
from telesurgery_core.transforms import rotation_vector

# Rows of R and the point [m], as published with six decimals.
GOLDEN = [
    ('PSM', (0, 0, 0.12, 0, 0, 0), [[0, 1, 0], [1, 0, 0], [0, 0, -1]], (0, 0, -0.1135)),
    (
        'PSM',
        (0.3, -0.2, 0.15, 0.5, 0.4, -0.3),
        [
            [0.487188, 0.859887, -0.152451],
            [0.869560, -0.493787, -0.006306],
            [-0.080700, -0.129493, -0.988291],
        ],
        (0.039913, 0.025318, -0.134778),
    ),
    ('ECM', (0, 0, 0.1, 0), None, (0, 0, -0.1007)),
    (
        'ECM',
        (0.3, 0.2, 0.15, 0.5),
        [
            [0.810239, -0.509536, 0.289629],
            [-0.469869, -0.860089, -0.198669],
            [0.350336, 0.024882, -0.936293],
        ],
        (0.043647, -0.029939, -0.141099),
    ),
]
DECIMALS = 5.1e-7


@pytest.mark.parametrize(('name', 'q', 'R', 'p'), GOLDEN)
def test_golden_poses(robot_description, name, q, R, p):
    T = forward(robot_description.models[name], q)
    assert T[:3, 3] == pytest.approx(np.array(p), abs=DECIMALS)
    if R is not None:
        assert T[:3, :3] == pytest.approx(np.array(R), abs=DECIMALS)


@pytest.mark.parametrize('name', ['PSM', 'ECM'])
class TestEveryModel:
    @pytest.fixture
    def model(self, robot_description, name):
        return robot_description.models[name]

    @pytest.fixture
    def q(self, model):
        rng = np.random.default_rng(3)
        return rng.uniform(model.lower, model.upper, (50, len(model.joints)))

    def test_the_fast_form_is_the_same(self, model, q):
        for one, T in zip(q, forward(model, q), strict=True):
            assert forward_once(model, one.tolist()) == pytest.approx(T, abs=1e-14)

    def test_the_fast_twist_is_the_jacobian_times_the_joint_velocities(self, model, q):
        speeds = np.random.default_rng(4).normal(size=q.shape)
        for one, qd, J in zip(q, speeds, jacobian(model, q), strict=True):
            linear, angular = twist_once(model, one.tolist(), qd.tolist())
            assert J @ qd == pytest.approx([*linear, *angular], abs=1e-13)

    def test_leading_dimensions_broadcast(self, model, q):
        T = forward(model, q.reshape(5, 10, -1))
        assert T.shape == (5, 10, 4, 4)
        assert T.reshape(50, 4, 4) == pytest.approx(forward(model, q), abs=1e-15)
        assert jacobian(model, q.reshape(5, 10, -1)).shape == (5, 10, 6, q.shape[-1])

    def test_a_pose_is_a_rigid_motion(self, model, q):
        R = forward(model, q)[..., :3, :3]
        assert R @ np.swapaxes(R, -1, -2) == pytest.approx(np.broadcast_to(np.eye(3), R.shape))
        assert np.linalg.det(R) == pytest.approx(np.ones(50))

    def test_the_jacobian_is_the_derivative(self, model, q):
        h = 1e-6  # the error of central differences is then some 1e-10
        for one in q[:10]:
            J = jacobian(model, one)
            for index in range(len(one)):
                step = np.zeros(len(one))
                step[index] = h
                before, after = forward(model, one - step), forward(model, one + step)
                linear = (after[:3, 3] - before[:3, 3]) / (2 * h)
                angular = rotation_vector(after[:3, :3] @ before[:3, :3].T) / (2 * h)
                assert J[:, index] == pytest.approx([*linear, *angular], abs=1e-8)

    def test_the_shaft_passes_through_the_remote_centre_for_every_q(self, model, q):
        roll = joint_frames(model, q)[:, 3]
        axis, origin = roll[:, :3, 2], roll[:, :3, 3]
        assert np.cross(axis, origin) == pytest.approx(np.zeros((50, 3)), abs=1e-15)
