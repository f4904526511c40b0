"""A console of the rig: one hand, and somebody who sees who holds what and answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from crtk_msgs.msg import StringStamped
from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_msgs.msg import AuthorityRequest, AuthorityState, EventRecord, SafetyState
from telesurgery_msgs.msg import TeleopCommand as TeleopCommandMsg
from telesurgery_ros import qos
from telesurgery_ros.conversions import command_to_msg, header, now_ns
from telesurgery_ros.periodic import Periodic
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.testing import Peer, written_at
from telesurgery_ros.waiting import WaitingReader

COMMAND_HZ = 100.0


class RigConsole:
    """Commands at 100 Hz in a thread of its own, like a motion node.

    Attributes:
        hand: what the right hand asks for.
        path: its displacement ``(3,)`` [m], so long after it engaged [s].
        states: the authority's states as they came, each with its monotonic time [s].
        events: what the event log said.
        safety: the newest state of the supervisor, or None.
        answer: called with a new state; what it returns (act, arm, to) is asked for.
    """

    def __init__(self, name: str, prefix: str = '') -> None:
        """Join the domain that the environment names; speak on topics below ``prefix``."""
        self.name = name
        self.hand = HandCommand()
        self.path: Callable[[float], Array] = lambda seconds: np.zeros(3)
        self.states: list[tuple[float, AuthorityState]] = []
        self.events: list[EventRecord] = []
        self.safety: SafetyState | None = None
        self.answer: Callable[[dict[str, tuple[str, str]]], tuple[str, str, str] | None]
        self.answer = lambda holders: None
        self._sequence = now_ns() // 1_000_000
        self._engaged_at = 0.0
        self._peer = Peer(f'console_{name}')
        node = self._peer.node
        self._commands = node.create_publisher(
            TeleopCommandMsg, f'{prefix}/teleop/command', qos.STREAM_OUT
        )
        self._stop = node.create_publisher(StringStamped, '/emergency_stop', qos.EVENT)
        self._requests = node.create_publisher(AuthorityRequest, '/authority/request', qos.EVENT)
        # As the nodes do it: three executors that wake a hundred times a second, in one process,
        # would keep a message waiting for as long as the network does.
        self._reader = WaitingReader(
            node,
            {
                PolledSubscription(node, kind, topic, profile): hear
                for kind, topic, profile, hear in (
                    (AuthorityState, '/authority/state', qos.LATCHED, self._hear),
                    (EventRecord, '/events', qos.EVENT, self._note),
                    (SafetyState, '/safety/state', qos.STREAM_IN, self._look),
                )
            },
        )
        self._loop = Periodic(COMMAND_HZ, self._command, f'console {name}')
        self._reader.start()
        self._loop.start()

    def close(self) -> None:
        """Fall silent."""
        self._loop.stop()
        self._reader.stop()
        self._peer.__exit__(None, None, None)

    def holders(self) -> dict[str, tuple[str, str]]:
        """Return holder and asker of every arm, as last heard."""
        if not self.states:
            return {}
        return {each.arm: (each.holder, each.other) for each in self.states[-1][1].arms}

    def holds(self, arm: str) -> bool:
        """Return whether it knows that it holds an arm."""
        return self.holders().get(arm, ('', ''))[0] == self.name

    def state_of(self, arm: str) -> str:
        """Return the supervisor's state of an arm, empty while it is not known."""
        arms = self.safety.arms if self.safety is not None else []
        return next((each.state for each in arms if each.arm == arm), '')

    def ask(self, act: str, arm: str, to: str = '', why: str = '') -> None:
        """Ask the authority."""
        self._requests.publish(
            AuthorityRequest(header=header(now_ns()), act=act, arm=arm, to=to, why=why)
        )

    def stop(self, why: str) -> None:
        """Press the emergency stop, in another's name."""
        stamped = header(now_ns(), 'somebody else')
        self._stop.publish(StringStamped(header=stamped, string=why))

    def engage(self, arm: str) -> None:
        """Engage an arm afresh."""
        self._engaged_at = time.monotonic()
        self.hand = replace(self.hand, arm=arm, engaged=True, epoch=self.hand.epoch + 1)

    def let_go(self) -> None:
        """Press the clutch."""
        self.hand = replace(self.hand, engaged=False)

    def _command(self, now: float) -> None:
        self._sequence += 1
        hand = self.hand
        p = self.path(now - self._engaged_at)
        hand = replace(hand, T_displacement=pose(np.eye(3), p))
        command = TeleopCommand(now_ns(), self._sequence, HandCommand(), hand)
        self._commands.publish(command_to_msg(command))

    def _hear(self, message: AuthorityState, info: dict[str, Any]) -> None:
        # When its gateway said it: that this rig of three consoles reads late is not the site's.
        self.states.append((written_at(info), message))
        asked = self.answer(self.holders())
        if asked is not None:
            self.ask(*asked)

    def _note(self, message: EventRecord, _info: dict[str, Any]) -> None:
        self.events.append(message)

    def _look(self, message: SafetyState, _info: dict[str, Any]) -> None:
        self.safety = message
