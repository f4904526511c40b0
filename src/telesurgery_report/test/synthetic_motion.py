"""Setpoints, and the poses of a simulator that follows them with known faults."""

from __future__ import annotations

import numpy as np
from synthetic_bag import BagUnderTest
from synthetic_truth import START_NS, Faults, Truth

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import pose, rotation_about, skew


def path_of_setpoint(t: np.ndarray, truth: Truth, sign: float) -> np.ndarray:
    """Return the setpoint ``(n, 3)`` [m] of a tip in its RCM frame: rest, then work."""
    rest = np.array([0.0, 0.0, -0.12])
    if not truth.moves or not sign:
        return np.broadcast_to(rest, (t.size, 3)).copy()
    rise = np.clip((t - 1.5) / 1.5, 0.0, 1.0)
    envelope = rise * rise * (3 - 2 * rise)
    waves = np.column_stack(
        [
            sign * 0.018 * np.sin(2 * np.pi * 0.23 * t) + 0.004 * np.sin(2 * np.pi * 0.9 * t + 1),
            0.014 * np.sin(2 * np.pi * 0.31 * t + 0.5) + 0.003 * np.cos(2 * np.pi * 0.7 * t),
            0.012 * np.sin(2 * np.pi * 0.17 * t + 1.1),
        ]
    )
    return rest + envelope[:, None] * waves


def add_motion(
    bag: BagUnderTest,
    truth: Truth,
    faults: Faults,
    robot: RobotDescription,
    rng: np.random.Generator,
) -> None:
    samples = int(truth.seconds * 100)
    t_setpoint = np.arange(samples) * 0.01
    t_truth = t_setpoint + 0.0037  # the simulator's ticks are not those of the arms
    signs = dict(zip(robot.arms, (1.0, -1.0, 0.0, 0.0), strict=True))
    largest = dict(zip(robot.arms, truth.rcm_mm, strict=True))
    tips, shafts = {}, {}
    for arm, sign in signs.items():
        setpoint = path_of_setpoint(t_setpoint, truth, sign)
        T_down = np.diag([1.0, -1.0, -1.0, 1.0])
        for moment, p in zip(t_setpoint, setpoint, strict=True):
            stamp = START_NS + round(moment * 1e9)
            message = bag.make(
                'geometry_msgs/msg/PoseStamped',
                header=bag.header(stamp, f'{arm}_rcm'),
                pose=bag.pose(pose(T_down[:3, :3], p)),
            )
            bag.add(stamp, f'/{arm}/local/setpoint_cp', 'geometry_msgs/msg/PoseStamped', message)
        noise = rng.normal(0.0, truth.noise_mm * 1e-3 / np.sqrt(3), (samples, 3))
        offset = np.array([0.0, truth.offset_mm * 1e-3, 0.0])
        tips[arm] = path_of_setpoint(t_truth - truth.lag_ms * 1e-3, truth, sign) + noise + offset
        shafts[arm] = largest[arm] * 1e-3 * np.sin(np.pi * (np.arange(samples) + 0.5) / 200)
    order = rng.permutation(samples) if faults.shuffled else np.arange(samples)
    for place, index in enumerate(order):
        stamp = START_NS + round(t_truth[index] * 1e9)
        recorded = START_NS + round(t_truth[place] * 1e9)
        names, poses = [], []
        for arm in robot.arms:
            last = robot.model_of(arm).joints[-1].name
            T_world_rcm = robot.T_world_rcm(arm)
            if last != 'roll':
                names.append(f'{arm}_{last}_link')
                poses.append(bag.pose(T_world_rcm @ pose(np.eye(3), tips[arm][index])))
            names.append(f'{arm}_roll_link')
            shaft = shaft_beside_port(tips[arm][index], shafts[arm][index])
            poses.append(bag.pose(T_world_rcm @ shaft))
        message = bag.make(
            'telesurgery_msgs/msg/LinkPoses',
            header=bag.header(stamp, 'world'),
            names=names,
            poses=poses,
        )
        bag.add(recorded, '/simulator/link_poses', 'telesurgery_msgs/msg/LinkPoses', message)


def shaft_beside_port(p_rcm_tip: np.ndarray, distance: float) -> np.ndarray:
    """Return a frame whose z axis lies along the tool, ``distance`` [m] beside the port."""
    z = p_rcm_tip / np.linalg.norm(p_rcm_tip)
    x = np.array([z[2], 0.0, -z[0]]) / np.hypot(z[0], z[2])  # across the tool
    R = np.column_stack([x, skew(z) @ x, z]) @ rotation_about('z', 0.4)
    return pose(R, 0.07 * z + distance * x)
