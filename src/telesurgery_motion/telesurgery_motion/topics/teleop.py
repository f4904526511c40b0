"""The teleoperation topics of the da Vinci research kit, so that its tools find what they know.

Names and types are those of the kit's documentation (dvrk.readthedocs.io, "Teleoperation" and
"Per console"): ``console/teleop/...`` for all pairs, ``MTMR_PSM1/...`` for one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from geometry_msgs.msg import Quaternion, QuaternionStamped
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Joy
from std_msgs.msg import Bool, Float64, String

from crtk_msgs.msg import StringStamped
from telesurgery_core.errors import one_of
from telesurgery_core.transforms import quaternion_from_rotation
from telesurgery_motion.assignment import ENDOSCOPE
from telesurgery_motion.choices import Choices
from telesurgery_motion.errors import RequestRefusedError
from telesurgery_motion.pairs import PAIRS, Pair, pair_named
from telesurgery_motion.state import MotionState
from telesurgery_motion.teleop_state import pair_state
from telesurgery_ros import qos
from telesurgery_ros.conversions import header

CONSOLE = '/console/teleop'
SELECTIONS = QoSProfile(
    depth=len(PAIRS),
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
"""Events that name a pair each: a late joiner gets the newest ones, in their order."""


class Latched:
    """Publishes a value when it is another one than before."""

    def __init__(self, node: Node, message_type: type[Any], topic: str) -> None:
        """Publish with ``node``; the newest value waits for late joiners."""
        self._publisher = node.create_publisher(message_type, topic, qos.LATCHED)
        self._said: object = None

    def say(self, value: Any, message_of: Callable[[Any], Any]) -> None:
        """Publish the message of ``value`` if it is new."""
        if value != self._said:
            self._said = value
            self._publisher.publish(message_of(value))


class TeleopTopics:
    """Hears requests in the executor's thread, and says what is in force."""

    def __init__(self, node: Node, choices: Choices, lock: Lock) -> None:
        """Subscribe and publish with ``node``; ``lock`` guards ``choices``."""
        self._node = node
        self._choices = choices
        self._lock = lock
        self._enabled = Latched(node, Bool, f'{CONSOLE}/enabled')
        self._scale = Latched(node, Float64, f'{CONSOLE}/scale')
        self._selected = node.create_publisher(String, f'{CONSOLE}/teleop_selected', SELECTIONS)
        self._unselected = node.create_publisher(
            String, f'{CONSOLE}/teleop_unselected', SELECTIONS
        )
        self._were_selected: frozenset[Pair] = frozenset()
        self._pairs = {pair: PairTopics(node, pair) for pair in PAIRS}
        self._hear(Bool, 'enable', lambda m: choices.enable(on=m.data))
        self._hear(Float64, 'set_scale', lambda m: choices.set_scale(m.data))
        self._hear(String, 'select_teleop', lambda m: choices.select(pair_named(m.data)))
        self._hear(String, 'unselect_teleop', lambda m: choices.unselect(pair_named(m.data)))
        for pair in PAIRS:
            self._hear_pair(pair)

    def publish(self, state: MotionState, stamp_ns: int) -> None:
        """Say what has changed."""
        self._enabled.say(state.enabled, _bool)
        self._scale.say(state.scale, _float)
        selected = frozenset(state.selected)
        for pair in selected - self._were_selected:
            self._selected.publish(String(data=pair.name))
        for pair in self._were_selected - selected:
            self._unselected.publish(String(data=pair.name))
        self._were_selected = selected
        for topics in self._pairs.values():
            topics.publish(self._choices, state, stamp_ns)

    def _hear_pair(self, pair: Pair) -> None:
        choices, name = self._choices, pair.name
        requests: dict[str, tuple[type[Any], Callable[[Any], None]]] = {
            'state_command': (StringStamped, lambda m: _obey(choices, pair, m.string)),
            'set_scale': (Float64, lambda m: choices.set_scale(m.data, pair)),
            'set_rotation_scale': (Float64, lambda m: choices.set_rotation_scale(m.data, pair)),
            'lock_rotation': (Bool, lambda m: choices.lock_rotation(pair, on=m.data)),
            'lock_translation': (Bool, lambda m: choices.lock_translation(pair, on=m.data)),
        }
        if pair.arm != ENDOSCOPE:
            requests['set_align_mtm'] = (Bool, lambda m: choices.align(pair, on=m.data))
        for request, (message_type, obey) in requests.items():
            self._hear(message_type, request, obey, base=f'/{name}')

    def _hear(
        self,
        message_type: type[Any],
        request: str,
        obey: Callable[[Any], None],
        base: str = CONSOLE,
    ) -> None:
        topic = f'{base}/{request}'

        def take(message: Any) -> None:
            try:
                with self._lock:
                    obey(message)
            except RequestRefusedError as error:
                self._node.get_logger().warning(f'{topic} refused: {error}')

        self._node.create_subscription(message_type, topic, take, qos.EVENT)


