"""What a path does to frames: the stages duplication, outage, loss, delay, order.

Pure: a frame is submitted with its time, and its fate comes back as delivery times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from telesurgery_link.losses import LossProcess
from telesurgery_link.marginals import Marginal

NS_PER_MS = 1_000_000


class Impairment(Protocol):
    """A path's behaviour in one direction."""

    def submit(self, now_ns: int, size_bytes: int) -> tuple[int, ...]:
        """Return when the copies of a frame are delivered [ns]; none: the frame is lost."""
        ...


class DelayProcess(Protocol):
    """Gives frame after frame its delay."""

    def delay_ns(self, now_ns: int) -> int:
        """Return the delay [ns] of the next frame, sent at ``now_ns``."""
        ...


class IndependentDelays:
    """A base delay and independent draws from a marginal distribution; one draw a frame."""

    def __init__(self, base_delay_ms: float, marginal: Marginal, rng: np.random.Generator) -> None:
        self._base_ms = base_delay_ms
        self._marginal = marginal
        self._rng = rng

    def delay_ns(self, now_ns: int) -> int:
        """Return the delay [ns] of the next frame."""
        delay_ms = self._base_ms + self._marginal.quantile_ms(self._rng.random())
        return round(delay_ms * NS_PER_MS)


class Outages:
    """Spans of time in which nothing passes."""

    def __init__(self, spans_ns: tuple[tuple[int, int], ...]) -> None:
        """Take the spans as (first instant, first instant after) [ns]."""
        self._spans_ns = spans_ns

    def lost(self, now_ns: int) -> bool:
        """Return whether a frame sent at ``now_ns`` falls into one of the spans."""
        return any(begin <= now_ns < end for begin, end in self._spans_ns)


@dataclass(frozen=True, slots=True)
class Streams:
    """The random numbers of one direction, one stream a stage.

    A stage that is changed, or that draws more often, leaves the draws of the others as they are.
    """

    delay: np.random.Generator
    loss: np.random.Generator
    duplication: np.random.Generator

    @classmethod
    def seeded(cls, seed: int, direction: int) -> Streams:
        """Return the streams of a direction (0, 1, ...); the same seed gives the same streams."""
        return cls(
            *(
                np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(direction, stage)))
                for stage in range(3)
            )
        )


class StagedImpairment:
    """Duplicates, then loses each copy or delays it; may keep the order of what is sent."""

    def __init__(
        self,
        *,
        delays: DelayProcess,
        losses: tuple[LossProcess, ...] = (),
        duplication: float = 0.0,
        duplication_rng: np.random.Generator,
        keeps_order: bool,
    ) -> None:
        """Put the stages together.

        ``duplication`` is the probability that a frame is sent twice; each copy then has a fate
        of its own. With ``keeps_order`` a frame waits for those sent before it, as in a queue:
        then the delays delivered are those drawn or longer.
        """
        self._delays = delays
        self._losses = losses
        self._duplication = duplication
        self._duplication_rng = duplication_rng
        self._keeps_order = keeps_order
        self._last_delivery_ns = 0

    def submit(self, now_ns: int, size_bytes: int) -> tuple[int, ...]:
        """Return when the copies of a frame are delivered [ns]; none: the frame is lost."""
        copies = 2 if self._duplication_rng.random() < self._duplication else 1
        fates = [self._fate(now_ns) for _ in range(copies)]
        return tuple(fate for fate in fates if fate is not None)

    def _fate(self, now_ns: int) -> int | None:
        # Every process is asked about every copy, so that the n-th copy always meets the n-th
        # draw of each.
        lost = [process.lost(now_ns) for process in self._losses]
        delivery_ns = now_ns + self._delays.delay_ns(now_ns)
        if any(lost):
            return None
        if self._keeps_order:
            delivery_ns = max(delivery_ns, self._last_delivery_ns)
            self._last_delivery_ns = delivery_ns
        return delivery_ns
