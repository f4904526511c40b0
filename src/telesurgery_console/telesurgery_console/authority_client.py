"""Asks the authority over the arms: from a console across the link, or at the bedside."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

from telesurgery_console.errors import NoAnswerError
from telesurgery_msgs.msg import AuthorityRequest, AuthorityState, EventRecord
from telesurgery_msgs.srv import DecideAuthority
from telesurgery_ros import qos
from telesurgery_ros.conversions import header, now_ns
from telesurgery_ros.run import stopping

SPIN_S = 0.05


class AuthorityClient:
    """Knows who holds what, and carries questions to whoever decides.

    It spins the node itself while it waits: use it where nothing else does.

    Attributes:
        state: the newest state of the authority; None: not heard yet.
        events: what the event log said since the start.
    """

    def __init__(self, node: Node, patience_s: float) -> None:
        """Listen with ``node``; nothing is waited for longer than ``patience_s`` [s]."""
        self.state: AuthorityState | None = None
        self.events: list[EventRecord] = []
        self._node = node
        self._patience_s = patience_s
        self._requests = node.create_publisher(AuthorityRequest, '/authority/request', qos.EVENT)
        self._service = node.create_client(DecideAuthority, '/authority/decide')
        node.create_subscription(AuthorityState, '/authority/state', self._hear, qos.LATCHED)
        node.create_subscription(EventRecord, '/events', self.events.append, qos.EVENT)

    def wait_for_state(self) -> AuthorityState:
        """Return who holds what; NoAnswerError when nobody says so."""
        self.wait(lambda: self.state is not None, 'nobody says who holds the arms')
        assert self.state is not None
        return self.state

    def holder(self, arm: str) -> str:
        """Return who holds an arm; empty: nobody, or it is not known."""
        arms = self.wait_for_state().arms
        return next((each.holder for each in arms if each.arm == arm), '')

    def decide(self, act: str, arm: str, to: str = '', why: str = '') -> DecideAuthority.Response:
        """Let the bedside decide; NoAnswerError where there is no patient side."""
        self.wait(self._service.service_is_ready, 'no patient side is in this ROS domain')
        request = DecideAuthority.Request(act=act, arm=arm, to=to, why=why)
        future = self._service.call_async(request)
        self.wait(future.done, 'the patient side does not answer')
        return future.result()

    def ask(
        self, site: str, act: str, arms: Sequence[str], to: str = '', why: str = ''
    ) -> list[EventRecord]:
        """Ask as the console ``site`` and return what was decided, one record for every arm.

        NoAnswerError when the decision does not come back.
        """
        self.wait(self._requests.get_subscription_count, 'no gateway is in this ROS domain')
        self.wait(
            lambda: self._node.count_publishers('/events'), 'no gateway brings events from afar'
        )
        asked_at = len(self.events)
        for arm in arms:
            self._requests.publish(
                AuthorityRequest(header=header(now_ns()), act=act, arm=arm, to=to, why=why)
            )

        def answers() -> list[EventRecord]:
            return [
                event
                for event in self.events[asked_at:]
                if event.who == site and event.arm in arms and event.what.startswith('authority')
            ]

        self.wait(
            lambda: len(answers()) >= len(arms),
            f'no decision for console {site} comes back across the link',
        )
        return answers()

    def wait(
        self, condition: Callable[[], object], trouble: str, seconds: float | None = None
    ) -> None:
        """Handle messages until ``condition`` holds; NoAnswerError with ``trouble`` if never."""
        limit_s = self._patience_s if seconds is None else seconds
        executor = SingleThreadedExecutor(context=self._node.context)
        executor.add_node(self._node)
        give_up = time.monotonic() + limit_s
        try:
            while not condition():
                if stopping.reason is not None or time.monotonic() > give_up:
                    raise NoAnswerError(
                        f'{trouble} (waited {limit_s:g} s); allowed: a session that runs; start '
                        'it, or name its ROS domain'
                    )
                executor.spin_once(timeout_sec=SPIN_S)
        finally:
            executor.remove_node(self._node)
            executor.shutdown()

    def _hear(self, message: AuthorityState) -> None:
        self.state = message
