"""The messages that the arms send often, as templates."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from geometry_msgs.msg import Point, Pose, PoseStamped, Quaternion, Twist, TwistStamped, Vector3
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray

from telesurgery_arm.crtk.templates import Numbers, Template, marks
from telesurgery_core.transforms import Array, quaternion_from_rotation
from telesurgery_ros.conversions import header


class JointsMessage:
    """A JointState of named joints with positions and velocities."""

    def __init__(self, names: Sequence[str]) -> None:
        position, velocity = marks(len(names)), marks(len(names), len(names))
        self._template = Template(
            JointState(name=list(names), position=position, velocity=velocity), position, velocity
        )

    def fill(self, stamp_ns: int, position: Numbers, velocity: Numbers) -> bytes:
        """Return the serialised message."""
        return self._template.fill(stamp_ns, position, velocity)


class PoseMessage:
    """A PoseStamped in a frame."""

    def __init__(self, frame: str) -> None:
        px, py, pz, x, y, z, w = marked = marks(7)
        pose = Pose(position=Point(x=px, y=py, z=pz), orientation=Quaternion(x=x, y=y, z=z, w=w))
        self._template = Template(PoseStamped(header=header(0, frame), pose=pose), marked)

    def fill(self, stamp_ns: int, T: Array) -> bytes:
        """Return the serialised message of a pose ``(4, 4)``."""
        orientation = quaternion_from_rotation(T[:3, :3]).tolist()
        return self._template.fill(stamp_ns, [*T[:3, 3].tolist(), *orientation])


class TwistMessage:
    """A TwistStamped in a frame."""

    def __init__(self, frame: str) -> None:
        x, y, z, rx, ry, rz = marked = marks(6)
        twist = Twist(linear=Vector3(x=x, y=y, z=z), angular=Vector3(x=rx, y=ry, z=rz))
        self._template = Template(TwistStamped(header=header(0, frame), twist=twist), marked)

    def fill(self, stamp_ns: int, linear: Array, angular: Array) -> bytes:
        """Return the serialised message of velocities ``(3,)`` [m/s] and [rad/s]."""
        return self._template.fill(stamp_ns, [*linear.tolist(), *angular.tolist()])


class TargetsMessage:
    """A Float64MultiArray of joint targets."""

    def __init__(self, count: int) -> None:
        marked = marks(count)
        self._template = Template(Float64MultiArray(data=array('d', marked)), marked)

    def fill(self, targets: Sequence[float]) -> bytes:
        """Return the serialised message."""
        return self._template.fill(0, targets)
