"""What the fault campaign makes of the points of a tip."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'bench'))

from faults_study.measures import placed_at

LINE = np.column_stack([np.arange(10) * 1e-3, np.zeros(10), np.zeros(10)])


def stopped_at(p, tick):
    """Return a way that stands from a tick on."""
    return np.vstack([p[:tick], np.repeat(p[tick : tick + 1], len(p) - tick, axis=0)])


def test_a_held_arm_that_is_told_to_be_where_its_body_is_was_placed_there() -> None:
    body = stopped_at(LINE - (0.0015, 0.0002, 0.0), 4)
    told = stopped_at(LINE, 5)
    told[8:] = body[8]
    assert placed_at(told, body, held=4) == 8


def test_a_held_arm_that_brakes_and_stands_was_placed_nowhere() -> None:
    body = stopped_at(LINE - (0.0015, 0.0002, 0.0), 7)
    assert placed_at(stopped_at(LINE, 6), body, held=4) == len(LINE)


def test_a_target_that_leaves_its_place_for_elsewhere_is_a_motion() -> None:
    body, told = stopped_at(LINE, 4), stopped_at(LINE, 5)
    told[8:] += (0.0, 0.001, 0.0)
    assert placed_at(told, body, held=4) == len(LINE)
