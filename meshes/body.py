"""The outline of a patient who lies on his back on the table, in the frame `patient`.

+y towards the feet, z up; the middle of the abdomen is above the origin.
"""

from __future__ import annotations

import numpy as np
from mesh import Array

TABLE_TOP = -0.17
HEAD_END, FOOT_END = -0.92, 1.20


def height(x: Array, y: Array) -> Array:
    """Return the height [m] of table and body, without the dome of the inflated abdomen."""
    torso = 0.212 * _mound(x, 0.295) * _between(y, -0.52, 0.36, 0.12)
    chest = 0.028 * _mound(x, 0.24) * _between(y, -0.42, -0.24, 0.12)
    head = 0.19 * np.sqrt(np.maximum(0.0, 1 - (x / 0.12) ** 2 - ((y + 0.70) / 0.15) ** 2))
    parts = [head]
    for side in (-0.105, 0.105):
        thigh = np.cos(np.clip((x - side) / 0.13, -1.0, 1.0) * np.pi / 2) ** 1.2
        parts.append(0.125 * thigh * _between(y, 0.30, 1.02, 0.24))
        toes = ((x - 0.9 * side) / 0.075) ** 2 + ((y - 1.04) / 0.08) ** 2
        parts.append(0.17 * np.exp(-toes))
    whole = torso + chest
    for part in parts:
        whole = rounded_maximum(whole, part, 0.03)
    result: Array = TABLE_TOP + whole
    return result


def rounded_maximum(a: Array, b: Array, width: float) -> Array:
    """Return the larger of ``a`` and ``b``, with a fillet of ``width`` [m] where they meet."""
    h = np.maximum(width - np.abs(a - b), 0.0) / width
    result: Array = np.maximum(a, b) + h * h * width / 4
    return result


def _mound(x: Array, half_width: float) -> Array:
    return np.sqrt(np.maximum(0.0, 1.0 - np.abs(x / half_width) ** 3.0))


def _between(y: Array, low: float, high: float, slope: float) -> Array:
    rise = np.clip((y - low) / slope + 0.5, 0.0, 1.0) * np.clip((high - y) / slope + 0.5, 0.0, 1.0)
    return rise * rise * (3 - 2 * rise)
