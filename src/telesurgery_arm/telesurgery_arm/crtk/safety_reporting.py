"""What the supervisor says of itself: on /safety/state, and in the log."""

from __future__ import annotations

from rclpy.node import Node

from telesurgery_arm.crtk.warnings import Warnings
from telesurgery_arm.robot import Robot
from telesurgery_arm.status import RobotStatus
from telesurgery_msgs.msg import ArmSafety, ConsoleSafety, SafetyState
from telesurgery_ros import qos
from telesurgery_ros.conversions import header
from telesurgery_safety.insistence import Insistence


class SafetyReporting:
    """Publishes the supervisor's state when it is due or has changed, and repeats what is new."""

    def __init__(self, node: Node, robot: Robot, warnings: Warnings) -> None:
        self._robot = robot
        self._warnings = warnings
        self._publisher = node.create_publisher(SafetyState, '/safety/state', qos.STREAM_OUT)
        self._insistence = Insistence()
        self._newest = SafetyState()

    def publish(self, now: float, stamp_ns: int, *, due: bool, changed: bool) -> None:
        """Say what there is to say at ``now`` [s]; call once a tick."""
        if changed:
            self._insistence.news(now)
        if due or changed:
            status = self._robot.status(now)
            self._tell(status)
            self._newest = _safety_state(status, stamp_ns)
            self._publisher.publish(self._newest)
        elif self._insistence.is_due(now):
            # Word for word: what acted once (a limit) would else be in one of them alone.
            self._publisher.publish(self._newest)

    def _tell(self, status: RobotStatus) -> None:
        """Log every limit that acts, and what comes near to one."""
        for arm in status.arms:
            if arm.limits:
                self._warnings.warn(arm.name, arm.limits)
            for warning in arm.warnings:
                self._warnings.warn('/safety/state', warning)
        for warning in (*status.warnings, *(w for c in status.consoles for w in c.warnings)):
            self._warnings.warn('/safety/state', warning)


def _safety_state(status: RobotStatus, stamp_ns: int) -> SafetyState:
    return SafetyState(
        header=header(stamp_ns),
        site=status.site.value,
        stopped=status.stopped,
        holds=status.holds,
        command_age_ms=1e3 * status.command_age_s,
        command_gap_ms=1e3 * status.command_gap_s,
        velocity_factor=status.velocity_factor,
        warnings=list(status.warnings),
        consoles=[
            ConsoleSafety(
                name=console.name,
                command_age_ms=1e3 * console.command_age_s,
                command_gap_ms=1e3 * console.command_gap_s,
                path_delay_ms=1e3 * console.path_delay_s,
                refusal=console.refusal,
                warnings=list(console.warnings),
            )
            for console in status.consoles
        ],
        arms=[
            ArmSafety(
                arm=arm.name,
                state=arm.state.value,
                kind=arm.kind,
                holder=arm.holder,
                reason=arm.reason or arm.limits,
                warnings=list(arm.warnings),
            )
            for arm in status.arms
        ],
    )
