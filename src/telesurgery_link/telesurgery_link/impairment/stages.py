"""The stages at work on frames: duplicate, outage, loss, corruption, delay or reordering.

Every stage is asked about every copy of every frame, also of one that another stage has lost, so
that the n-th copy of a channel always meets the n-th draw of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Generic, TypeVar

import numpy as np

from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.correlation import uniforms
from telesurgery_link.impairment.events import Offsets
from telesurgery_link.impairment.fates import Fate
from telesurgery_link.impairment.outages import DrawnSpans, Silence, Spans
from telesurgery_link.impairment.reordering import Reordering
from telesurgery_link.impairment.replay import (
    Advance,
    PacketReplay,
    Replay,
    ReplayProcess,
    TimeReplay,
)
from telesurgery_link.impairment.streams import BLOCK, Stage, Streams, in_blocks
from telesurgery_link.impairment.treatment import Jitter, Order, Treatment

T = TypeVar('T')

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000


class Held(Generic[T]):
    """A sequence of values, each of which holds for a time.

    After a long time in which nobody asked, values are left out instead of drawn: a link must not
    stand still over them.
    """

    MOST_STEPS = 20_000

    def __init__(self, values: Iterator[T], every_ms: float, start_ns: int) -> None:
        self._values = values
        self._every_ns = round(every_ms * NS_PER_MS)
        self._start_ns = start_ns
        self._index = 0
        self._value = next(values)

    def at(self, now_ns: int) -> T:
        """Return the value at ``now_ns``; before the last time asked for, that one."""
        index = (now_ns - self._start_ns) // self._every_ns
        self._index = max(self._index, index - self.MOST_STEPS)
        while self._index < index:
            self._value = next(self._values)
            self._index += 1
        return self._value


class CommonStages:
    """What all channels of a treatment meet together: whatever goes by time."""

    def __init__(self, treatment: Treatment, streams: Streams, start_ns: int) -> None:
        """Begin at ``start_ns``."""
        self.offsets = Offsets(treatment.events, start_ns) if treatment.events else None
        self.silences = _silences(treatment, streams, start_ns)
        self.jitter: Held[int] | None = None
        self.loss: Held[bool] | None = None
        self.replays = {
            id(replay): TimeReplay(replay, start_ns)
            for replay in _replays(treatment)
            if replay.advance is Advance.TIME
        }
        jitter, loss = treatment.jitter, treatment.loss
        if jitter is not None and jitter.every_ms is not None:
            values = _jitter_ns(jitter, streams.shared(Stage.DELAY))
            self.jitter = Held(values, jitter.every_ms, start_ns)
        if loss is not None and loss.model is not None and loss.every_ms is not None:
            outcomes = loss.model.outcomes(streams.shared(Stage.LOSS))
            self.loss = Held(outcomes, loss.every_ms, start_ns)


class ChannelStages:
    """The stages of one channel."""

    def __init__(
        self, treatment: Treatment, common: CommonStages, streams: Streams, channel: int
    ) -> None:
        """Begin with the channel's first frame."""
        self._base_ns = round(treatment.base_delay_ms * NS_PER_MS)
        self._common = common
        self._keeps_order = treatment.order is Order.KEPT
        self._is_plain = treatment.trace is None and not common.silences and not common.offsets

        def stream(stage: Stage) -> np.random.Generator:
            return streams.of_channel(stage, channel)

        self._doubled = _chosen(treatment.duplication, Stage.DUPLICATION, stream)
        self._corrupted = _chosen(treatment.corruption, Stage.CORRUPTION, stream)
        self._flipped: Iterator[float] = repeat(0.0)
        if treatment.corruption is not None:
            bits = stream(Stage.FLIPPED_BIT)
            self._flipped = in_blocks(lambda: bits.random(BLOCK).tolist())
        self._moved = _chosen(treatment.reordering, Stage.REORDERING, stream)
        late_ms = None if treatment.reordering is None else treatment.reordering.late_ms
        self._late_ns = None if late_ms is None else round(late_ms * NS_PER_MS)
        self._lost = self._losses(treatment, stream)
        self._jitter = self._jitters(treatment, stream)
        self._replay = None if treatment.trace is None else self._process(treatment.trace)

    def fates(self, now_ns: int) -> list[Fate]:
        """Return the fates of the copies of the next frame, sent at ``now_ns``."""
        fates = []
        for _ in range(2 if next(self._doubled) else 1):
            fate = self._fate(now_ns)
            if fate is not None:
                fates.append(fate)
        return fates

    def _fate(self, now_ns: int) -> Fate | None:
        lost = self._lost(now_ns)
        flipped = next(self._flipped)
        where = flipped if next(self._corrupted) else None
        delay_ns = self._base_ns + self._jitter(now_ns)
        if not self._is_plain:
            recorded_ns = 0 if self._replay is None else self._replay.delay_ns(now_ns)
            if recorded_ns is None or any(s.covers(now_ns) for s in self._common.silences):
                lost, recorded_ns = True, 0
            delay_ns += recorded_ns
            if self._common.offsets is not None:
                delay_ns += self._common.offsets.at(now_ns)
        moved = next(self._moved)
        if lost:
            return None
        if moved:
            return Fate(0 if self._late_ns is None else delay_ns + self._late_ns, where, False)
        return Fate(delay_ns, where, self._keeps_order)

    def _jitters(
        self, treatment: Treatment, stream: Callable[[Stage], np.random.Generator]
    ) -> Callable[[int], int]:
        if treatment.jitter is None:
            return lambda now_ns: 0
        if self._common.jitter is not None:
            return self._common.jitter.at
        values = _jitter_ns(treatment.jitter, stream(Stage.DELAY))
        return lambda now_ns: next(values)

    def _losses(
        self, treatment: Treatment, stream: Callable[[Stage], np.random.Generator]
    ) -> Callable[[int], bool]:
        loss = treatment.loss
        if loss is None:
            return lambda now_ns: False
        if loss.trace is not None:
            replay = self._process(loss.trace)
            return lambda now_ns: replay.delay_ns(now_ns) is None
        if self._common.loss is not None:
            return self._common.loss.at
        assert loss.model is not None, 'a loss is a trace or a model'
        outcomes = loss.model.outcomes(stream(Stage.LOSS))
        return lambda now_ns: next(outcomes)

    def _process(self, replay: Replay) -> ReplayProcess:
        return self._common.replays.get(id(replay)) or PacketReplay(replay)


