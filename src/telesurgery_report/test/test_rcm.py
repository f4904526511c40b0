"""The shaft's distance from its port comes out of the poses as it was put in."""

import numpy as np
import pytest
from synthetic_truth import Faults, Truth

from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.rcm import shaft_distance_mm
from telesurgery_report.session import PoseTrack

UPRIGHT = [0.0, 0.0, 0.0, 1.0]


def shaft_at(*p, xyzw=UPRIGHT):
    return PoseTrack(np.array([1]), np.array([p], dtype=float), np.array([xyzw], dtype=float))


def test_distance_is_across_the_shaft_and_never_along_it():
    port = np.array([0.003, 0.004, 0.2])
    assert shaft_distance_mm(shaft_at(0, 0, 0), port, arm='A') == pytest.approx([5.0])
    assert shaft_distance_mm(shaft_at(0, 0, -7.0), port, arm='A') == pytest.approx([5.0])


def test_a_tilted_shaft_through_the_port_is_at_no_distance():
    half = np.sqrt(0.5)
    lying = shaft_at(1.0, 0, 0, xyzw=[0.0, half, 0.0, half])  # z axis along x
    assert shaft_distance_mm(lying, np.zeros(3), arm='A') == pytest.approx([0.0], abs=1e-9)


def test_the_worst_moment_of_every_arm_is_found(session_of):
    largest = {'PSM1': 0.31, 'PSM2': 0.9, 'PSM3': 0.0, 'ECM': 1.42}
    _, analysis = session_of(Truth(seconds=3.0, rcm_mm=tuple(largest.values())))
    worst = {arm: distances.max() for arm, distances in analysis.shaft_mm.items()}
    # The offset swings as sin; its samples come within 1 - cos(pi / 400) of the peak.
    assert worst == pytest.approx(largest, rel=1e-4, abs=1e-6)


def test_without_poses_there_is_no_distance(session_of):
    missing = frozenset({'/simulator/link_poses'})
    _, analysis = session_of(Truth(seconds=1.0), Faults(without=missing))
    assert analysis.shaft_mm == {}
    with pytest.raises(NotMeasuredError, match='no pose of the shaft of ECM'):
        shaft_distance_mm(PoseTrack.empty(), np.zeros(3), arm='ECM')
