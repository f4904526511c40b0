"""A tool that presses too hard, in a real Gazebo: its arm holds, and says how hard it pressed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

pytestmark = [pytest.mark.ros, pytest.mark.gazebo]
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import WrenchStamped  # noqa: E402
from sensor_msgs.msg import JointState  # noqa: E402

from crtk_msgs.msg import OperatingState, StringStamped  # noqa: E402
from telesurgery_arm.description import RobotDescription  # noqa: E402
from telesurgery_arm.kinematics import forward  # noqa: E402
from telesurgery_core.transforms import Array, pose  # noqa: E402
from telesurgery_core.types import HandCommand, TeleopCommand  # noqa: E402
from telesurgery_msgs.msg import SafetyState  # noqa: E402
from telesurgery_msgs.msg import TeleopCommand as TeleopCommandMsg  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import command_to_msg, header, now_ns  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402
from telesurgery_safety.testing.limits import LENIENT  # noqa: E402

ARM = 'PSM1'
ABOVE_THE_BOARD_M = 0.228
"""The insertion where the hand takes over; the jaws touch 4 mm further down."""
DEEP_M, SPEED_M_S = 0.006, 0.005
"""How far down the hand leads the tip, and how fast."""
COMMAND_S = 0.01
AGAIN_S = 0.5
LIMIT_N = 0.5
"""Gazebo 11's board gives way (docs/simulator.md): it pushes with a newton or two."""


class Site:
    """Gazebo and the arms, and what they say of one arm."""

    def __init__(self, peer: Peer, down: Array) -> None:
        """``down`` ``(3,)`` is the direction down, in the endoscope's view."""
        self.peer = peer
        self.safety = peer.collect(SafetyState, '/safety/state', qos.STREAM_IN)
        self.states = peer.collect(OperatingState, f'/{ARM}/operating_state', qos.LATCHED)
        self.joints = peer.collect(JointState, f'/{ARM}/measured_js', qos.STREAM_IN)
        self.forces = peer.collect(WrenchStamped, f'/{ARM}/contact/measured_cf', qos.STREAM_IN)
        self._moves = peer.publisher(JointState, f'/{ARM}/move_jp', qos.EVENT)
        self._servo = peer.publisher(JointState, f'/{ARM}/servo_jp', qos.STREAM_OUT)
        self._commands = peer.publisher(StringStamped, f'/{ARM}/state_command', qos.EVENT)
        self._hand = peer.publisher(TeleopCommandMsg, '/teleop/command', qos.STREAM_OUT)
        self._down = down
        self._sequence = self._epoch = 0

    def until(self, condition: Callable[[], object]) -> None:
        self.peer.spin_until(condition)

    def state(self) -> tuple[str, str]:
        """The supervisor's state of the arm, and its reason."""
        said = [arm for arm in self.safety[-1].arms if arm.arm == ARM] if self.safety else []
        return (said[0].state, said[0].reason) if said else ('', '')

    def rests(self) -> bool:
        homed = bool(self.states) and self.states[-1].is_homed and not self.states[-1].is_busy
        return homed and self.state()[0] == 'ready' and bool(self.joints)

    def depth(self) -> float:
        return float(self.joints[-1].position[2])

    def insert(self, depth_m: float) -> None:
        """Let a client move the arm to an insertion, the shaft straight down."""
        self._moves.publish(_straight_down(depth_m))
        self.until(lambda: abs(self.depth() - depth_m) < 1e-3 and self.rests())

    def push(self, condition: Callable[[], object]) -> None:
        """Let a client lead the tip down from where the arm was inserted to, until it holds."""
        self._command(
            lambda seconds: self._servo.publish(
                _straight_down(ABOVE_THE_BOARD_M + SPEED_M_S * seconds)
            ),
            condition,
        )

    def command_state(self, command: str, state: str) -> None:
        """Send a state command and wait for the supervisor's state that it leads to."""
        self._commands.publish(StringStamped(header=header(now_ns()), string=command))
        self.until(lambda: self.state()[0] == state)

    def engage(self) -> None:
        """Let a hand engage until the arm follows; the first epoch that is heard is an old one."""

        def wish(seconds: float) -> None:
            self._epoch = 1 + int(seconds / AGAIN_S)
            self._lead(0.0)

        self._command(wish, lambda: self.state()[0] == 'following')

    def press(self, condition: Callable[[], object]) -> None:
        """Let the hand lead the tip down until a condition holds."""
        self._command(lambda seconds: self._lead(min(SPEED_M_S * seconds, DEEP_M)), condition)

    def _command(self, wish: Callable[[float], None], condition: Callable[[], object]) -> None:
        begun = sent = time.monotonic()

        def commanded() -> object:
            nonlocal sent
            now = time.monotonic()
            if now >= sent:
                sent = now + COMMAND_S
                wish(now - begun)
            return condition()

        self.until(commanded)

    def _lead(self, depth_m: float) -> None:
        self._sequence += 1
        T = pose(np.eye(3), depth_m * self._down)
        hand = HandCommand(arm=ARM, engaged=True, epoch=self._epoch, T_displacement=T)
        command = TeleopCommand(now_ns(), self._sequence, HandCommand(), hand)
        self._hand.publish(command_to_msg(command))


def _straight_down(depth_m: float) -> JointState:
    return JointState(position=[0.0, 0.0, depth_m, 0.0, 0.0, 0.0])


def down_in_view(robot: RobotDescription) -> Array:
    """The direction down ``(3,)`` as the endoscope sees it at home."""
    model = robot.model_of('ECM')
    T_world_view = robot.T_world_rcm('ECM') @ forward(model, model.home)
    down: Array = T_world_view[:3, :3].T @ np.array([0.0, 0.0, -1.0])
    return down


@pytest.fixture
def site(workspace: Path, tmp_path: Path) -> Iterator[Site]:
    unguarded = tmp_path / 'guarding.yaml'  # the fixtures would stop the tool before the board
    unguarded.write_text('{}')
    simulator = {'simulator': 'classic', 'share': str(workspace), 'cameras': False}
    arms = {
        'arms_file': workspace / 'config' / 'arms.yaml',
        'guarding_file': unguarded,
        'control_rate_hz': 100.0,
        **LENIENT,
        'force_limit_n': LIMIT_N,
    }
    with (
        NodeProcess('telesurgery_gazebo.node', simulator),
        NodeProcess('telesurgery_arm.node', arms),
        Peer() as peer,
    ):
        running = Site(peer, down_in_view(RobotDescription.load(arms['arms_file'])))
        running.until(running.rests)
        yield running


def test_a_tool_that_presses_too_hard_holds_its_arm(site: Site) -> None:
    site.insert(ABOVE_THE_BOARD_M)
    assert not any(said.wrench.force.z for said in site.forces)

    site.engage()
    site.press(lambda: site.state()[0] == 'hold')

    _, reason = site.state()
    assert f'{ARM} touches with' in reason
    assert f'limit {LIMIT_N:g} N' in reason
    site.until(lambda: any(abs(said.wrench.force.z) > LIMIT_N for said in site.forces))
    assert site.depth() < ABOVE_THE_BOARD_M + DEEP_M


def test_a_client_that_presses_too_hard_is_stopped_until_it_pauses_and_resumes(site: Site) -> None:
    site.insert(ABOVE_THE_BOARD_M)

    site.push(lambda: site.state()[0] == 'hold')

    _, reason = site.state()
    assert f'{ARM} touches with' in reason
    assert reason.endswith('pause and resume the arm, to go on')
    site.command_state('pause', 'disabled')
    site.command_state('resume', 'ready')
