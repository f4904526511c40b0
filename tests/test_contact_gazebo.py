"""A tool that presses too hard, in a real Gazebo: its arm holds, and says how hard it pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.ros, pytest.mark.gazebo]
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import WrenchStamped  # noqa: E402
from sensor_msgs.msg import JointState  # noqa: E402

from crtk_msgs.msg import OperatingState  # noqa: E402
from telesurgery_msgs.msg import SafetyState  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

ARM = 'PSM1'
BESIDE_THE_BOARD_M = 0.20
INTO_THE_BOARD_M = 0.24
"""8 mm beyond where the jaws touch: what holds them there is a spring of 5 N a millimetre."""
LIMIT_N = 10.0
PATIENT = {
    'joint_state_wait_s': 5.0,
    'joint_state_gap_limit_s': 5.0,
    'joint_state_timeout_s': 5.0,
    'tick_limit_s': 5.0,
    'tracking_time_s': 5.0,
    'real_time_factor_limit': 0.0,
}
"""Limits that a busy machine does not pass by itself."""


class Site:
    """Gazebo and the arms, and what they say of one arm."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.safety = peer.collect(SafetyState, '/safety/state', qos.STREAM_IN)
        self.states = peer.collect(OperatingState, f'/{ARM}/operating_state', qos.LATCHED)
        self.joints = peer.collect(JointState, f'/{ARM}/measured_js', qos.STREAM_IN)
        self.forces = peer.collect(WrenchStamped, f'/{ARM}/contact/measured_cf', qos.STREAM_IN)
        self.moves = peer.publisher(JointState, f'/{ARM}/move_jp', qos.EVENT)

    def until(self, condition: Callable[[], object]) -> None:
        self.peer.spin_until(condition)

    def state(self) -> tuple[str, str]:
        """The supervisor's state of the arm, and its reason."""
        said = [arm for arm in self.safety[-1].arms if arm.arm == ARM] if self.safety else []
        return (said[0].state, said[0].reason) if said else ('', '')

    def rests(self) -> bool:
        return bool(self.states) and self.states[-1].is_homed and not self.states[-1].is_busy

    def insert(self, depth_m: float) -> None:
        """Ask for an insertion, the shaft straight down."""
        self.moves.publish(JointState(position=[0.0, 0.0, depth_m, 0.0, 0.0, 0.0]))

    def depth(self) -> float:
        return float(self.joints[-1].position[2])


@pytest.fixture
def site(workspace: Path) -> Iterator[Site]:
    simulator = {'simulator': 'classic', 'share': str(workspace), 'cameras': False}
    arms = {'arms_file': workspace / 'config' / 'arms.yaml', 'control_rate_hz': 100.0, **PATIENT}
    with (
        NodeProcess('telesurgery_gazebo.node', simulator),
        NodeProcess('telesurgery_arm.node', arms),
        Peer() as peer,
    ):
        running = Site(peer)
        running.until(running.rests)
        yield running


def test_a_tool_that_presses_too_hard_holds_its_arm(site: Site) -> None:
    site.insert(BESIDE_THE_BOARD_M)
    site.until(lambda: abs(site.depth() - BESIDE_THE_BOARD_M) < 1e-3)
    assert site.state() == ('ready', '')

    site.insert(INTO_THE_BOARD_M)
    site.until(lambda: site.state()[0] == 'hold')

    _, reason = site.state()
    assert f'limit {LIMIT_N:g} N' in reason
    assert max(abs(said.wrench.force.z) for said in site.forces) > LIMIT_N
    site.until(lambda: site.states[-1].is_busy is False)
    assert site.depth() < INTO_THE_BOARD_M - 1e-3
