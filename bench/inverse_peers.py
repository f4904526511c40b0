"""Other libraries that solve our arm: their models are made out of the same ``arms.yaml``.

Each is a function from a pose ``(4, 4)`` and a reference ``(6,)`` to joint positions and whether
the library itself says that it found them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from telesurgery_arm.description import ArmModel, JointType
from telesurgery_core.transforms import Array, pose, rotation_about

Solve = Callable[[Array, list[float]], tuple[Array, bool]]

TOLERANCE = 1e-10
"""Largest component of the pose error at which an iteration ends [m, rad]."""
ROUNDS = 50


def peers(model: ArmModel) -> dict[str, Solve]:
    """Return those that are installed, by what they are called in the table."""
    makers = {
        f'Pinocchio, Gauss-Newton to {TOLERANCE:g}': _pinocchio,
        'ikpy, least squares': _ikpy,
    }
    found = {}
    for name, make in makers.items():
        try:
            found[name] = make(model)
        except ImportError:
            print(f'not installed: {name} (python3 -m pip install pin ikpy)')
    return found


def _fixed(model: ArmModel, index: int) -> Array:
    """Return the pose ``(4, 4)`` of a joint at zero in the frame before it."""
    joint = model.joints[index]
    prismatic = joint.type is JointType.PRISMATIC
    R = rotation_about('x', joint.alpha) @ rotation_about('z', 0.0 if prismatic else joint.offset)
    along = joint.d + (joint.offset if prismatic else 0.0)
    return pose(R, [joint.a, -np.sin(joint.alpha) * along, np.cos(joint.alpha) * along])


def _pinocchio(model: ArmModel) -> Solve:
    """Damped Gauss-Newton over Pinocchio's kinematics, as its documentation shows it."""
    import pinocchio as pin

    robot, parent = pin.Model(), 0
    for index, joint in enumerate(model.joints):
        kind = pin.JointModelPZ() if joint.type is JointType.PRISMATIC else pin.JointModelRZ()
        parent = robot.addJoint(parent, kind, pin.SE3(_fixed(model, index)), joint.name)
    data, tip = robot.createData(), pin.SE3(model.T_last_tip)

    def solve(T: Array, start: list[float]) -> tuple[Array, bool]:
        wanted, q = pin.SE3(T) * tip.inverse(), np.array(start)
        for _ in range(ROUNDS):
            pin.forwardKinematics(robot, data, q)
            error = pin.log6(data.oMi[parent].actInv(wanted)).vector
            if np.abs(error).max() < TOLERANCE:
                return q, True
            J = pin.computeJointJacobian(robot, data, q, parent)
            q = q + np.linalg.solve(J.T @ J + 1e-12 * np.eye(len(q)), J.T @ error)
        return q, False

    return solve


def _ikpy(model: ArmModel) -> Solve:
    """Return ikpy's own solver, bounded by the joint limits; it says nothing of success."""
    from ikpy.chain import Chain
    from ikpy.link import URDFLink

    links = [
        URDFLink(
            name=joint.name,
            origin_translation=T[:3, 3],
            origin_orientation=_rpy(T[:3, :3]),
            **(
                {'translation': [0, 0, 1], 'joint_type': 'prismatic'}
                if joint.type is JointType.PRISMATIC
                else {'rotation': [0, 0, 1]}
            ),
            bounds=(joint.lower, joint.upper),
        )
        for joint, T in ((j, _fixed(model, i)) for i, j in enumerate(model.joints))
    ]
    chain = Chain(links, active_links_mask=[True] * len(links))
    T_tip_last = np.linalg.inv(model.T_last_tip)

    def solve(T: Array, start: list[float]) -> tuple[Array, bool]:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            q = chain.inverse_kinematics_frame(
                T @ T_tip_last, initial_position=start, orientation_mode='all'
            )
        return np.asarray(q), True

    return solve


def _rpy(R: Array) -> list[float]:
    """Return roll, pitch, yaw [rad] of a rotation whose pitch is below a right angle."""
    return [
        float(np.arctan2(R[2, 1], R[2, 2])),
        float(-np.arcsin(np.clip(R[2, 0], -1.0, 1.0))),
        float(np.arctan2(R[1, 0], R[0, 0])),
    ]
