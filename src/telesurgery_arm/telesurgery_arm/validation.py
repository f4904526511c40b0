"""What a motion command must be before anything is done with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.vectors import cross, dot
from telesurgery_core.transforms import Array

_ORTHONORMAL = 1e-6
"""How far ``R^T R`` may be from the identity."""


def joints(what: str, values: Sequence[float], names: Sequence[str]) -> list[float]:
    """Return ``values`` as floats, one finite number per name; else CommandRefusedError."""
    numbers = [float(value) for value in values]
    if len(numbers) != len(names):
        raise CommandRefusedError(
            f'{what} has {len(numbers)} values; allowed: {len(names)} ({", ".join(names)}); '
            'the command is refused'
        )
    for name, value in zip(names, numbers, strict=True):
        if not math.isfinite(value):
            raise CommandRefusedError(
                f'{what} of {name} is {value}; allowed: a finite number; the command is refused'
            )
    return numbers


def tip_pose(what: str, T: Array) -> Array:
    """Return ``T`` if it is a rigid motion ``(4, 4)``; else CommandRefusedError."""
    numbers = T.ravel().tolist() if T.shape == (4, 4) else [math.nan]
    if not math.isfinite(sum(numbers)):
        raise CommandRefusedError(
            f'{what} is {T.tolist()}; allowed: a finite 4x4 pose; the command is refused'
        )
    xx, yx, zx, _, xy, yy, zy, _, xz, yz, zz = numbers[:11]
    x, y, z = (xx, xy, xz), (yx, yy, yz), (zx, zy, zz)
    worst = max(
        abs(dot(x, y)),
        abs(dot(y, z)),
        abs(dot(z, x)),
        abs(dot(x, x) - 1.0),
        abs(dot(y, y) - 1.0),
        abs(dot(z, z) - 1.0),
    )
    if worst > _ORTHONORMAL or dot(cross(x, y), z) < 0.0:
        raise CommandRefusedError(
            f'{what} has the rotation {T[:3, :3].tolist()}; allowed: an orthonormal right-handed '
            'one; the command is refused'
        )
    return T
