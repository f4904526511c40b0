"""The draped patient: the cloth with its window, and the abdomen that gas holds up as a dome.

Everything is in the frame `patient`. The dome is part of the sphere about the origin on which
the ports lie.
"""

from __future__ import annotations

import body
import numpy as np
from mesh import Array, Mesh
from solids import rounded_rectangle, surface

WINDOW = 0.222  # the cloth's round opening about the dome [m]
TABLE_HALF_WIDTH = 0.30
HANGS_BY = 0.42
SKIN_BELOW_CLOTH = 0.004


def drape() -> list[Mesh]:
    """Return the cloth, from the rim of its window over the table's edges, and the rim."""
    edge = _table_edge()
    angle = np.unwrap(np.arctan2(edge[:, 1], edge[:, 0]))
    start = WINDOW * np.stack([np.cos(angle), np.sin(angle)], -1)
    rows = [_on_top(start + t * (edge - start)) for t in np.linspace(0.0, 1.0, 24) ** 1.15]
    rows += [_hanging(edge, t) for t in np.linspace(0.0, 1.0, 9)[1:]]
    cloth = surface(np.array(rows)[::-1], 'drape', closed=True, crease_deg=80.0)
    return [cloth, _rim()]


def abdomen(radius: float) -> list[Mesh]:
    """Return the skin: the dome of ``radius`` [m] and what the window shows around it."""
    around = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    dome = radius * np.sin(np.linspace(0.0, 1.42, 18))
    reach = np.concatenate([dome, np.linspace(dome[-1], WINDOW + 0.03, 5)[1:]])[:, None]
    x, y = reach * np.cos(around), reach * np.sin(around)
    inside = reach < radius
    sphere = np.where(inside, np.sqrt(np.abs(radius**2 - reach**2)), -1.0)
    lying = body.height(x, y) - SKIN_BELOW_CLOTH
    z = np.where(reach <= 0.93 * radius, sphere, body.rounded_maximum(sphere, lying, 0.03))
    return [surface(np.stack([x, y, z], -1)[::-1], 'skin', closed=True, crease_deg=80.0)]


def _on_top(places: Array) -> Array:
    """Return points ``(n, 3)`` of the cloth above ``places`` ``(n, 2)`` of table and body."""
    x, y = places.T
    wrinkles = 0.003 * np.sin(23.0 * y + 9.0 * x) * np.sin(17.0 * x - 6.0 * y)
    return np.stack([x, y, body.height(x, y) + wrinkles], -1)


def _hanging(edge: Array, t: float) -> Array:
    """Return points ``(n, 3)`` of the cloth beyond the table, ``t`` (0..1) of the way down."""
    tangent = np.roll(edge, -1, axis=0) - np.roll(edge, 1, axis=0)
    outwards = np.stack([tangent[:, 1], -tangent[:, 0]], -1)
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    run = np.linspace(0.0, 2 * np.pi, len(edge), endpoint=False)
    out = 0.025 * np.sqrt(t) + t * (0.02 + 0.02 * np.sin(21 * run) + 0.01 * np.sin(34 * run))
    x, y = (edge + out[:, None] * outwards).T
    z = body.height(*edge.T) - HANGS_BY * t
    return np.stack([x, y, z], -1)


def _table_edge() -> Array:
    """Return the outline ``(n, 2)`` of the cloth's top, counter-clockwise, closely at its ends."""
    w, head, foot = TABLE_HALF_WIDTH, body.HEAD_END, body.FOOT_END
    corners = np.array([(w, head), (w, foot), (-w, foot), (-w, head), (w, head)])
    sides = [
        a + np.linspace(0.0, 1.0, count, endpoint=False)[:, None] * (b - a)
        for a, b, count in zip(corners, corners[1:], (40, 26, 40, 26), strict=False)
    ]
    return np.concatenate(sides)


def _rim() -> Mesh:
    """Return the adhesive frame that holds the cloth around the window."""
    around = np.linspace(0.0, 2 * np.pi, 60, endpoint=False)
    profile = np.concatenate([ring := rounded_rectangle(0.034, 0.012, 0.005), ring[:1]])
    reach = WINDOW + 0.005 + profile[:, :1]
    x, y = reach * np.cos(around), reach * np.sin(around)
    z = body.height(x, y) + profile[:, 1:]
    return surface(np.stack([x, y, z], -1), 'rim', closed=True)
