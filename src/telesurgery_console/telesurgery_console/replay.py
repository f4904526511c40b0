"""A recording as a device: it plays what an operator did, sample by sample, at its own times."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from pathlib import Path

from telesurgery_console.console_reading import read_console
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.console_topics import Kinematics
from telesurgery_console.errors import DeviceError
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.recorded_controls import RecordedControls, timeline_of_controls
from telesurgery_console.replay_mapping import ReplayMapping
from telesurgery_console.timeline import Timeline, path_notes, timeline_of
from telesurgery_console.topic_names import topics_of
from telesurgery_core.types import ConsoleSample
from telesurgery_recording.reader import Recording

CLOSING_AFTER_NS = 5_000_000
"""The last word, that the operator has gone, follows the last sample by this."""
ROUNDING_NS = 1_000
"""Asked at a sample's own time, the device must not miss it by the rounding of ``now``."""
RESTING_S = 0.02
"""Between two samples of hands that rest because the recording is paused."""
IDLE_AFTER_S = 30.0
"""Hands that rest for longer are nobody's: the operator counts as gone, as with any device."""
BETWEEN_ROUNDS_S = 0.5
"""Nobody is present for so long before a recording is played again."""
SLOWEST, FASTEST = 0.1, 10.0
"""Bounds of the speed."""


def load_timeline(
    path: Path,
    time_source: TimeSource,
    rate_hz: float,
    *,
    mapping: ReplayMapping | ControlMapping | None = None,
    unit: str = '',
    kinematics: Kinematics | None = None,
) -> Timeline:
    """Read a recording; RecordingError or DeviceError when it cannot be played.

    ``mapping`` says which topics are the hands, else its CRTK masters are; ``unit`` names the
    topics of a joy or twist, ``kinematics`` makes poses of joints.
    """
    with Recording(path) as recording:
        if isinstance(mapping, ControlMapping):
            names = topics_of(mapping.device, unit)
            controls = RecordedControls(recording, names, mapping, time_source)
            timeline = timeline_of_controls(controls, mapping, rate_hz)
            timeline = replace(timeline, notes=(*timeline.notes, *path_notes(timeline.samples)))
        else:
            console = read_console(recording, time_source, mapping, kinematics)
            timeline = timeline_of(console, rate_hz)
        faults = tuple(f'{fault.kind.value}: {fault.detail}' for fault in recording.faults)
    return replace(timeline, notes=(*faults, *timeline.notes))


def refuse_standstill(timeline: Timeline, name: str) -> None:
    """Raise DeviceError for a recording all of whose samples are at one instant."""
    if timeline.duration_ns == 0:
        raise DeviceError(
            f'recording {name!r} has all its poses at one instant, {len(timeline.samples)} of '
            'them (0 Hz); allowed: poses over time; choose another recording, or play it with '
            'time receive'
        )


