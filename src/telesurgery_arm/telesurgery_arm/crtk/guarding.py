"""What guarding does, on a topic and in the log; fixtures, switched by services.

``/guard/state`` tells it ten times a second and on change; ``/guard/<fixture>/enable`` takes a
std_srvs/SetBool for everything that has a name in ``config/guarding.yaml``, and for
``separation``. A request is carried out in the next tick of the control loop.
"""

from __future__ import annotations

from functools import partial

from geometry_msgs.msg import Vector3
from rclpy.node import Node
from std_srvs.srv import SetBool

from telesurgery_arm.guarding.action import Action, ArmGuard
from telesurgery_arm.guarding.stage import GuardingStage
from telesurgery_msgs.msg import ArmGuard as ArmGuardMsg
from telesurgery_msgs.msg import GuardState
from telesurgery_ros import qos
from telesurgery_ros.conversions import header


class GuardingServer:
    """The topic and the services of guarding."""

    def __init__(self, node: Node, stage: GuardingStage) -> None:
        self._logger = node.get_logger()
        self._stage = stage
        self._out = node.create_publisher(GuardState, '/guard/state', qos.STREAM_OUT)
        self._told: dict[str, str] = {}
        self._seen: tuple[Action, ...] = ()
        for name in stage.fixtures:
            node.create_service(SetBool, f'/guard/{name}/enable', partial(self._switch, name))

    def publish(self, stamp_ns: int, *, due: bool) -> None:
        """Publish the state if it is ``due`` or what is done to an arm has changed."""
        seen = self._stage.actions
        if not due and seen == self._seen:
            return
        self._seen = seen
        status = self._stage.status()
        for arm in status:
            self._tell(arm)
        fixtures = self._stage.fixtures
        self._out.publish(
            GuardState(
                header=header(stamp_ns, 'patient'),
                arms=[_message(arm) for arm in status],
                fixtures=list(fixtures),
                on=list(fixtures.values()),
            )
        )

    def _tell(self, arm: ArmGuard) -> None:
        """Log once that an arm is stopped, and by what, and once that it is free again."""
        if arm.action is Action.SLOWED:  # on its way to or from it: no news
            return
        now = '' if arm.action is Action.FREE else f'{arm.action.value} {arm.by}'
        if now == self._told.get(arm.arm, ''):
            return
        self._told[arm.arm] = now
        if now:
            self._logger.warning(f'{arm.arm}: {arm}')
        else:
            self._logger.info(f'{arm.arm}: free again')

    def _switch(
        self, name: str, request: SetBool.Request, response: SetBool.Response
    ) -> SetBool.Response:
        self._stage.request(name, request.data)
        response.success = True
        response.message = f'{name} is {"on" if request.data else "off"}'
        self._logger.info(response.message)
        return response


def _message(arm: ArmGuard) -> ArmGuardMsg:
    x, y, z = arm.away
    return ArmGuardMsg(
        arm=arm.arm,
        action=arm.action.value,
        by=arm.by,
        part=arm.part,
        distance_m=arm.distance_m,
        away=Vector3(x=x, y=y, z=z),
        kept_back_m=arm.kept_back_m,
        guided_by=arm.guided_by,
    )
