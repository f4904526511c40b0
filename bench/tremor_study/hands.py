"""What surgeons' hands meant to do: recorded positions and orientations below a few hertz."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.signal import butter, sosfiltfilt

from telesurgery_core.transforms import Array, rotation_from_quaternion, rotation_vector
from telesurgery_recording.reader import Recording

RECORDED_HZ = 30.0
HANDS = ('MTML', 'MTMR')
TASKS = ('Suturing', 'Needle_Passing', 'Knot_Tying')
ORDER = 4
"""Of the low-pass, which is run forwards and backwards: no phase, twice the order."""


def intended(folder: Path, task: str, hand: str, rate_hz: float, below_hz: float) -> Array:
    """Return the voluntary position ``(n, 3)`` [m] of a hand from the start of a recording."""
    return _resampled(_recorded(folder, task)[hand][0], rate_hz, below_hz)


def intended_turn(folder: Path, task: str, hand: str, rate_hz: float, below_hz: float) -> Array:
    """Return the voluntary turning ``(n, 3)`` [rad]: the sum of the turns between samples."""
    return _resampled(_recorded(folder, task)[hand][1], rate_hz, below_hz)


def _resampled(signal: Array, rate_hz: float, below_hz: float) -> Array:
    sections = butter(ORDER, below_hz, fs=RECORDED_HZ, output='sos')
    smooth = sosfiltfilt(sections, signal, axis=0)
    recorded_at = np.arange(len(signal)) / RECORDED_HZ
    # Quintic: what is left of images at 28 Hz and more is below 1e-6 of a motion below 2 Hz.
    spline = make_interp_spline(recorded_at, smooth, k=5)
    return np.asarray(spline(np.arange(0.0, recorded_at[-1], 1.0 / rate_hz)))


@lru_cache
def _recorded(folder: Path, task: str) -> dict[str, tuple[Array, Array]]:
    """Return positions and sums of turns ``(n, 3)`` of both hands, at 30 Hz."""
    (path,) = sorted(folder.glob(f'{task}_*'))
    topics = {f'/{hand}/measured_cp': hand for hand in HANDS}
    positions: dict[str, list[list[float]]] = {hand: [] for hand in HANDS}
    quaternions: dict[str, list[list[float]]] = {hand: [] for hand in HANDS}
    with Recording(path) as recording:
        for message in recording.messages(topics):
            pose = recording.decode(message).pose
            p, q = pose.position, pose.orientation
            positions[topics[message.topic]].append([p.x, p.y, p.z])
            quaternions[topics[message.topic]].append([q.x, q.y, q.z, q.w])
    return {hand: (np.array(positions[hand]), _turning(quaternions[hand])) for hand in HANDS}


def _turning(quaternions: list[list[float]]) -> Array:
    R = rotation_from_quaternion(quaternions)
    turns = [rotation_vector(after @ before.T) for before, after in pairwise(R)]
    return np.concatenate([np.zeros((1, 3)), np.cumsum(turns, axis=0)])