def _chosen(
    choice: Chance | Reordering | None,
    stage: Stage,
    stream: Callable[[Stage], np.random.Generator],
) -> Iterator[bool]:
    return repeat(False) if choice is None else choice.outcomes(stream(stage))


def _jitter_ns(jitter: Jitter, rng: np.random.Generator) -> Iterator[int]:
    source = uniforms(rng, jitter.latent)
    marginal = jitter.marginal
    return in_blocks(
        lambda: np.rint(marginal.quantile_ms(source.block()) * NS_PER_MS).astype(int).tolist()
    )


def _replays(treatment: Treatment) -> list[Replay]:
    candidates = (treatment.trace, None if treatment.loss is None else treatment.loss.trace)
    return [replay for replay in candidates if replay is not None]


def _silences(treatment: Treatment, streams: Streams, start_ns: int) -> tuple[Silence, ...]:
    given = [(o.start_s, o.start_s + o.length_s) for o in treatment.outages]
    given += [(e.at_s, e.at_s + e.gap_s) for e in treatment.events if e.gap_s]
    silences: list[Silence] = []
    if given:
        silences.append(
            Spans(
                [
                    (start_ns + round(a * NS_PER_S), start_ns + round(b * NS_PER_S))
                    for a, b in given
                ]
            )
        )
    if treatment.random_outages is not None:
        rng = streams.of_both_directions(Stage.OUTAGE)
        silences.append(DrawnSpans(treatment.random_outages.spans(rng, start_ns)))
    return tuple(silences)
