"""Services by which a running simulator is paused and reset."""

from __future__ import annotations

from rclpy.node import Node
from std_srvs.srv import SetBool, Trigger

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.simulator import Simulator


class ControlServices:
    """``simulator/pause`` (std_srvs/SetBool) and ``simulator/reset`` (std_srvs/Trigger)."""

    def __init__(self, node: Node, simulator: Simulator) -> None:
        self._simulator = simulator
        node.create_service(SetBool, '/simulator/pause', self._pause)
        node.create_service(Trigger, '/simulator/reset', self._reset)

    def _pause(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        try:
            self._simulator.pause(request.data)
        except SimulatorError as error:
            response.success, response.message = False, str(error)
        else:
            response.success = True
        return response

    def _reset(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        try:
            self._simulator.reset()
        except SimulatorError as error:
            response.success, response.message = False, str(error)
        else:
            response.success = True
        return response
