"""What a sample of one hand costs: position and orientation through the filter of poses."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from telesurgery_core.transforms import pose, rotation_from_vector
from telesurgery_motion.filters.table import make_filter
from tremor_study.candidates import Candidate

BLOCK = 150
BLOCKS = 12
INTERVAL_S = 0.005
JITTER_S = 0.0002
"""As stamps have it: the model of the motion is set anew at every sample."""


def cost_us(chosen: Sequence[Candidate]) -> dict[str, float]:
    """Return the median CPU time [us] of each filter of ours; they take turns, block by block."""
    rng = np.random.default_rng(3)
    filters = {one.name: make_filter(one.parameters) for one in chosen if one.parameters}
    took: dict[str, list[float]] = {name: [] for name in filters}
    t = 0.0
    for _ in range(BLOCKS):
        intervals = rng.normal(INTERVAL_S, JITTER_S, BLOCK).tolist()
        moments = t + np.cumsum(intervals)
        t = float(moments[-1])
        poses = [
            pose(
                rotation_from_vector(0.3 * np.sin([s, 2.0 * s, 3.0 * s])),
                0.03 * np.sin([s, 1.3 * s, 1.7 * s]) + rng.normal(0.0, 1e-4, 3),
            )
            for s in moments
        ]
        for name, one in filters.items():
            start = time.process_time()
            for T, dt in zip(poses, intervals, strict=True):
                one.step(T, dt)
            took[name].append(1e6 * (time.process_time() - start) / BLOCK)
    return {name: round(float(np.median(times)), 1) for name, times in took.items()}
