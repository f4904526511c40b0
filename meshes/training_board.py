"""The board for peg transfer and its rings, as `worlds/board.yaml` describes them."""

from __future__ import annotations

from typing import Any

import numpy as np
from mesh import Mesh
from solids import cylinder, rounded_box, turned


def board(shape: dict[str, Any]) -> list[Mesh]:
    """Return the board, its upper face's middle at the origin: plate, foot and pegs."""
    x, y, z = shape['plate']
    plate = rounded_box((x, y, z), 0.003, 'board').moved((0.0, 0.0, -z / 2))
    foot = rounded_box((0.7 * x, 0.6 * y, 0.03), 0.004, 'board').moved((0.0, 0.0, -z - 0.012))
    field = rounded_box((x - 0.012, y - 0.012, 0.002), 0.0009, 'field')
    peg = cylinder(shape['peg']['radius'], 0.0, shape['peg']['height'], 'peg', sides=12)
    return [plate, foot, field, *(peg.moved((px, py, 0.0)) for px, py in shape['pegs'])]


def ring(shape: dict[str, Any]) -> list[Mesh]:
    """Return a ring about z, its middle at the origin."""
    radius, thickness = shape['ring']['radius'], shape['ring']['thickness']
    angle = np.linspace(0.0, 2 * np.pi, 9)
    profile = np.stack([radius - thickness * np.cos(angle), thickness * np.sin(angle)], -1)
    return [turned(profile[::-1], 'ring', sides=20)]
