"""Spans of time in which nothing passes: given ones, and such of random length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Outage:
    """A span of time in which nothing passes."""

    start_s: float = parameter(
        doc='Begin, after the profile came into force.', unit='s', low=0.0, high=1e9
    )
    length_s: float = parameter(doc='Length.', unit='s', low=0.0, high=1e9)


@dataclass(frozen=True)
class RandomOutages:
    """Outages of random length with a pause after each; the first comes after a pause.

    Both directions of a path draw the same lengths: what cuts a cable cuts it both ways.
    """

    longest_ms: float = parameter(
        doc='Lengths are uniform between shortest_ms and this.', unit='ms', low=1.0, high=1e9
    )
    cool_down_ms: float = parameter(
        doc='Time from an outage to the next.', unit='ms', low=1.0, high=1e9
    )
    shortest_ms: float = parameter(0.0, doc='Shortest outage.', unit='ms', low=0.0, high=1e9)

    def __post_init__(self) -> None:
        if self.shortest_ms > self.longest_ms:
            raise ParameterError(
                f'shortest_ms is {self.shortest_ms:g}; allowed: at most longest_ms '
                f'({self.longest_ms:g}); swap them'
            )

    @property
    def mean_share(self) -> float:
        """Share of the time in which nothing passes, in the long run."""
        mean = (self.shortest_ms + self.longest_ms) / 2
        return mean / (mean + self.cool_down_ms)

    def spans(self, rng: np.random.Generator, start_ns: int) -> Iterator[tuple[int, int]]:
        """Yield begin and end [ns] of outage after outage; draws from ``rng``."""
        end_ns = start_ns
        while True:
            begin_ns = end_ns + round(self.cool_down_ms * NS_PER_MS)
            length_ms = rng.uniform(self.shortest_ms, self.longest_ms)
            end_ns = begin_ns + round(length_ms * NS_PER_MS)
            yield begin_ns, end_ns


class Silence(Protocol):
    """Says when nothing passes."""

    def covers(self, now_ns: int) -> bool:
        """Return whether nothing passes at ``now_ns``."""
        ...


class Spans:
    """Given spans."""

    def __init__(self, spans_ns: Sequence[tuple[int, int]]) -> None:
        """Take the spans as (first instant, first instant after) [ns]."""
        self._spans_ns = tuple(spans_ns)

    def covers(self, now_ns: int) -> bool:
        """Return whether ``now_ns`` falls into one of the spans."""
        return any(begin <= now_ns < end for begin, end in self._spans_ns)


class DrawnSpans:
    """Spans that are drawn as time goes on; those that are over are remembered for a while."""

    REMEMBERED = 64

    def __init__(self, spans: Iterator[tuple[int, int]]) -> None:
        self._spans = spans
        self._drawn: list[tuple[int, int]] = []

    def covers(self, now_ns: int) -> bool:
        """Return whether ``now_ns`` falls into one of the spans; it hardly ever goes back."""
        while not self._drawn or self._drawn[-1][1] <= now_ns:
            self._drawn.append(next(self._spans))
            del self._drawn[: -self.REMEMBERED]
        index = bisect_right(self._drawn, now_ns, key=lambda span: span[0]) - 1
        return index >= 0 and now_ns < self._drawn[index][1]
