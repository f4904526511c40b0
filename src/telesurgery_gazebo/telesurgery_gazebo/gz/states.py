"""Joint states and link poses out of what gz-sim's systems publish."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telesurgery_core.transforms import Array, frozen, pose, rotation_from_quaternion
from telesurgery_core.types import JointSample
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz import messages
from telesurgery_gazebo.mean_velocity import MeanVelocity
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.simulator import LinkPose


class JointStates:
    """Reads ``gz.msgs.Model`` of the system JointStatePublisher."""

    def __init__(self, joints: Sequence[str]) -> None:
        self._joints = tuple(joints)
        self._velocity = MeanVelocity()

    def sample(self, message: bytes, sim_time_s: float, stamp_ns: int) -> JointSample:
        """Return the joints' state; velocities are the mean since the sample before.

        Raises WireError for bytes that are none, SimulatorError for a model without the joints.
        """
        position = self._positions(parse(messages.Model, message))
        velocity = self._velocity.update(position, sim_time_s)
        return JointSample(stamp_ns, frozen(position), frozen(velocity))

    def _positions(self, model: messages.Message) -> Array:
        found = {joint.name: joint.axis1.position for joint in model.joint}
        try:
            return np.array([found[name] for name in self._joints])
        except KeyError as error:
            raise SimulatorError(
                f"gz-sim's model has no joint {error}; allowed: the robot of the description; "
                'load the world that telesurgery_gazebo writes'
            ) from None


class LinkPoses:
    """Reads ``gz.msgs.Pose_V`` of the system PosePublisher."""

    def __init__(self, model: str, watched: tuple[str, ...]) -> None:
        """Watch the links whose names end so."""
        self._model, self._watched = model, watched

    def read(self, message: bytes) -> tuple[float, tuple[LinkPose, ...]]:
        """Return the simulated time [s], and where the watched links are in the world.

        Links are told relative to their model, and the model relative to the world; each has the
        time, and the message as a whole has none. Raises WireError for bytes that are none.
        """
        poses = parse(messages.PoseV, message).pose
        sim_time_s = _seconds(poses[0].header.stamp) if poses else 0.0
        T_world_model = next(
            (_transform(item) for item in poses if item.name == self._model), np.eye(4)
        )
        return sim_time_s, tuple(
            LinkPose(name, frozen(T_world_model @ _transform(item)))
            for item in poses
            for name in [item.name.rpartition('::')[2]]
            if name.endswith(self._watched)
        )


def sim_time_of(message: bytes) -> float:
    """Return the simulated time [s] in the header of any message; WireError for no message."""
    return _seconds(parse(messages.Stamped, message).header.stamp)


def _seconds(stamp: messages.Message) -> float:
    return float(stamp.sec + 1e-9 * stamp.nsec)


def _transform(item: messages.Message) -> Array:
    p, q = item.position, item.orientation
    rotation = rotation_from_quaternion(np.array([q.x, q.y, q.z, q.w]))
    return pose(rotation, np.array([p.x, p.y, p.z]))
