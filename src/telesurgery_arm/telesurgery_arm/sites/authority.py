"""The authority over the arms, on topics and by a service.

A console asks on ``/authority/request``, below ``/site/NAME`` for all but the first: who asks is
told by the topic. The bedside decides by the service ``/authority/decide``. ``/authority/state``
tells everybody. All of it is carried out in the control loop, so that it holds from one tick to
the next, and no process can die in such a way that an arm has two masters.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass, field

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.node import Node

from telesurgery_arm.crtk.warnings import Warnings
from telesurgery_msgs.msg import ArmAuthority, AuthorityRequest, AuthorityState, LinkStatus
from telesurgery_msgs.srv import DecideAuthority
from telesurgery_ros import qos
from telesurgery_ros.conversions import header
from telesurgery_ros.polling import PolledSubscription
from telesurgery_safety.authority import Authority
from telesurgery_safety.authority_parameters import LOCAL, AuthorityParameters
from telesurgery_safety.authority_requests import AuthorityRequestError, carry_out
from telesurgery_safety.link_watch import LinkWatch

LOOK_EVERY_S = 0.01
"""How often requests and links are looked at [s]: it is nothing to people."""
ANSWER_LIMIT_S = 2.0
"""Longest that the bedside waits for the control loop."""


@dataclass(slots=True)
class _Console:
    """What is heard of one console."""

    name: str
    requests: PolledSubscription[AuthorityRequest]
    status: PolledSubscription[LinkStatus]
    watch: LinkWatch


@dataclass(slots=True)
class _Question:
    """A call of the bedside that waits for the control loop."""

    request: DecideAuthority.Request
    response: DecideAuthority.Response
    done: threading.Event = field(default_factory=threading.Event)


class AuthorityServer:
    """Lets sites ask the authority, and says what it decided."""

    def __init__(
        self,
        node: Node,
        authority: Authority,
        parameters: AuthorityParameters,
        warnings: Warnings,
    ) -> None:
        self._authority = authority
        self._warnings = warnings
        self._consoles = [
            _Console(
                name,
                PolledSubscription(
                    node,
                    AuthorityRequest,
                    f'{parameters.prefix(name)}/authority/request',
                    qos.EVENT,
                ),
                PolledSubscription(node, LinkStatus, f'{parameters.prefix(name)}/link/status'),
                LinkWatch(parameters.link_silence_limit_s),
            )
            for name in authority.consoles
        ]
        self._questions: deque[_Question] = deque()
        self._out = node.create_publisher(AuthorityState, '/authority/state', qos.LATCHED)
        self._told: object = None
        self._look_at = -math.inf
        node.create_service(
            DecideAuthority,
            '/authority/decide',
            self._decide,
            callback_group=ReentrantCallbackGroup(),
        )

    def step(self, now: float) -> None:
        """Carry out what was asked, at ``now`` [s], and let time act."""
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY_S
            for console in self._consoles:
                self._look(console, now)
        while self._questions:
            self._answer(self._questions.popleft(), now)
        self._authority.step(now)

    def publish(self, stamp_ns: int) -> None:
        """Say who holds what, if that has changed."""
        authority = self._authority
        holdings = tuple((arm, authority.holding(arm)) for arm in authority.arms)
        unreachable = tuple(n for n in authority.consoles if not authority.is_reachable(n))
        if self._told == (holdings, unreachable):
            return
        self._told = (holdings, unreachable)
        self._out.publish(
            AuthorityState(
                header=header(stamp_ns),
                consoles=list(authority.consoles),
                unreachable=list(unreachable),
                arms=[
                    ArmAuthority(arm=arm, state=h.tenure.value, holder=h.holder, other=h.other)
                    for arm, h in holdings
                ],
            )
        )

    def _look(self, console: _Console, now: float) -> None:
        taken = console.status.take()
        if taken is not None:
            message = taken[0]
            # One direction alone is no link: who does not see the arm must not drive it.
            answers = any(path.alive for path in message.paths)
            console.watch.heard(now, alive=message.connected and answers)
        if console.watch.is_dead(now):
            self._authority.link_lost(now, console.name)
        else:
            self._authority.link_back(now, console.name)
        asked = console.requests.take()
        if asked is not None:
            self._obey(console.name, asked[0], now)

    def _obey(self, site: str, asked: AuthorityRequest, now: float) -> None:
        try:
            carry_out(self._authority, now, site, asked.act, asked.arm, asked.to, asked.why)
        except AuthorityRequestError as error:
            self._warnings.warn(f'authority, console {site}', f'refused: {error}')

    def _decide(
        self, request: DecideAuthority.Request, response: DecideAuthority.Response
    ) -> DecideAuthority.Response:
        question = _Question(request, response)
        self._questions.append(question)
        if not question.done.wait(ANSWER_LIMIT_S):
            response.success = False
            response.message = (
                f'the control loop has not answered within {ANSWER_LIMIT_S:g} s; look at its log'
            )
        return response

    def _answer(self, question: _Question, now: float) -> None:
        asked, response = question.request, question.response
        try:
            decisions = carry_out(
                self._authority, now, LOCAL, asked.act, asked.arm, asked.to, asked.why
            )
            response.success = all(decision.granted for decision in decisions)
            response.message = '; '.join(decision.reason for decision in decisions)
        except AuthorityRequestError as error:
            response.success = False
            response.message = str(error)
        question.done.set()
