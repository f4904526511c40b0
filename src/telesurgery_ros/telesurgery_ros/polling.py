"""Take messages when the reader is ready for them, instead of when an executor wakes.

rclpy's executor rebuilds its wait set at every wake, at a cost that grows with the number of
entities of the node: a node with eighty subscriptions that is woken 500 times a second spends half
a core on that alone, and 2 % when it polls (measured with rclpy 9.1). A control loop has a period
anyway and wants the newest message at its start, so it polls.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from rclpy.callback_groups import CallbackGroup
from rclpy.node import Node
from rclpy.qos import QoSProfile

from telesurgery_ros import qos

MessageT = TypeVar('MessageT')


class PolledGroup(CallbackGroup):
    """A callback group that no executor ever waits on."""

    def can_execute(self, entity: Any) -> bool:
        """Keep the entity out of every wait set."""
        return False

    def beginning_execution(self, entity: Any) -> bool:
        """Refuse execution, should an executor ask."""
        return False

    def ending_execution(self, entity: Any) -> None:
        """Nothing was begun."""


class PolledSubscription(Generic[MessageT]):
    """A subscription that is read by asking it.

    Attributes:
        topic: the resolved topic name.
    """

    def __init__(
        self,
        node: Node,
        message_type: type[MessageT],
        topic: str,
        profile: QoSProfile = qos.STREAM_IN,
        *,
        raw: bool = False,
    ) -> None:
        """Subscribe; with ``raw`` messages arrive as serialised bytes."""
        self._raw = raw
        self._subscription = node.create_subscription(
            message_type, topic, _never, profile, callback_group=PolledGroup(), raw=raw
        )
        self.topic = self._subscription.topic_name

    @property
    def handle(self) -> Any:
        """What a wait set holds of it."""
        return self._subscription.handle

    def take(self) -> tuple[MessageT, dict[str, Any]] | None:
        """Return the next message and its MessageInfo, or None; never waits.

        With a queue of depth 1 the next message is the newest one.
        """
        handle = self._subscription.handle
        with handle:
            taken: tuple[MessageT, dict[str, Any]] | None = handle.take_message(
                self._subscription.msg_type, self._raw
            )
        return taken


def _never(_message: object) -> None:
    raise AssertionError('a polled subscription has no callback')
