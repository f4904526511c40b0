"""Replay of recorded delays: frame by frame, or along the time at which they were measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array, frozen
from telesurgery_link.impairment.recordings import Recording, read_recording

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000


class Measures(Enum):
    """What was recorded."""

    ROUND_TRIP = 'round_trip'
    ONE_WAY = 'one_way'


class Advance(Enum):
    """What moves the replay on."""

    TIME = 'time'
    PACKET = 'packet'


class AtEnd(Enum):
    """What comes after the last value."""

    LOOP = 'loop'
    HOLD = 'hold'


@dataclass(frozen=True)
class Replay:
    """A recording as the delay of a path.

    By ``time`` delays are interpolated linearly, all channels meet the same, and a loss takes all
    frames until the next value. By ``packet`` the n-th frame of a channel meets the n-th value.
    """

    file: str = parameter(doc='The trace; a relative path starts at the profile.')
    measures: Measures = parameter(
        Measures.ROUND_TRIP, doc='round_trip: each direction takes half of it; one_way: all.'
    )
    advance: Advance = parameter(Advance.TIME, doc='time: interpolated; packet: value by value.')
    at_end: AtEnd = parameter(AtEnd.LOOP, doc='loop: from the start again; hold: the last delay.')
    period_ms: float | None = parameter(
        None, doc='Time between values, for a trace without times.', unit='ms', low=0.1, high=1e7
    )
    longest_pause_s: float = parameter(
        1.0,
        doc='A longer pause between values is cut to a usual step.',
        unit='s',
        low=1e-3,
        high=1e9,
    )

    def __post_init__(self) -> None:
        untimed = self.recording.times_s is None
        if self.advance is Advance.TIME and untimed and self.period_ms is None:
            raise ParameterError(
                f'trace {self.file!r} has no times; allowed: with period_ms, or advance: packet; '
                'add one'
            )
        if not untimed and self.period_ms is not None:
            raise ParameterError(
                f'period_ms is {self.period_ms:g}; allowed: only for a trace without times, and '
                f'{self.file!r} has some; remove it'
            )

    @cached_property
    def recording(self) -> Recording:
        """The file's content; ParameterError names file and line of what is wrong."""
        return read_recording(Path(self.file))

    @cached_property
    def delays_ms(self) -> Array:
        """One-way delays ``(n,)``; NaN: lost."""
        share = 0.5 if self.measures is Measures.ROUND_TRIP else 1.0
        return frozen(self.recording.delays_ms * share)

    @cached_property
    def times_s(self) -> Array:
        """When each value was measured ``(n,)``, pauses cut."""
        if self.recording.times_s is None:
            return frozen(np.arange(self.delays_ms.size) * (self.period_ms or 0.0) / 1e3)
        steps = np.diff(self.recording.times_s)
        usual = float(np.median(steps)) if steps.size else 1.0
        steps = np.where(steps > self.longest_pause_s, usual, steps)
        return frozen(np.concatenate(([0.0], np.cumsum(steps))))

    @property
    def least_ms(self) -> float:
        """Smallest delay."""
        return float(np.nanmin(self.delays_ms))


class ReplayProcess(Protocol):
    """A replay under way."""

    def delay_ns(self, now_ns: int) -> int | None:
        """Return the delay of the next frame [ns]; None: it is lost."""
        ...


class PacketReplay:
    """Value after value, for one channel."""

    def __init__(self, replay: Replay) -> None:
        self._delays_ns = _as_ns(replay.delays_ms)
        self._loops = replay.at_end is AtEnd.LOOP
        self._next = 0

    def delay_ns(self, now_ns: int) -> int | None:
        """Return the next value [ns]; None: lost."""
        if self._next == len(self._delays_ns):
            if not self._loops:
                return _last(self._delays_ns)
            self._next = 0
        self._next += 1
        return self._delays_ns[self._next - 1]


class TimeReplay:
    """Delays along the recording's time, for all channels."""

    def __init__(self, replay: Replay, start_ns: int) -> None:
        """Let the recording's time 0 be ``start_ns``."""
        self._delays_ns = _as_ns(replay.delays_ms)
        times_ns = np.rint(replay.times_s * NS_PER_S).astype(np.int64)
        self._times_ns = times_ns
        step_ns = round(float(np.median(np.diff(times_ns)))) if times_ns.size > 1 else NS_PER_S
        # One step leads from the last value to the first of the next round.
        self._length_ns = int(times_ns[-1]) + step_ns
        self._loops = replay.at_end is AtEnd.LOOP
        self._start_ns = start_ns

    def delay_ns(self, now_ns: int) -> int | None:
        """Return the delay at ``now_ns`` [ns]; None: frames are lost until the next value."""
        elapsed_ns = max(0, now_ns - self._start_ns)
        if elapsed_ns >= self._times_ns[-1] and not self._loops:
            return _last(self._delays_ns)
        at_ns = elapsed_ns % self._length_ns
        index = int(np.searchsorted(self._times_ns, at_ns, side='right')) - 1
        return self._between(index, at_ns)

    def _between(self, index: int, at_ns: int) -> int | None:
        delay_ns = self._delays_ns[index]
        following = (index + 1) % len(self._delays_ns)
        next_ns = self._delays_ns[following]
        if delay_ns is None or next_ns is None:
            return delay_ns
        begin_ns = int(self._times_ns[index])
        end_ns = int(self._times_ns[following]) if following else self._length_ns
        share = (at_ns - begin_ns) / (end_ns - begin_ns)
        return round(delay_ns + share * (next_ns - delay_ns))


def _as_ns(delays_ms: Array) -> list[int | None]:
    return [None if math.isnan(ms) else round(ms * NS_PER_MS) for ms in delays_ms.tolist()]


def _last(delays_ns: list[int | None]) -> int:
    return next(delay for delay in reversed(delays_ns) if delay is not None)
