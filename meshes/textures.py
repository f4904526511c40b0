"""The picture on the lining of the abdomen: mottled pink tissue with branching vessels."""

from __future__ import annotations

import numpy as np
from mesh import Array
from numpy.typing import NDArray

SIDE = 256
SEED = 3


def tissue(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture ``(SIDE, SIDE, 3)`` of 8-bit colours that can be repeated seamlessly."""
    mottle = sum(_noise(rng, waves) / waves**0.7 for waves in (2, 4, 8, 16, 32))
    mottle = mottle / np.abs(mottle).max()
    base = np.array([196.0, 104.0, 92.0]) + mottle[..., None] * np.array([26.0, 30.0, 26.0])
    depth = np.clip(_vessels(rng), 0.0, 1.0)[..., None]
    coloured = base * (1 - depth) + depth * np.array([138.0, 34.0, 38.0])
    picture: NDArray[np.uint8] = np.clip(coloured, 0, 255).astype(np.uint8)
    return picture


def _noise(rng: np.random.Generator, waves: int) -> Array:
    """Return periodic noise with about ``waves`` waves to a side."""
    spectrum = np.zeros((SIDE, SIDE), dtype=complex)
    span = np.arange(-waves, waves + 1)
    size = (len(span), len(span))
    spectrum[np.ix_(span, span)] = rng.normal(size=size) + 1j * rng.normal(size=size)
    field: Array = np.fft.ifft2(spectrum).real
    field /= field.std()
    return field


def _vessels(rng: np.random.Generator) -> Array:
    """Return how much of a vessel lies at each pixel, 0..1: random walks that branch."""
    picture = np.zeros((SIDE, SIDE))
    walks = [(*rng.uniform(0, SIDE, 2), rng.uniform(0, 2 * np.pi), 2.0, 260) for _ in range(5)]
    while walks:
        x, y, heading, width, steps = walks.pop()
        for step in range(steps):
            _dot(picture, x, y, width * (1 - 0.6 * step / steps))
            heading += rng.normal(0.0, 0.13)
            x, y = x + np.cos(heading), y + np.sin(heading)
            if width > 0.7 and rng.random() < 0.022:
                turn = rng.choice([-1, 1]) * rng.uniform(0.4, 0.9)
                walks.append((x, y, heading + turn, 0.62 * width, int(0.55 * steps)))
    return 0.55 * picture


def _dot(picture: Array, x: float, y: float, width: float) -> None:
    reach = np.arange(-4, 5)
    columns, rows = int(x) + reach, int(y) + reach
    far = np.hypot((columns - x)[None, :], (rows - y)[:, None])
    shade = np.clip(width - far + 0.5, 0.0, 1.0)
    place = np.ix_(rows % SIDE, columns % SIDE)
    picture[place] = np.maximum(picture[place], shade)
