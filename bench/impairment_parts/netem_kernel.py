"""netem's own arithmetic, as the kernel does it, written anew from its description.

Random numbers are unsigned 32-bit integers. A correlated one is the weighted mean of a new one and
the last result: it crowds around the middle, and so do all shares that are compared with it. A
delay takes the remainder of such a number: by the table's size, or by twice the jitter in ns.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from impairment_parts.theory import Array

WORD = 2**32


class Correlated:
    """netem's correlated random numbers."""

    def __init__(self, rng: np.random.Generator, correlation: float) -> None:
        self._draws = _words(rng)
        self._weight = round(correlation * (WORD - 1))
        self._last = next(self._draws)

    def next(self) -> int:
        """Return the next number, 0 .. 2^32 - 1."""
        value = next(self._draws)
        if self._weight == 0:
            return value
        weight = self._weight + 1
        self._last = (value * (WORD - weight) + self._last * weight) >> 32
        return self._last


def random_loss(
    frames: int, probability: float, correlation: float, rng: np.random.Generator
) -> Array:
    """Return which frames ``loss P% C%`` loses ``(frames,)``, 1 for lost."""
    numbers = Correlated(rng, correlation)
    limit = round(probability * (WORD - 1))
    return np.array([limit >= numbers.next() for _ in range(frames)], dtype=float)


def gilbert_elliott_loss(
    frames: int, p: float, r: float, loss_in_bad: float, rng: np.random.Generator
) -> Array:
    """Return which frames ``loss gemodel p r 1-h`` loses ``(frames,)``.

    The loss is drawn by the state before the step.
    """
    draws = _words(rng)
    bad, lost = False, []
    for _ in range(frames):
        was_bad = bad
        bad ^= next(draws) < (r if bad else p) * WORD
        lost.append(was_bad and next(draws) < loss_in_bad * WORD)
    return np.array(lost, dtype=float)


def delays_ms(
    frames: int,
    mean_ms: float,
    jitter_ms: float,
    correlation: float,
    table: Array | None,
    rng: np.random.Generator,
) -> Array:
    """Return the delays of ``delay M J C% distribution D`` [ms] ``(frames,)``.

    ``table`` has the distribution's 4096 entries [1/8192 sigma]; None: uniform.
    """
    numbers = Correlated(rng, correlation)
    mean_ns, sigma_ns = round(mean_ms * 1e6), round(jitter_ms * 1e6)
    if table is None:
        drawn = [mean_ns - sigma_ns + numbers.next() % (2 * sigma_ns) for _ in range(frames)]
    else:
        entries = table.astype(int).tolist()
        size = len(entries)
        drawn = [
            mean_ns + sigma_ns * entries[numbers.next() % size] // 8192 for _ in range(frames)
        ]
    return np.maximum(0.0, np.array(drawn) / 1e6)


def _words(rng: np.random.Generator) -> Iterator[int]:
    while True:
        yield from rng.integers(0, WORD, 4096).tolist()