class Replay:
    """Plays a timeline from the first poll on; ``speed`` 2 plays twice as fast.

    It can be paused: the hands then rest, held, until it goes on. After the last sample comes one
    more, in which the operator is no longer present; then, if it ``loops``, the first again.
    """

    def __init__(
        self,
        timeline: Timeline,
        *,
        name: str = 'recording',
        speed: float = 1.0,
        loops: bool = False,
    ) -> None:
        self._load(timeline)
        self._notes = list(timeline.notes)
        self._name = name
        self._speed = speed
        self._loops = loops
        self._begun_at: float | None = None
        """When ``_begun_ns`` of the recording was, or is to be, played [s]."""
        self._begun_ns = 0.0
        self._played = -1
        self._closed = False
        self._finished = False
        self._paused_at: float | None = None
        self._rested_at = 0.0
        self._skipped = 0
        self._rounds = 1

    @property
    def timeline(self) -> Timeline:
        """What is played."""
        return self._timeline

    @property
    def finished(self) -> bool:
        """Whether everything has been played."""
        return self._finished

    @property
    def paused(self) -> bool:
        """Whether the hands rest."""
        return self._paused_at is not None

    @property
    def skipped(self) -> int:
        """Samples that were overtaken by newer ones because nobody asked in time."""
        return self._skipped

    def lead_in(self, timeline: Timeline) -> None:
        """Play this instead, before anything has been played: the same with a lead-in."""
        if self._begun_at is None:
            self._load(timeline)
            self._notes += timeline.notes[-1:]

    def describe(self) -> str:
        """Return what is played and how long it takes."""
        seconds = self._stamps[-1] * 1e-9 / self._speed
        again = ', again and again' if self._loops else ''
        return f'{self._name}: {len(self._samples)} samples in {seconds:.1f} s{again}'

    def status(self) -> DeviceStatus:
        """Return that a recording is always well."""
        doing = 'is paused' if self.paused else 'is played'
        if self._finished:
            doing = 'has been played'
        return DeviceStatus(self._name, Health.OK, f'{self._name} {doing}')

    def poll(self, now: float) -> ConsoleSample | None:
        """Return the newest sample that is due at ``now`` [s], stamped ``now``; None if played."""
        if self._begun_at is None:
            self._begun_at = now
        if self._paused_at is not None:
            return self._resting(now)
        elapsed_ns = self._elapsed_ns(now)
        due = bisect_right(self._stamps, elapsed_ns) - 1
        if due > self._played:
            self._skipped += due - self._played - 1
            self._played = due
            return replace(self._samples[due], stamp_ns=round(now * 1e9))
        if self._closed or elapsed_ns < self._stamps[-1] + CLOSING_AFTER_NS:
            return None
        self._close_round(now)
        return replace(self._samples[-1], operator_present=False, stamp_ns=round(now * 1e9))

    def next_poll(self, now: float) -> float:
        """Return when the next sample is due [s]."""
        if self._begun_at is None:
            return now
        if self._paused_at is not None:
            return self._rested_at + RESTING_S
        upcoming = self._played + 1
        due_ns = (
            self._stamps[upcoming]
            if upcoming < len(self._stamps)
            else self._stamps[-1] + CLOSING_AFTER_NS
        )
        return self._begun_at + (due_ns - self._begun_ns) * 1e-9 / self._speed

    def pause(self, now: float) -> None:
        """Let the hands rest where they are."""
        if self._paused_at is None and not self._finished:
            self._rebase(now)
            self._paused_at = self._rested_at = now

    def resume(self, now: float) -> None:
        """Go on where it was paused."""
        if self._paused_at is not None:
            self._begun_at, self._paused_at = now, None

    def step(self, now: float) -> ConsoleSample | None:
        """Play the next sample alone and rest there; None at the end, or while it runs."""
        if self._paused_at is None or self._played + 1 >= len(self._samples):
            return None
        self._played += 1
        self._begun_ns = float(self._stamps[self._played])
        self._paused_at = self._rested_at = now
        return replace(self._samples[self._played], stamp_ns=round(now * 1e9))

    def set_speed(self, now: float, speed: float) -> None:
        """Go on at another speed; DeviceError for one out of bounds."""
        if not SLOWEST <= speed <= FASTEST:
            raise DeviceError(
                f'speed is {speed!r}; allowed: {SLOWEST} .. {FASTEST}; choose one within'
            )
        if self._paused_at is None:
            self._rebase(now)
        self._speed = speed

    def stop(self) -> None:
        """End here; the operator is no longer present."""
        self._finished = True

    def notices(self) -> list[str]:
        """Return what the operator should know about the recording."""
        notes, self._notes = self._notes, []
        if self._closed and self._skipped:
            notes.append(f'{self._skipped} samples were overtaken by newer ones')
            self._skipped = 0
        return notes

    def close(self) -> None:
        """Let go of nothing: the recording was read and closed before."""

    def _load(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._samples = timeline.samples
        self._stamps = [sample.stamp_ns for sample in timeline.samples]

    def _elapsed_ns(self, now: float) -> float:
        assert self._begun_at is not None
        return self._begun_ns + (now - self._begun_at) * 1e9 * self._speed + ROUNDING_NS

    def _rebase(self, now: float) -> None:
        """Count from here on: what comes next goes by another clock."""
        if self._begun_at is not None:
            self._begun_ns, self._begun_at = self._elapsed_ns(now) - ROUNDING_NS, now

    def _resting(self, now: float) -> ConsoleSample | None:
        assert self._paused_at is not None
        if self._played < 0 or now - self._rested_at < RESTING_S - ROUNDING_NS * 1e-9:
            return None
        self._rested_at = now
        last = self._samples[self._played]
        held = last.operator_present and now - self._paused_at <= IDLE_AFTER_S
        return replace(last, operator_present=held, stamp_ns=round(now * 1e9))

    def _close_round(self, now: float) -> None:
        if not self._loops:
            self._closed = self._finished = True
            return
        self._begun_at, self._begun_ns, self._played = now + BETWEEN_ROUNDS_S, 0.0, -1
        self._rounds += 1
        self._notes.append(f'{self._name} is played again, for the {self._rounds}. time')
