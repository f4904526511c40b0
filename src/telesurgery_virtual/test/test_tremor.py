"""A trembling hand, through the whole chain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from telesurgery_arm.kinematics import forward
from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import pose
from telesurgery_core.types import ConsoleSample, HandSample
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.session import Tick, VirtualSession

RATE_HZ = 200.0
TREMOR_HZ = np.array([7.9, 9.3, 11.1])
TREMOR_M = 2e-4


class TremblingHand:
    """A device whose right hand is held still, as well as it can be."""

    finished = False

    def __init__(self) -> None:
        self._start: float | None = None
        self._polls = 0

    def describe(self) -> str:
        return 'a trembling hand'

    def poll(self, now: float) -> ConsoleSample:
        self._start = now if self._start is None else self._start
        self._polls += 1
        p = TREMOR_M * np.sin(2.0 * np.pi * TREMOR_HZ * (now - self._start))
        return ConsoleSample(
            round(now * 1e9), None, HandSample(pose(np.eye(3), p)), operator_present=True
        )

    def next_poll(self, now: float) -> float:
        return now if self._start is None else self._start + self._polls / RATE_HZ

    def notices(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


def trembling_of_the_tip(config: Path, tremor_filter: str) -> float:
    """Return the RMS of the tip's motion in the last one of three seconds [m]."""
    configuration = load_configuration(config, tremor_filter=tremor_filter)
    session = VirtualSession(TremblingHand(), configuration)
    session.make_ready('PSM1', 'PSM2', 'PSM3', 'ECM')
    ticks: list[Tick] = []
    session.run(3.0, ticks.append)
    robot = configuration.robot
    model, joints = robot.model_of('PSM1'), robot.joint_slice('PSM1')
    q = np.array([tick.targets[joints] for tick in ticks[-500:]])[:, : len(model.joints)]
    tips = forward(model, q)[:, :3, 3]
    return float(np.sqrt(np.square(tips - tips.mean(axis=0)).mean()))


def test_a_filter_chosen_by_name_keeps_the_tip_still(workspace: Path) -> None:
    config = workspace / 'config'
    unfiltered = trembling_of_the_tip(config, 'none')

    # Interpolation and limits in the arm leave most of 200 um / sqrt(2) at a scale of 0.2.
    assert unfiltered > 1e-5
    assert trembling_of_the_tip(config, 'adaptive') < 0.25 * unfiltered
    assert load_configuration(config).motion.filter == 'adaptive'


def test_a_filter_that_does_not_exist_is_named(workspace: Path) -> None:
    with pytest.raises(ParameterError, match=r"motion\.yaml: filter is 'magic'; allowed: none"):
        load_configuration(workspace / 'config', tremor_filter='magic')
