"""What operator and tools choose, through the whole chain: no tip moves by it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import ConsoleSample, Hand, HandSample
from telesurgery_motion.choices import Choices
from telesurgery_motion.pairs import CAMERA_PAIR, pair_named
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.session import Tick, VirtualSession

RATE_HZ = 200.0
ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')
STILL_M = 1e-9
"""What inverse kinematics leaves of a pose, measured elsewhere, is below this."""


class TwoHands:
    """A device whose hands rest until they are told to move, and whose pedals can be pressed."""

    finished = False

    def __init__(self) -> None:
        self.clutch = self.camera = False
        self.present = True
        self.swap: tuple[Hand, ...] = ()
        self.position = np.zeros(3)
        self._start: float | None = None
        self._polls = 0

    def describe(self) -> str:
        return 'hands of a test'

    def poll(self, now: float) -> ConsoleSample:
        self._start = now if self._start is None else self._start
        self._polls += 1
        swap, self.swap = self.swap, ()
        left, right = (
            HandSample(pose(np.eye(3), self.position + np.array([x, 0.0, 0.0])), gripper=0.2)
            for x in (0.1, -0.1)
        )
        return ConsoleSample(
            stamp_ns=round(now * 1e9),
            left=left,
            right=right,
            operator_present=self.present,
            clutch=self.clutch,
            camera=self.camera,
            arm_swap=swap,
        )

    def next_poll(self, now: float) -> float:
        return now if self._start is None else self._start + self._polls / RATE_HZ

    def notices(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


@pytest.fixture
def hands() -> TwoHands:
    return TwoHands()


@pytest.fixture
def session(hands: TwoHands, workspace: Path) -> VirtualSession:
    session = VirtualSession(hands, load_configuration(workspace / 'config', link='none'))
    session.make_ready(*ARMS)
    session.run(2.0)  # the jaws have come to the grippers
    return session


def tips(session: VirtualSession, tick: Tick | None = None) -> dict[str, Array]:
    """Return the tips in the world, as the plant's joints have them."""
    robot = session.configuration.robot
    joints = session.plant.sample(0).position if tick is None else tick.joints.position
    return {
        arm: robot.T_world_rcm(arm)
        @ forward(
            robot.model_of(arm),
            joints[robot.joint_slice(arm)][: len(robot.model_of(arm).joints)],
        )
        for arm in ARMS
    }


def furthest(session: VirtualSession, seconds: float, *arms: str) -> float:
    """Run on; return the longest way [m] that a tip of ``arms`` is from where it was before."""
    before = tips(session)
    ways = [0.0]

    def measure(tick: Tick) -> None:
        now = tips(session, tick)
        ways.extend(float(np.linalg.norm((now[a] - before[a])[:3, 3])) for a in arms or ARMS)

    session.run(seconds, measure)
    return max(ways)


CHANGES: dict[str, Callable[[Choices], None]] = {
    'scale': lambda choices: choices.set_scale(1.0),
    'rotation scale': lambda choices: choices.set_rotation_scale(0.3, pair_named('MTMR_PSM1')),
    'lock of translation': lambda choices: choices.lock_translation(
        pair_named('MTML_PSM2'), on=True
    ),
    'lock of rotation': lambda choices: choices.lock_rotation(pair_named('MTMR_PSM1'), on=True),
    'swap': lambda choices: choices.swap(Hand.RIGHT),
    'selection': lambda choices: choices.select(pair_named('MTMR_PSM2')),
    'unselection': lambda choices: choices.unselect(pair_named('MTMR_PSM2')),
    'camera pair': lambda choices: choices.select(CAMERA_PAIR),
    'off': lambda choices: choices.enable(on=False),
}


def test_no_change_of_choices_moves_a_tip(session: VirtualSession, hands: TwoHands) -> None:
    hands.position = np.array([0.02, 0.01, -0.01])  # displaced since the engagement
    session.run(0.5)
    for name, change in CHANGES.items():
        change(session.motion.choices)

        assert furthest(session, 0.2) < STILL_M, name


def test_a_change_of_scale_does_not_end_a_hold(
    session: VirtualSession, hands: TwoHands, workspace: Path
) -> None:
    age_limit = session.configuration.safety.command_gap_limit_s
    session.run(age_limit)
    hands.next_poll = lambda now: math.inf if now < held_until else now  # type: ignore[method-assign]
    held_until = session.now + 2 * age_limit
    session.motion.keep_alive = lambda *_: None  # type: ignore[method-assign]
    session.run(2 * age_limit)
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.HOLD
    del hands.next_poll, session.motion.keep_alive

    for scale in (1.0, 0.05, 0.3):
        session.motion.choices.set_scale(scale)
        session.run(0.1)
        assert session.robot.supervisor.verdict('PSM1').state is SafetyState.HOLD

    hands.clutch = True
    session.run(0.1)
    hands.clutch = False
    session.run(0.1)
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.FOLLOWING


@pytest.mark.parametrize('camera_hands', ['one hand', 'both hands'])
def test_the_camera_moves_and_no_instrument_does(
    session: VirtualSession, hands: TwoHands, camera_hands: str
) -> None:
    if camera_hands == 'both hands':
        session.motion.choices.select(CAMERA_PAIR)
    hands.camera = True
    session.run(0.1)
    before = tips(session)['ECM']
    hands.position = np.array([0.03, 0.01, 0.02])

    assert furthest(session, 1.0, 'PSM1', 'PSM2', 'PSM3') == 0.0
    moved = before[:3, :3].T @ (tips(session)['ECM'] - before)[:3, 3]
    way = 0.2 * hands.position * (-1.0 if camera_hands == 'both hands' else 1.0)
    assert moved == pytest.approx(way, abs=1e-5)  # the filter's and the plant's last bit of lag

    hands.camera = False
    instruments = furthest(session, 0.3, 'PSM1', 'PSM2', 'PSM3')
    assert instruments < STILL_M, 'taking them again moves nothing'


def test_a_swap_on_the_fly_drives_the_next_arm(session: VirtualSession, hands: TwoHands) -> None:
    hands.swap = (Hand.RIGHT,)
    session.run(0.1)
    hands.position = np.array([0.02, 0.0, 0.0])

    assert furthest(session, 0.5, 'PSM1') == 0.0
    assert furthest(session, 0.1, 'PSM3') < 1e-5, 'it has arrived'
    assert session.robot.supervisor.verdict('PSM3').state is SafetyState.FOLLOWING


def test_the_same_bag_with_the_same_choices_gives_the_same_targets_to_the_bit(
    workspace: Path,
) -> None:
    timeline = load_timeline(
        workspace / 'recordings' / 'dvtrainer_two_hands', TimeSource.HEADER, RATE_HZ
    )

    def targets() -> bytes:
        configuration = load_configuration(workspace / 'config', link='rome_beijing', seed=3)
        session = VirtualSession(Replay(timeline.part(0.0, 20.0)), configuration)
        session.make_ready(*ARMS)
        ticks: list[Tick] = []
        for change in ('scale', 'rotation scale', 'swap', 'lock of translation'):
            session.run(0.5, ticks.append)
            CHANGES[change](session.motion.choices)
        session.run(0.5, ticks.append)
        return b''.join(tick.targets.tobytes() for tick in ticks)

    assert targets() == targets()
