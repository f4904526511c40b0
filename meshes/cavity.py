"""The inside of the abdomen: its wall and the organs.

Everything is in the frame `patient`. The tools meet at the origin; the organs keep clear of the
training board and of the space above it, in which the tools work.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from mesh import Mesh
from organic import blob, gut, sphere_points, tube, waves
from solids import surface

WALL = 0.005  # thickness of the abdominal wall [m]
FLOOR = -0.060


def wall(radius: float, rng: np.random.Generator) -> list[Mesh]:
    """Return the lining of the dome of ``radius`` [m] and the soft floor, seen from inside."""
    lat = np.linspace(np.pi / 2, -np.pi / 2, 34)
    lon = np.linspace(0.0, 2 * np.pi, 57)
    ball = sphere_points(lat, lon)
    ball[:, -1] = ball[:, 0]
    noise = waves(ball, rng, pitch=9.0)
    points = ball * (radius - WALL)
    sunk = np.clip((0.02 - points[..., 2]) / 0.05, 0.0, 1.0)
    points[..., 2] = np.maximum(points[..., 2], FLOOR + 0.006 * noise * sunk)
    lining = surface(points, 'tissue', crease_deg=80.0)
    # Seen from above, so that the picture runs evenly over dome and floor.
    away = np.where(ball[..., 2] > -0.3, np.pi / 2 - np.arcsin(ball[..., 2]), 2.2)
    flat = away[..., None] * ball[..., :2]
    return [replace(lining, texture=(1.6 * flat).reshape(-1, 2))]


def organs(rng: np.random.Generator) -> dict[str, list[Mesh]]:
    """Return the organs by name."""
    liver = [
        blob((0.085, 0.050, 0.034), 'liver', rng, lumps=0.05).moved((0.070, -0.138, -0.005)),
        blob((0.060, 0.040, 0.026), 'liver', rng, lumps=0.05).moved((-0.020, -0.148, 0.002)),
        blob((0.012, 0.024, 0.011), 'gall', rng, lumps=0.03).moved((0.036, -0.090, -0.018)),
    ]
    stomach = [
        blob((0.058, 0.042, 0.034), 'stomach', rng, lumps=0.07).moved((-0.105, -0.085, -0.030)),
        tube(
            [(-0.07, -0.075, -0.04), (-0.045, -0.066, -0.046), (-0.01, -0.072, -0.052)],
            0.013, 'stomach',
        ),
    ]  # fmt: skip
    bowel = [
        gut([(0.085, -0.05, -0.045), (0.105, -0.01, -0.035), (0.085, 0.025, -0.045),
             (0.11, 0.06, -0.035), (0.075, 0.085, -0.045), (0.03, 0.095, -0.045)],
            0.019, 'bowel', count=48, folds=17),
        gut([(-0.08, -0.03, -0.048), (-0.11, 0.005, -0.035), (-0.08, 0.035, -0.045),
             (-0.105, 0.07, -0.035), (-0.06, 0.085, -0.046), (-0.01, 0.100, -0.046)],
            0.018, 'bowel', count=48, folds=17),
    ]  # fmt: skip
    fat = [
        blob((r, 0.8 * r, 0.5 * r), 'fat', rng, lumps=0.12, rings=10).moved((x, y, -0.050))
        for x, y, r in [(0.07, -0.065, 0.022), (-0.05, -0.05, 0.018), (-0.066, 0.05, 0.016),
                        (0.062, 0.052, 0.018), (0.0, 0.065, 0.016), (-0.03, -0.095, 0.02)]
    ]  # fmt: skip
    vessels = [
        tube([(0.02, -0.10, -0.035), (0.01, -0.07, -0.050), (0.02, -0.05, -0.056),
              (0.06, -0.04, -0.055), (0.075, -0.01, -0.056)], 0.0032, 'artery'),
        tube([(0.00, -0.10, -0.038), (-0.01, -0.07, -0.051), (-0.03, -0.048, -0.056),
              (-0.065, -0.02, -0.055), (-0.07, 0.02, -0.056)], 0.0036, 'vein'),
    ]  # fmt: skip
    return {'liver': liver, 'stomach': stomach, 'bowel': bowel, 'fat': fat, 'vessels': vessels}
