"""The scenes: what is forbidden, to whom, and how the truth about it is found.

The truth is worked out by other means than guarding's own: closed forms, and for the mesh a convex
body whose exact distance is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh

Points = np.ndarray
BALL = np.array((-0.022, 0.004, 0.014))
RADIUS = 0.012
ROOM, HALF = np.array((0.0, 0.0, 0.03)), np.array((0.035, 0.025, 0.02))
VESSEL = np.array(((-0.05, 0.025, 0.025), (0.05, -0.005, 0.02)))
BOX, BOX_HALF = np.array((-0.02, 0.0, 0.012)), np.array((0.02, 0.015, 0.01))


@dataclass(frozen=True)
class Scene:
    """One scene: a guarding.yaml as a mapping, the arms that hands drive, and the truth."""

    name: str
    content: Mapping[str, object]
    arms: tuple[str, ...]
    beyond: Callable[[Points], Points] | None
    """How far tips ``(..., 3)`` are beyond a boundary [m]; None: the arms' distance counts."""
    pairs: bool = False


def _floor(p: Points) -> Points:
    beyond: Points = 0.02 - p[..., 2]
    return beyond


def _room(p: Points) -> Points:
    beyond: Points = (np.abs(p - ROOM) - HALF).max(axis=-1)
    return beyond


def _ball(p: Points) -> Points:
    beyond: Points = RADIUS - np.linalg.norm(p - BALL, axis=-1)
    return beyond


def _vessel(p: Points) -> Points:
    a, b = VESSEL
    t = np.clip((p - a) @ (b - a) / ((b - a) @ (b - a)), 0.0, 1.0)[..., None]
    beyond: Points = 0.006 - np.linalg.norm(p - a - t * (b - a), axis=-1)
    return beyond


def _box(p: Points) -> Points:
    """Return how deep points are in the box; outside: minus their distance from it."""
    q = np.abs(p - BOX) - BOX_HALF
    beyond: Points = -np.where(
        (q > 0).any(axis=-1), np.linalg.norm(np.maximum(q, 0.0), axis=-1), q.max(axis=-1)
    )
    return beyond


PLANE = {'planes': {'floor': {'point': [0, 0, 0.02], 'normal': [0, 0, 1], 'parts': ['tip']}}}
WORKSPACE = {
    'workspaces': {
        'room': {
            'centre': ROOM.tolist(),
            'size': (2 * HALF).tolist(),
            'parts': ['tip'],
            'arms': ['PSM1', 'PSM2'],
        }
    }
}
SPHERE = {'spheres': {'ball': {'centre': BALL.tolist(), 'radius_m': RADIUS, 'parts': ['tip']}}}
CAPSULE = {
    'capsules': {
        'vessel': {
            'a': VESSEL[0].tolist(), 'b': VESSEL[1].tolist(), 'radius_m': 0.006, 'parts': ['tip']
        }
    }
}  # fmt: skip
BLOCK = {
    'boxes': {'block': {'centre': BOX.tolist(), 'size': (2 * BOX_HALF).tolist(), 'parts': ['tip']}}
}


def scenes(folder: Path) -> list[Scene]:
    """Return all scenes; the mesh is written into ``folder``."""
    trimesh.creation.box(2 * BOX_HALF).export(folder / 'block.stl')
    block = {'file': 'block.stl', 'xyz': BOX.tolist(), 'parts': ['tip'], 'cell_m': 0.001}
    mesh = {'meshes': {'block': block}}
    several = {**PLANE, **SPHERE, **CAPSULE}
    return [
        Scene('plane', PLANE, ('PSM1',), _floor),
        Scene('workspace', WORKSPACE, ('PSM1', 'PSM2'), _room),
        Scene('sphere', SPHERE, ('PSM1',), _ball),
        Scene('capsule', CAPSULE, ('PSM1', 'PSM2'), _vessel),
        Scene('box', BLOCK, ('PSM1',), _box),
        Scene('mesh', mesh, ('PSM1',), _box),
        Scene(
            'all of these',
            {**several, **WORKSPACE},
            ('PSM1', 'PSM2'),
            lambda p: np.max([_floor(p), _ball(p), _vessel(p), _room(p)], axis=0),
        ),
        Scene('two arms', {'separation': {}}, ('PSM1', 'PSM2'), None, pairs=True),
        Scene('two arms', {'separation': {}}, ('PSM2', 'PSM3'), None, pairs=True),
        Scene('two arms', {'separation': {}}, ('PSM1', 'ECM'), None, pairs=True),
    ]
