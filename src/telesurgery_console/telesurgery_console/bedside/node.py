"""Node ``bedside``: takes arms over when it starts and gives them up when it ends.

Starting it is the deliberate act of the surgeon at the bedside. It asks the arms' process on the
same graph, so no link is needed, and whoever held an arm is not asked. Arms that it releases are
nobody's: a console that wants one back must ask for it. If it is killed, the arms stay with the
bedside, and stand.
"""

from __future__ import annotations

from rclpy.node import Node

from telesurgery_console.authority_client import AuthorityClient
from telesurgery_console.bedside.parameters import BedsideParameters
from telesurgery_console.errors import NoAnswerError
from telesurgery_ros import parameter_loader
from telesurgery_ros.run import run

LOCAL = 'local'
"""The bedside's name as a site."""


class BedsideNode(Node):
    """Holds authority for as long as it runs."""

    NAME = 'bedside'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._settings = parameter_loader.load(self, BedsideParameters)
        self._client = AuthorityClient(self, self._settings.patience_s)
        self._held: list[str] = []
        for arm in self._settings.arms:
            if self._client.holder(arm) != LOCAL:
                self._take(arm)
            self._held.append(arm)

    def close(self) -> None:
        """Give up what is still the bedside's."""
        while self._held:
            answer = self._client.decide('release', self._held.pop())
            self.get_logger().info(answer.message)

    def _take(self, arm: str) -> None:
        answer = self._client.decide('take', arm, why=self._settings.why)
        if not answer.success:
            self.close()
            raise NoAnswerError(f'{arm} cannot be taken over: {answer.message}')
        self.get_logger().info(answer.message)


def main() -> int:
    """Run the node; returns the exit code."""
    return run(BedsideNode)
