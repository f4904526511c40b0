"""A recording as a device: it plays what an operator did, sample by sample, at its own times."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from pathlib import Path

from telesurgery_console.console_recording import TimeSource, read_console
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.timeline import Timeline, timeline_of
from telesurgery_core.types import ConsoleSample
from telesurgery_recording.reader import Recording

CLOSING_AFTER_NS = 5_000_000
"""The last word, that the operator has gone, follows the last sample by this."""
ROUNDING_NS = 1_000
"""Asked at a sample's own time, the device must not miss it by the rounding of ``now``."""


def load_timeline(path: Path, time_source: TimeSource, rate_hz: float) -> Timeline:
    """Read a recording; RecordingError or DeviceError when it cannot be played."""
    with Recording(path) as recording:
        return timeline_of(read_console(recording, time_source), rate_hz)


class Replay:
    """Plays a timeline from the first poll on; ``speed`` 2 plays twice as fast.

    After the last sample comes one more, in which the operator is no longer present.
    """

    def __init__(self, timeline: Timeline, *, name: str = 'recording', speed: float = 1.0) -> None:
        self._samples = timeline.samples
        self._stamps = [sample.stamp_ns for sample in timeline.samples]
        self._notes = list(timeline.notes)
        self._name = name
        self._speed = speed
        self._started_at: float | None = None
        self._played = -1
        self._finished = False
        self._skipped = 0

    @property
    def finished(self) -> bool:
        """Whether everything has been played."""
        return self._finished

    @property
    def skipped(self) -> int:
        """Samples that were overtaken by newer ones because nobody asked in time."""
        return self._skipped

    def describe(self) -> str:
        """Return what is played and how long it takes."""
        seconds = self._stamps[-1] * 1e-9 / self._speed
        return f'{self._name}: {len(self._samples)} samples in {seconds:.1f} s'

    def status(self) -> DeviceStatus:
        """Return that a recording is always well."""
        played = 'has been played' if self._finished else 'is played'
        return DeviceStatus(self._name, Health.OK, f'{self._name} {played}')

    def poll(self, now: float) -> ConsoleSample | None:
        """Return the newest sample that is due at ``now`` [s], stamped ``now``; None if played."""
        if self._started_at is None:
            self._started_at = now
        elapsed_ns = (now - self._started_at) * 1e9 * self._speed + ROUNDING_NS
        due = bisect_right(self._stamps, elapsed_ns) - 1
        if due > self._played:
            self._skipped += due - self._played - 1
            self._played = due
            return replace(self._samples[due], stamp_ns=round(now * 1e9))
        if not self._finished and elapsed_ns >= self._stamps[-1] + CLOSING_AFTER_NS:
            self._finished = True
            return replace(self._samples[-1], operator_present=False, stamp_ns=round(now * 1e9))
        return None

    def next_poll(self, now: float) -> float:
        """Return when the next sample is due [s]."""
        if self._started_at is None:
            return now
        upcoming = self._played + 1
        due_ns = (
            self._stamps[upcoming]
            if upcoming < len(self._stamps)
            else self._stamps[-1] + CLOSING_AFTER_NS
        )
        return self._started_at + due_ns * 1e-9 / self._speed

    def notices(self) -> list[str]:
        """Return what the operator should know about the recording."""
        notes, self._notes = self._notes, []
        if self._finished and self._skipped:
            notes.append(f'{self._skipped} samples were overtaken by newer ones')
            self._skipped = 0
        return notes

    def close(self) -> None:
        """Let go of nothing: the recording was read and closed before."""
