"""The whole chain, console to plant, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, inverse, pose
from telesurgery_core.types import ConsoleSample, HandSample
from telesurgery_link.impairment import Outage
from telesurgery_link.profiles import DirectionProfile, LinkProfile
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.session import Configuration, Tick, VirtualSession

RATE_HZ = 200.0
REACH_M = 0.05
"""How far the hand of these tests goes."""


class Hands:
    """A device whose right hand follows a function of the time since the first poll."""

    finished = False

    def __init__(self, path: Callable[[float], tuple[float, float, float]]) -> None:
        self.clutch: Callable[[float], bool] = lambda t: False
        self.present: Callable[[float], bool] = lambda t: True
        self._path = path
        self._start: float | None = None
        self._polls = 0

    def describe(self) -> str:
        return 'hands of a test'

    def poll(self, now: float) -> ConsoleSample:
        self._start = now if self._start is None else self._start
        self._polls += 1
        t = now - self._start
        hand = HandSample(pose(np.eye(3), self._path(t)), gripper=0.5)
        return ConsoleSample(
            stamp_ns=round(now * 1e9),
            left=None,
            right=hand,
            operator_present=self.present(t),
            clutch=self.clutch(t),
        )

    def next_poll(self, now: float) -> float:
        return now if self._start is None else self._start + self._polls / RATE_HZ

    def notices(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


def still(_t: float) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0)


def to_the_left(t: float) -> tuple[float, float, float]:
    """A minimum-jerk movement along X of the view within one second."""
    s = min(max(t, 0.0), 1.0)
    return (REACH_M * (10 * s**3 - 15 * s**4 + 6 * s**5), 0.0, 0.0)


@pytest.fixture(scope='module')
def config(workspace: Path) -> Path:
    return workspace / 'config'


def ready(device: Hands, configuration: Configuration) -> VirtualSession:
    session = VirtualSession(device, configuration)
    session.make_ready('PSM1', 'PSM2', 'PSM3', 'ECM')
    return session


def tip_in_view(robot: RobotDescription, joints: Array, arm: str) -> Array:
    """Return the pose of an arm's tip in the view, from joint positions ``(25,)`` alone."""

    def T_world_tip(name: str) -> Array:
        model = robot.model_of(name)
        q = joints[robot.joint_slice(name)][: len(model.joints)]
        T: Array = robot.T_world_rcm(name) @ forward(model, q)
        return T

    T: Array = inverse(T_world_tip('ECM')) @ T_world_tip(arm)
    return T


def tip_path(session: VirtualSession, seconds: float, arm: str = 'PSM1') -> Array:
    """Run the session; return the tip's positions in the view at every tick ``(n, 3)`` [m]."""
    ticks: list[Tick] = []
    session.run(seconds, ticks.append)
    robot = session.configuration.robot
    return np.array([tip_in_view(robot, tick.joints.position, arm)[:3, 3] for tick in ticks])


def test_the_tip_ends_where_the_scaled_hand_went(config: Path) -> None:
    configuration = load_configuration(config, link='none')
    scale = configuration.motion.scale
    path = tip_path(ready(Hands(to_the_left), configuration), seconds=2.5)
    moved = path[-1] - path[0]
    # The tremor filter and the plant are first-order lags: a second after the hand has stopped
    # less than a micrometre of the way is left.
    np.testing.assert_allclose(moved, (scale * REACH_M, 0.0, 0.0), atol=2e-6)


def test_the_delay_of_the_link_is_the_delay_of_the_tip(config: Path) -> None:
    def time_of_half_way(link: str) -> float:
        path = tip_path(ready(Hands(to_the_left), load_configuration(config, link=link)), 2.5)
        x = path[:, 0] - path[0, 0]
        return float(np.argmax(x > x[-1] / 2)) / 500.0

    profile = load_configuration(config, link='rome_beijing').link.surgeon_to_patient
    later = time_of_half_way('rome_beijing') - time_of_half_way('none')
    # Jitter of some 0.5 ms on top, and ticks of 2 ms at both ends.
    assert later == pytest.approx(profile.base_delay_ms * 1e-3, abs=0.005)


