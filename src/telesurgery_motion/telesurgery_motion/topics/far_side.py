"""What comes from the patient's side: poses of the tips, states of the arms, the round trip."""

from __future__ import annotations

from geometry_msgs.msg import PoseStamped
from rclpy.node import Node

from telesurgery_motion.assignment import INSTRUMENTS
from telesurgery_motion.far_side import ArmReport
from telesurgery_motion.pipeline import Pipeline
from telesurgery_msgs.msg import LinkStatus, SafetyState
from telesurgery_ros.conversions import ConversionError, pose_from_msg
from telesurgery_ros.polling import PolledSubscription


class FarSideTopics:
    """Polled: the tips often, since their silence is watched, all else a few times a second."""

    def __init__(self, node: Node) -> None:
        """Subscribe with ``node``."""
        self._tips = {
            arm: PolledSubscription(node, PoseStamped, f'/{arm}/measured_cp')
            for arm in INSTRUMENTS
        }
        self._safety = PolledSubscription(node, SafetyState, '/safety/state')
        self._link = PolledSubscription(node, LinkStatus, '/link/status')

    def read_tips(self, pipeline: Pipeline, now: float) -> str:
        """Tell the pipeline where the tips are; return what is wrong with that, if so."""
        trouble = ''
        for arm, subscription in self._tips.items():
            if taken := subscription.take():
                try:
                    pipeline.far_side.tip_measured(arm, pose_from_msg(taken[0].pose), now)
                except ConversionError as error:
                    trouble = f'{arm}/measured_cp ignored: {error}'
        return trouble

    def read(self, pipeline: Pipeline, now: float) -> None:
        """Tell the pipeline what else has come by ``now`` [s]."""
        if taken := self._safety.take():
            for arm in taken[0].arms:
                report = ArmReport(arm.state, arm.reason, arm.holder)
                pipeline.far_side.arm_reported(arm.arm, report, now)
        if taken := self._link.take():
            pipeline.delay.measured(taken[0].round_trip_p50_ms)
