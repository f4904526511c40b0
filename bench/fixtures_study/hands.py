"""Random paths of hands: steps, walks, sweeps and runs into corners, in the patient frame."""

from __future__ import annotations

import numpy as np

COMMANDS = 8
"""A path is so many commands."""
COMMAND_S = 0.005
FARTHEST = 0.04
"""A hand's displacement stays within so much of its aim [m]."""
KINDS = ('step', 'walk', 'sweep', 'corner')


def next_path(rng: np.random.Generator, start: np.ndarray, aim: np.ndarray) -> np.ndarray:
    """Return displacements ``(COMMANDS, 3)`` [m] that go on from ``start`` ``(3,)``.

    They lie all around ``aim`` ``(3,)``.
    """
    t = np.arange(1, COMMANDS + 1)[:, None] / COMMANDS
    kind = KINDS[rng.integers(len(KINDS))]
    target = aim + rng.uniform(-FARTHEST, FARTHEST, 3)
    if kind == 'step':
        path = np.repeat(target[None], COMMANDS, axis=0)
    elif kind == 'walk':
        path = start + np.cumsum(rng.normal(0.0, 0.002, (COMMANDS, 3)), axis=0)
    elif kind == 'sweep':
        path = start + t * (target - start)
    else:
        path = start + t * (aim + FARTHEST * np.sign(target - aim) - start)
    return np.clip(path, aim - FARTHEST, aim + FARTHEST)


def next_turns(rng: np.random.Generator, start: np.ndarray) -> np.ndarray:
    """Return rotation vectors ``(COMMANDS, 3)`` [rad] that go on from ``start`` ``(3,)``."""
    t = np.arange(1, COMMANDS + 1)[:, None] / COMMANDS
    turns: np.ndarray = start + t * (rng.uniform(-0.5, 0.5, 3) - start)
    return turns