class PairTopics:
    """What one pair says."""

    def __init__(self, node: Node, pair: Pair) -> None:
        """Publish with ``node``."""
        self._pair = pair
        self._states = {
            name: Latched(node, String, f'/{pair.name}/{name}')
            for name in ('current_state', 'desired_state')
        }
        self._following = Latched(node, Bool, f'/{pair.name}/following')
        self._scale = Latched(node, Float64, f'/{pair.name}/scale')
        self._rotation_scale = Latched(node, Float64, f'/{pair.name}/rotation_scale')
        self._locks = {
            name: Latched(node, Joy, f'/{pair.name}/{name}')
            for name in ('rotation_locked', 'translation_locked')
        }
        self._aligns = pair.arm != ENDOSCOPE
        if self._aligns:
            self._align = Latched(node, Bool, f'/{pair.name}/align_mtm')
            self._offset = Latched(node, QuaternionStamped, f'/{pair.name}/alignment_offset')

    def publish(self, choices: Choices, state: MotionState, stamp_ns: int) -> None:
        """Say what has changed."""
        settings = choices.settings(self._pair)
        says = pair_state(self._pair, settings, state)
        self._states['current_state'].say(says.current.value, _string)
        self._states['desired_state'].say(says.desired.value, _string)
        self._following.say(says.following, _bool)
        self._scale.say(settings.scale, _float)
        self._rotation_scale.say(settings.rotation_scale, _float)
        for name, locked in (
            ('rotation_locked', settings.lock_rotation),
            ('translation_locked', settings.lock_translation),
        ):
            self._locks[name].say(locked, partial(_joy, stamp_ns))
        if self._aligns:
            self._align.say(settings.align, _bool)
            self._say_offset(state, stamp_ns)

    def _say_offset(self, state: MotionState, stamp_ns: int) -> None:
        for hand in state.hands:
            if hand.pair == self._pair and hand.R_hand_tip is not None:
                quaternion = tuple(quaternion_from_rotation(hand.R_hand_tip).tolist())
                self._offset.say(quaternion, partial(_quaternion, stamp_ns))


def _bool(value: bool) -> Bool:
    return Bool(data=value)


def _float(value: float) -> Float64:
    return Float64(data=value)


def _string(value: str) -> String:
    return String(data=value)


def _joy(stamp_ns: int, pressed: bool) -> Joy:
    return Joy(header=header(stamp_ns), buttons=[int(pressed)])


def _quaternion(stamp_ns: int, xyzw: tuple[float, float, float, float]) -> QuaternionStamped:
    x, y, z, w = xyzw
    return QuaternionStamped(header=header(stamp_ns), quaternion=Quaternion(x=x, y=y, z=z, w=w))


def _obey(choices: Choices, pair: Pair, command: str) -> None:
    """Obey a state command of the kit."""
    if command == 'align_mtm':
        choices.align(pair, on=True)
    elif command not in ('enable', 'disable'):
        raise RequestRefusedError(
            one_of('state command', command, ('enable', 'disable', 'align_mtm'), 'send another')
        )
    choices.enable_pair(pair, on=command != 'disable')
