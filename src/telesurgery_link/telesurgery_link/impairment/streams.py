"""The random numbers of an emulated WAN: one stream for each thing that is decided.

A stream's key is (seed, direction, path, phase, stage, channel, copy), so that the fate of a frame
depends on these and on the frame's index in its channel, and on nothing else: not on how threads
interleave channels, not on how often another stage draws. Each key gives a Philox generator of its
own (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), by way of numpy's
SeedSequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

import numpy as np

T = TypeVar('T')

BLOCK = 256
"""How many values are drawn at once: a frame then costs a step in a list, and a new block of the
dearest distribution about a tenth of a millisecond."""

BOTH_DIRECTIONS = 2
"""Takes the place of a direction where both share their fate."""

LINK_CHANNEL = 0
"""The channel of what the link sends for itself: pings and acknowledgements."""


class Stage(Enum):
    """What a stream decides."""

    DELAY = 0
    LOSS = 1
    DUPLICATION = 2
    CORRUPTION = 3
    REORDERING = 4
    OUTAGE = 5
    FLIPPED_BIT = 6


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one direction of one path."""

    seed: int
    direction: int
    path: int = 0
    phase: int = 0

    @classmethod
    def seeded(cls, seed: int, direction: int, path: int = 0) -> Streams:
        """Return the streams of a direction (0, 1) of a path (0, 1, ...)."""
        return cls(seed, direction, path)

    def of_phase(self, phase: int) -> Streams:
        """Return the streams of the n-th phase of a schedule."""
        return replace(self, phase=phase)

    def of_channel(self, stage: Stage, channel: int) -> np.random.Generator:
        """Return the stream that decides about the frames of one channel."""
        return self._generator(self.direction, stage, 1, channel)

    def shared(self, stage: Stage) -> np.random.Generator:
        """Return the stream of what all channels of the direction meet together."""
        return self._generator(self.direction, stage, 0, 0)

    def of_both_directions(self, stage: Stage) -> np.random.Generator:
        """Return the stream of what both directions of the path meet together."""
        return self._generator(BOTH_DIRECTIONS, stage, 0, 0)

    def _generator(self, direction: int, stage: Stage, *which: int) -> np.random.Generator:
        key = (direction, self.path, self.phase, stage.value, *which)
        return np.random.Generator(
            np.random.Philox(np.random.SeedSequence(self.seed, spawn_key=key))
        )


def in_blocks(draw: Callable[[], list[T]]) -> Iterator[T]:
    """Yield value after value of what ``draw`` returns in lists."""
    while True:
        yield from draw()
