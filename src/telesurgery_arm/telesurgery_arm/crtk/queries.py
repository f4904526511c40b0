"""The kinematics services of one arm: ``forward_kinematics``, ``inverse_kinematics``.

As with topics, the services in the arm's namespace speak of the frame of ``measured_cp``, those in
``local/`` of the arm's remote centre.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rclpy.node import Node

from crtk_msgs.srv import QueryForwardKinematics, QueryInverseKinematics
from telesurgery_arm import queries
from telesurgery_arm.robot import Robot
from telesurgery_core.errors import TelesurgeryError
from telesurgery_core.transforms import Array
from telesurgery_ros.conversions import pose_from_msg, pose_to_msg

Frame = Callable[[], Array]
"""Returns the remote centre's pose ``(4, 4)`` in the frame that is spoken of."""


class QueryServices:
    """Both services in both frames for one arm."""

    def __init__(self, node: Node, robot: Robot, name: str) -> None:
        self._arm = robot.arm(name)
        self._offer(node, name, lambda: robot.frames.T_base_rcm(name))
        self._offer(node, f'{name}/local', lambda: np.eye(4))

    def _offer(self, node: Node, prefix: str, frame: Frame) -> None:
        node.create_service(
            QueryForwardKinematics,
            f'/{prefix}/forward_kinematics',
            lambda request, response: self._forward(frame(), request, response),
        )
        node.create_service(
            QueryInverseKinematics,
            f'/{prefix}/inverse_kinematics',
            lambda request, response: self._inverse(frame(), request, response),
        )

    def _forward(
        self,
        T_base_rcm: Array,
        request: QueryForwardKinematics.Request,
        response: QueryForwardKinematics.Response,
    ) -> QueryForwardKinematics.Response:
        try:
            T_rcm_tip = queries.forward_kinematics(self._arm, request.jp)
        except TelesurgeryError as error:
            response.message = str(error)
            return response
        response.cp = pose_to_msg(T_base_rcm @ T_rcm_tip)
        response.result = True
        return response

    def _inverse(
        self,
        T_base_rcm: Array,
        request: QueryInverseKinematics.Request,
        response: QueryInverseKinematics.Response,
    ) -> QueryInverseKinematics.Response:
        try:
            T_rcm_tip = np.linalg.inv(T_base_rcm) @ pose_from_msg(request.cp)
            answer = queries.inverse_kinematics(self._arm, T_rcm_tip, request.jp)
        except TelesurgeryError as error:
            response.message = str(error)
            return response
        response.jp = list(answer.q)
        response.result = answer.reached
        response.message = answer.message
        return response