def test_an_arm_that_no_hand_drives_stands(config: Path) -> None:
    path = tip_path(ready(Hands(to_the_left), load_configuration(config)), 1.5, arm='PSM2')
    assert np.ptp(path, axis=0).max() == 0.0


@pytest.mark.parametrize('link', ['rome_beijing', 'lan, then after 1 s 5g_driving'])
def test_the_same_seed_gives_the_same_session_to_the_bit(config: Path, link: str) -> None:
    def targets(seed: int) -> bytes:
        ticks: list[Tick] = []
        configuration = load_configuration(config, link=link, seed=seed)
        ready(Hands(to_the_left), configuration).run(1.5, ticks.append)
        return b''.join(tick.targets.tobytes() for tick in ticks)

    assert targets(seed=7) == targets(seed=7)
    assert targets(seed=7) != targets(seed=8)


def test_pressing_and_releasing_the_clutch_never_moves_the_tip(config: Path) -> None:
    hands = Hands(to_the_left)
    hands.clutch = lambda t: t >= 0.2
    session = ready(hands, load_configuration(config))
    before = tip_path(session, 0.5)
    clutched = tip_path(session, 1.0)
    hands.clutch = lambda t: False
    after = tip_path(session, 0.5)
    assert np.ptp(before, axis=0).max() > 1e-4
    np.testing.assert_allclose(clutched, np.broadcast_to(clutched[0], clutched.shape), atol=1e-6)
    np.testing.assert_allclose(after, np.broadcast_to(clutched[-1], after.shape), atol=1e-6)


def test_a_hand_that_is_not_present_moves_nothing(config: Path) -> None:
    hands = Hands(to_the_left)
    hands.present = lambda t: False
    path = tip_path(ready(hands, load_configuration(config)), 1.5)
    assert np.ptp(path, axis=0).max() == 0.0


def with_outage(configuration: Configuration, start_s: float, length_s: float) -> Configuration:
    direction = DirectionProfile(
        base_delay_ms=50.0, outages=(Outage(start_s=start_s, length_s=length_s),)
    )
    link = LinkProfile(
        description='a link that breaks',
        source='this test',
        date='2026-11-21',
        surgeon_to_patient=direction,
        patient_to_surgeon=direction,
    )
    return replace(configuration, link=link)


def test_an_outage_holds_the_arms_and_only_a_fresh_engagement_ends_the_hold(config: Path) -> None:
    hands = Hands(to_the_left)
    plain = load_configuration(config)
    start = ready(Hands(still), plain).now
    session = ready(hands, with_outage(plain, start + 0.4, length_s=0.5))

    session.run(0.6)
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.HOLD
    reason = session.robot.supervisor.verdict('PSM1').reason
    assert 'no command for' in reason

    held = tip_path(session, 1.0)  # the link is back since 0.9 s, the hand went on
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.HOLD
    rest = held[100:]
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), atol=1e-6)
    assert session.robot.supervisor.holds == 1

    hands.clutch = lambda t: True
    session.run(0.2)
    hands.clutch = lambda t: False
    resumed = tip_path(session, 0.5)
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.FOLLOWING
    np.testing.assert_allclose(resumed, np.broadcast_to(rest[-1], resumed.shape), atol=1e-6)


def test_nothing_of_an_outage_is_played_after_it(config: Path) -> None:
    """The hand moves only while the link is cut: the tip must never follow that."""

    def moves_in_the_dark(t: float) -> tuple[float, float, float]:
        return to_the_left((t - 0.5) * 4)

    plain = load_configuration(config)
    start = ready(Hands(still), plain).now
    session = ready(Hands(moves_in_the_dark), with_outage(plain, start + 0.4, length_s=0.6))
    path = tip_path(session, 2.0)
    assert np.ptp(path, axis=0).max() < 1e-9


def test_a_path_that_is_slower_than_surgeons_judge_safe_never_moves_an_arm(config: Path) -> None:
    session = ready(Hands(to_the_left), load_configuration(config, link='geo_satellite'))
    path = tip_path(session, 2.0)
    assert np.ptp(path, axis=0).max() == 0.0
    assert session.robot.supervisor.command_age_s > 0.3
