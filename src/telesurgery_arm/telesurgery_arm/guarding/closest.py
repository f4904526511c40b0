"""Closest points of line segments, for any number of pairs at once."""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array

_PARALLEL = 1e-12
"""Squared sine of the angle between two segments below which they count as parallel."""
_POINT = 1e-18
"""Squared length [m^2] below which a segment is a point."""


def on_segments(p: Array, a: Array, b: Array) -> Array:
    """Return where ``(n,)``, 0..1, segments ``a`` to ``b`` ``(n, 3)`` are nearest to ``p``."""
    d = b - a
    length = np.maximum(np.einsum('ij,ij->i', d, d), _POINT)
    along: Array = np.einsum('ij,ij->i', p - a, d) / length
    return np.minimum(np.maximum(along, 0.0), 1.0)


def between_segments(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    """Return where ``(n,)``, 0..1, segments ``a`` to ``b`` and ``c`` to ``d`` are nearest.

    All arguments are ``(n, 3)``; a segment may be a point. Of parallel segments one of the nearest
    pairs is returned. (Ericson, Real-Time Collision Detection, 2005, section 5.1.9: minimise over
    the lines, clamp one parameter, and clamp the other one anew.)
    """
    u, v, w = b - a, d - c, a - c
    uu = np.maximum(np.einsum('ij,ij->i', u, u), _POINT)
    vv = np.maximum(np.einsum('ij,ij->i', v, v), _POINT)
    uv = np.einsum('ij,ij->i', u, v)
    uw = np.einsum('ij,ij->i', u, w)
    vw = np.einsum('ij,ij->i', v, w)
    sine = uu * vv - uv * uv
    skew = sine > _PARALLEL * uu * vv
    s = np.where(skew, (uv * vw - uw * vv) / np.where(skew, sine, 1.0), 0.0)
    s = np.minimum(np.maximum(s, 0.0), 1.0)
    t = np.minimum(np.maximum((uv * s + vw) / vv, 0.0), 1.0)
    s = np.minimum(np.maximum((uv * t - uw) / uu, 0.0), 1.0)
    return s, t
