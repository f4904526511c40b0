"""What a direction carried, second by second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from telesurgery_qualify.evidence import Reading
from telesurgery_qualify.samples import Samples

MBIT = 1e6


def control_mbit_s(control: Samples) -> NDArray[np.float64]:
    """Return the payload of control frames that came in each whole second [Mbit/s], ``(n,)``."""
    if len(control) == 0:
        return np.zeros(0)
    second = (control.arrival_ns - control.arrival_ns[0]) // 1_000_000_000
    whole = int(second[-1])  # the last one is not whole
    bits = np.bincount(second, weights=control.size_bytes * 8.0)[:whole]
    return np.asarray(bits / MBIT, dtype=float)


def video_mbit_s(readings: tuple[Reading, ...], control: Samples) -> NDArray[np.float64]:
    """Return the payload of video that came between readings [Mbit/s], ``(n,)``.

    Only readings from the first to the last control frame count: the load ran then.
    """
    if len(control) == 0:
        return np.zeros(0)
    first_ns, last_ns = int(control.arrival_ns[0]), int(control.arrival_ns[-1])
    inside = [reading for reading in readings if first_ns <= reading.at_ns <= last_ns]
    at_s = np.array([reading.at_ns for reading in inside], dtype=float) / 1e9
    bits = np.array([reading.video_bytes for reading in inside], dtype=float) * 8.0
    spans_s = np.diff(at_s)
    usable = spans_s > 0.0
    return np.asarray(np.diff(bits)[usable] / spans_s[usable] / MBIT)
