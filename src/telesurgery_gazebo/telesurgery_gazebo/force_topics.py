"""The topics of what the tools feel: CRTK's ``measured_cf`` below the contact and the wrist."""

from __future__ import annotations

from geometry_msgs.msg import Vector3, WrenchStamped
from geometry_msgs.msg import Wrench as WrenchMsg
from rclpy.node import Node

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array
from telesurgery_gazebo.simulator import ToolForces, Wrench
from telesurgery_ros import qos
from telesurgery_ros.conversions import header


class ForceTopics:
    """``ARM/contact/measured_cf`` of every arm, ``ARM/wrist/measured_cf`` of the instruments."""

    def __init__(self, node: Node, robot: RobotDescription) -> None:
        self._publishers = {
            place: node.create_publisher(WrenchStamped, f'/{place}/measured_cf', qos.STREAM_OUT)
            for arm in robot.arms
            for place in (f'{arm}/contact', f'{arm}/wrist')
            if place.endswith('contact') or robot.model_of(arm).jaw is not None
        }

    def publish(self, stamp_ns: int, forces: tuple[ToolForces, ...]) -> None:
        """Publish what the tools feel."""
        for felt in forces:
            arm = felt.arm
            self._publish(f'{arm}/contact', stamp_ns, f'{arm}_tip', felt.contact)
            if felt.wrist is not None:
                self._publish(f'{arm}/wrist', stamp_ns, f'{arm}_wrist_pitch_link', felt.wrist)

    def _publish(self, place: str, stamp_ns: int, frame: str, wrench: Wrench) -> None:
        message = WrenchMsg(force=_vector(wrench.force), torque=_vector(wrench.torque))
        self._publishers[place].publish(
            WrenchStamped(header=header(stamp_ns, frame), wrench=message)
        )


def _vector(values: Array) -> Vector3:
    x, y, z = values.tolist()
    return Vector3(x=x, y=y, z=z)
