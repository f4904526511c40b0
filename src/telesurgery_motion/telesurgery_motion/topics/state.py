"""``/motion/state``, and the reasons in the log."""

from __future__ import annotations

from rclpy.node import Node

from telesurgery_motion.state import HandState, MotionState
from telesurgery_msgs.msg import HandMotion
from telesurgery_msgs.msg import MotionState as MotionStateMsg
from telesurgery_ros import qos
from telesurgery_ros.conversions import header

PERIOD_S = 0.1
"""The state is said again after so long, though it has not changed."""
LOG_AFTER_S = 0.5
"""A reason that lasts for so long goes to the log, once: what comes and goes does not."""


class StateTopic:
    """Says what the hands do."""

    def __init__(self, node: Node) -> None:
        """Publish with ``node``."""
        self._logger = node.get_logger()
        self._publisher = node.create_publisher(MotionStateMsg, '/motion/state', qos.STREAM_OUT)
        self._said_at = float('-inf')
        self._said: object = None
        self._since: dict[str, tuple[str, float]] = {}
        self._logged: dict[str, str] = {}

    def publish(self, state: MotionState, stamp_ns: int, now: float, *, attended: bool) -> bool:
        """Publish the state when it is new or due; return whether it was.

        While the operator is present (``attended``), a reason that lasts is logged.
        """
        for hand in state.hands:
            self._log(hand, now, attended=attended)
        essence = (state.enabled, state.selected, *(_essence(hand) for hand in state.hands))
        if essence == self._said and now - self._said_at < PERIOD_S:
            return False
        self._said, self._said_at = essence, now
        self._publisher.publish(message_of(state, stamp_ns))
        return True

    def _log(self, hand: HandState, now: float, *, attended: bool) -> None:
        ordinary = hand.hindrance.is_ordinary or not attended
        name, kind = hand.hand.value, '' if ordinary else hand.hindrance.name
        before, since = self._since.get(name, ('', now))
        if kind != before:
            since = now
        self._since[name] = kind, since
        if not kind:
            self._logged.pop(name, None)
        elif now - since >= LOG_AFTER_S and self._logged.get(name) != kind:
            self._logged[name] = kind
            self._logger.warning(f'{name} does not move {hand.arm or "an arm"}: {hand.reason}')


def _essence(hand: HandState) -> object:
    return hand.arm, hand.clutch, hand.following, hand.hindrance, hand.settings


def message_of(state: MotionState, stamp_ns: int) -> MotionStateMsg:
    """Return the message of a state."""
    return MotionStateMsg(
        header=header(stamp_ns),
        enabled=state.enabled,
        scale=state.scale,
        delay_factor=state.delay_factor,
        selected=[pair.name for pair in state.selected],
        hands=[_hand(hand) for hand in state.hands],
    )


def _hand(hand: HandState) -> HandMotion:
    settings = hand.settings
    return HandMotion(
        hand=hand.hand.value,
        arm=hand.arm,
        pair='' if hand.pair is None else hand.pair.name,
        state=hand.clutch.value,
        following=hand.following,
        hindrance=hand.hindrance.name.lower(),
        reason=hand.reason,
        epoch=hand.epoch,
        scale=hand.scale,
        rotation_scale=0.0 if settings is None else settings.rotation_scale,
        translation_locked=settings is not None and settings.lock_translation,
        rotation_locked=settings is not None and settings.lock_rotation,
        align=settings is not None and settings.align,
        misalignment_deg=hand.misalignment_deg,
        misalignment_limit_deg=hand.misalignment_limit_deg,
    )
