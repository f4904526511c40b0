"""A console recording as samples: which instants are played, and what holds at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from telesurgery_console.console_recording import (
    CAMERA,
    CLUTCH,
    PRESENT,
    ConsoleRecording,
    Track,
    latest,
)
from telesurgery_console.errors import DeviceError
from telesurgery_core.transforms import Array
from telesurgery_core.types import ConsoleSample, Hand, HandSample
from telesurgery_recording.path_facts import path_facts

GAP_LIMIT_NS = 200_000_000
"""A hand whose newest pose is older than this is missing: a value repeated for ever is no hand."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Samples in the order of time; their stamps count from the first instant of the recording."""

    samples: tuple[ConsoleSample, ...]
    notes: tuple[str, ...]
    """What the operator should know about the recording."""
    T_view_tips: Mapping[Hand, Array] = field(default_factory=dict)
    """Where the tips were that the hands drove, at the first sample; empty: not recorded."""

    @property
    def duration_ns(self) -> int:
        """Time from the first sample to the last [ns]."""
        return self.samples[-1].stamp_ns - self.samples[0].stamp_ns

    def part(self, start_s: float, seconds: float) -> Timeline:
        """Return the samples from ``start_s`` on, ``seconds`` of them, counted from zero again.

        DeviceError when the recording ends before ``start_s``.
        """
        start_ns = round(start_s * 1e9)
        end_ns = start_ns + round(seconds * 1e9)
        chosen = [sample for sample in self.samples if start_ns <= sample.stamp_ns < end_ns]
        if not chosen:
            raise DeviceError(
                f'start_s is {start_s!r}; allowed: less than the length of the recording, '
                f'{self.duration_ns * 1e-9:.3f} s; start earlier'
            )
        first_ns = chosen[0].stamp_ns
        tips = self.T_view_tips if chosen[0] is self.samples[0] else {}  # known at the start only
        shifted = (replace(sample, stamp_ns=sample.stamp_ns - first_ns) for sample in chosen)
        return replace(self, samples=tuple(shifted), T_view_tips=tips)


def timeline_of(console: ConsoleRecording, rate_hz: float) -> Timeline:
    """Return the timeline of a recording.

    There is a sample wherever a master has a pose. Poses that are closer than three quarters of a
    period of ``rate_hz`` are one sample: two hands measured together and stamped apart, or a
    recording that is finer than asked for.
    """
    instants = _merged(
        np.unique([time for track in console.poses.values() for time in track.times]),
        closer_than_ns=round(0.75e9 / rate_hz),
    )
    hands = {hand: _hand_samples(console, hand, instants) for hand in Hand}
    pedals = {
        pedal: _pedal(track, instants, before_the_first=pedal == PRESENT and not track.times)
        for pedal, track in console.pedals.items()
    }
    samples = [
        ConsoleSample(
            stamp_ns=int(instant - instants[0]),
            left=hands[Hand.LEFT][k],
            right=hands[Hand.RIGHT][k],
            operator_present=pedals[PRESENT][k],
            clutch=pedals[CLUTCH][k],
            camera=pedals[CAMERA][k],
        )
        for k, instant in enumerate(instants)
    ]
    played, gaps_ns = _released_at_gaps(samples)
    return Timeline(
        samples=tuple(played),
        notes=(*_notes(console), *_gap_notes(gaps_ns), *path_notes(played)),
        T_view_tips={hand: track.values[0] for hand, track in console.tips.items() if track.times},
    )


def _released_at_gaps(samples: list[ConsoleSample]) -> tuple[list[ConsoleSample], list[int]]:
    """Let the operator go where a hand has said nothing for too long; return the gaps [ns], too.

    A hold ends only by a fresh engagement: who was silent comes back released, and engages with
    the sample after.
    """
    played, gaps = samples[:1], []
    for before, sample in pairwise(samples):
        silence = sample.stamp_ns - before.stamp_ns
        if silence > GAP_LIMIT_NS:
            gaps.append(silence)
            gone = before.stamp_ns + GAP_LIMIT_NS
            played.append(
                replace(before, stamp_ns=gone, left=None, right=None, operator_present=False)
            )
        came_back = any(
            before.hand(hand) is None and sample.hand(hand) is not None for hand in Hand
        )
        back = silence > GAP_LIMIT_NS or came_back
        played.append(replace(sample, operator_present=False) if back else sample)
    return played, gaps


def _gap_notes(gaps_ns: list[int]) -> list[str]:
    if not gaps_ns:
        return []
    found = f'{len(gaps_ns)} gaps of more than {GAP_LIMIT_NS * 1e-9:g} s'
    longest = f'the longest {max(gaps_ns) * 1e-9:.2f} s'
    return [f'{found} ({longest}): the operator lets go, and engages anew after each']


def path_notes(samples: Sequence[ConsoleSample]) -> list[str]:
    """Return how far, how long and how fast each hand goes."""
    notes = []
    for hand in Hand:
        found = [(s.stamp_ns, h.T_view_hand[:3, 3]) for s in samples if (h := s.hand(hand))]
        if found:
            times, points = zip(*found, strict=True)
            facts = path_facts(np.array(times, dtype=np.int64), np.array(points))
            notes.append(f'{hand.value}: {facts.describe()}')
    return notes


def _merged(times: NDArray[np.int64], closer_than_ns: int) -> NDArray[np.int64]:
    """Return the last time of every cluster that begins with one and lasts less than the limit."""
    kept: list[int] = []
    cluster_start = -1
    for time in times.tolist():
        if kept and time - cluster_start < closer_than_ns:
            kept[-1] = time
        else:
            kept.append(time)
            cluster_start = time
    return np.asarray(kept, dtype=np.int64)


def _hand_samples(
    console: ConsoleRecording, hand: Hand, instants: NDArray[np.int64]
) -> list[HandSample | None]:
    poses, grippers = console.poses[hand], console.grippers[hand]
    pose_at, gripper_at = latest(poses, instants), latest(grippers, instants)
    samples: list[HandSample | None] = []
    for k, instant in enumerate(instants.tolist()):
        newest = int(pose_at[k])
        if newest < 0 or instant - poses.times[newest] > GAP_LIMIT_NS:
            samples.append(None)
            continue
        gripper = grippers.values[max(int(gripper_at[k]), 0)] if grippers.values else 0.0
        samples.append(HandSample(T_view_hand=poses.values[newest], gripper=gripper))
    return samples


def _pedal(track: Track, instants: NDArray[np.int64], *, before_the_first: bool) -> list[bool]:
    return [
        track.values[newest] if newest >= 0 else before_the_first
        for newest in latest(track, instants).tolist()
    ]


def _notes(console: ConsoleRecording) -> list[str]:
    notes = [f'{count} messages {reason}' for reason, count in console.dropped.items()]
    for hand in Hand:
        if not console.poses[hand].times:
            notes.append(f'no {hand.value}: that hand rests')
        elif not console.grippers[hand].times:
            notes.append(f'no {hand.value}/gripper/measured_js: its jaw stays closed')
    if not console.pedals[PRESENT].times:
        notes.append('no console/operator_present: present from the first sample to the last')
    return notes
