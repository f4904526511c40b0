"""What the patient's side says of itself comes back, as late as the link makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from telesurgery_core.transforms import pose, rotation_about
from telesurgery_core.types import ConsoleSample, Hand, HandSample
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.state import HandState
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.return_path import SAY_HZ, measured_tip
from telesurgery_virtual.session import Configuration, VirtualSession

RATE_HZ = 100.0
ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')


class TurnedHand:
    """A device whose right hand stands, turned as it is told."""

    finished = False

    def __init__(self) -> None:
        self.R = np.eye(3)
        self.silent: Callable[[float], bool] = lambda now: False
        self._next = 0.0

    def describe(self) -> str:
        return 'a hand of a test'

    def poll(self, now: float) -> ConsoleSample | None:
        self._next = now + 1.0 / RATE_HZ
        if self.silent(now):
            return None
        hand = HandSample(pose(self.R, (0.0, 0.0, 0.0)), gripper=0.5)
        return ConsoleSample(round(now * 1e9), None, hand, operator_present=True)

    def next_poll(self, now: float) -> float:
        return max(self._next, now)

    def notices(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


def ready(
    hand: TurnedHand, workspace: Path, link: str, **motion: object
) -> tuple[VirtualSession, Configuration]:
    configuration = load_configuration(workspace / 'config', link=link)
    configuration = replace(configuration, motion=replace(configuration.motion, **motion))
    session = VirtualSession(hand, configuration)
    session.make_ready(*ARMS)
    return session, configuration


def right(session: VirtualSession) -> HandState:
    return next(
        state for state in session.motion.state(session.now).hands if state.hand is Hand.RIGHT
    )


def test_the_orientation_gate_opens_once_the_hand_is_turned_like_the_tip(workspace: Path) -> None:
    hand = TurnedHand()
    session, _ = ready(hand, workspace, 'rome_beijing', alignment='absolute')
    tip = measured_tip(session.robot, 'PSM1')
    assert tip is not None
    hand.R = tip[:3, :3] @ rotation_about('x', np.radians(20.0))

    session.run(0.5)
    state = right(session)
    assert state.hindrance is not Hindrance.NONE
    assert state.misalignment_deg == pytest.approx(20.0, abs=0.01)
    assert session.robot.supervisor.verdict('PSM1').state is not SafetyState.FOLLOWING

    hand.R = tip[:3, :3] @ rotation_about('x', np.radians(1.0))
    session.run(0.5)
    assert right(session).following
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.FOLLOWING


def test_a_hold_is_told_to_the_hand_that_waits_for_its_arm(workspace: Path) -> None:
    session, _ = ready(TurnedHand(), workspace, 'none, then after 3 s an outage of 0.12 s')
    assert session.now < 3.0
    session.run(3.6 - session.now)

    state = right(session)
    assert session.robot.supervisor.verdict('PSM1').state is SafetyState.HOLD
    assert state.hindrance is Hindrance.NOT_FOLLOWING
    assert 'no command for' in state.reason


def test_what_comes_back_is_as_old_as_the_link_makes_it(workspace: Path) -> None:
    hand = TurnedHand()
    session, configuration = ready(hand, workspace, 'rome_beijing')
    back_s = configuration.link.patient_to_surgeon.base_delay_ms * 1e-3
    heard: list[float] = []
    far_side = session.motion.far_side
    take = far_side.tip_measured

    def note(arm: str, T: np.ndarray, now: float) -> None:
        if arm == 'PSM1':
            heard.append(now)
        take(arm, T, now)

    far_side.tip_measured = note  # type: ignore[method-assign]
    session.run(1.0)
    said = np.round((np.array(heard) - back_s) * SAY_HZ) / SAY_HZ
    assert len(heard) == pytest.approx(SAY_HZ / 4, abs=1), 'three tips and the states in turn'
    np.testing.assert_allclose(np.array(heard) - said, back_s, atol=5e-3)


def test_the_round_trip_that_is_measured_scales_the_motion_down(workspace: Path) -> None:
    session, _ = ready(
        TurnedHand(),
        workspace,
        'rome_beijing',
        delay_scaling=True,
        delay_scaling_from_ms=50.0,
        delay_scaling_to_ms=200.0,
        delay_scaling_time_s=0.1,
    )
    session.run(1.0)
    assert 0.5 < session.motion.delay.factor < 0.9
