"""The teleoperation commands of all sites: who speaks is told by the topic alone.

The first console speaks on ``/teleop/command``, every other one and the bedside below
``/site/NAME``: a gateway publishes what comes in by it below its own namespace, so nothing that a
message says makes it another site's.
"""

from __future__ import annotations

from rclpy.node import Node

from telesurgery_arm.crtk.warnings import Warnings
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.robot import Robot
from telesurgery_msgs.msg import TeleopCommand
from telesurgery_ros.conversions import ConversionError, command_from_msg, now_ns
from telesurgery_ros.polling import PolledSubscription
from telesurgery_safety.authority_parameters import LOCAL, AuthorityParameters

Followed = tuple[int, int]
"""DDS publication sequence number and stamp [ns] of a command that is followed."""


class SiteCommands:
    """Hears the hands of every site."""

    def __init__(
        self, node: Node, robot: Robot, parameters: AuthorityParameters, warnings: Warnings
    ) -> None:
        self._robot = robot
        self._warnings = warnings
        self._commands = {
            site: PolledSubscription(
                node, TeleopCommand, f'{parameters.prefix(site)}/teleop/command'
            )
            for site in (*parameters.consoles, LOCAL)
        }
        self._first = parameters.consoles[:1]

    def hear(self, now: float) -> Followed | None:
        """Hand the newest commands to the robot at ``now`` [s].

        Returns the first console's, if it has one that is followed: its latency is measured.
        """
        followed = None
        for site, commands in self._commands.items():
            taken = commands.take()
            if taken is None:
                continue
            message, info = taken
            try:
                command = command_from_msg(message)
                accepted = self._robot.teleoperate(now, command, now_ns(), site)
            except (ConversionError, CommandRefusedError) as error:
                self._warnings.warn(commands.topic, f'refused: {error}')
                continue
            if accepted and (site,) == self._first:
                followed = (info['publication_sequence_number'], command.stamp_ns)
        return followed
