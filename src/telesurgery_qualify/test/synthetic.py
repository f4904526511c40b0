"""Evidence of runs that never were: frames of a link whose behaviour is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from telesurgery_link.channels import Direction
from telesurgery_qualify.evidence import DirectionEvidence, Evidence, Reading, Sent
from telesurgery_qualify.load import Kind, Plan
from telesurgery_qualify.samples import Samples

START_NS = 1_700_000_000_000_000_000
PERIOD_NS = 2_000_000
OFFSET_NS = 3_600_000_000_000
"""The patient's clock is an hour ahead."""


def control(
    *,
    seconds: float = 20.0,
    one_way_ms: float = 20.0,
    jitter_ms: float = 0.3,
    lost: NDArray[np.bool_] | None = None,
    outage_s: tuple[float, float] | None = None,
    seed: int = 1,
) -> Samples:
    """Return what the surgeon's end notes of states that come back."""
    rng = np.random.default_rng(seed)
    count = round(seconds * 500)
    number = np.arange(count)
    out_ns = START_NS + number * PERIOD_NS
    there, back = rng.gamma(2.0, jitter_ms / 2.0, (2, count)) + one_way_ms
    arrival_there_ns = out_ns + (there * 1e6).astype(np.int64)
    held_ns = rng.integers(0, PERIOD_NS, count)
    arrival_ns = arrival_there_ns + held_ns + (back * 1e6).astype(np.int64)
    keep = np.ones(count, dtype=bool) if lost is None else ~lost
    if outage_s is not None:
        begin, length = outage_s
        since_s = number * PERIOD_NS / 1e9
        keep &= ~((since_s >= begin) & (since_s < begin + length))
    sent_ns = START_NS + number * PERIOD_NS + OFFSET_NS
    arrival_ns = np.maximum.accumulate(arrival_ns)
    size = np.full(count, 300)
    rows = np.stack([number, sent_ns, arrival_ns, out_ns, held_ns, size], axis=1)
    return Samples(rows[keep].astype(np.int64))


def direction(
    samples: Samples,
    *,
    sent: int | None,
    video_mbit_s: float = 32.0,
    lost: int = 0,
    bursts: int = 0,
    offset_ms: float | None = None,
    uncertainty_ms: float = 40.0,
) -> DirectionEvidence:
    """Return one direction, with a reading for every second."""
    first_ns = int(samples.arrival_ns[0])
    seconds = int((samples.arrival_ns[-1] - first_ns) // 1_000_000_000)
    readings = tuple(
        Reading(
            first_ns + second * 1_000_000_000,
            3500 * (second + 1),
            lost,
            bursts,
            round(video_mbit_s * 125_000 * second),
            None if offset_ms is None else round(offset_ms * 1e6),
            None if offset_ms is None else round(uncertainty_ms * 1e6),
        )
        for second in range(seconds + 1)
    )
    told = None
    if sent is not None:
        told = Sent({Kind.CONTROL: sent, Kind.VIDEO: 0}, {Kind.CONTROL: 0, Kind.VIDEO: 0})
    return DirectionEvidence(samples, Samples.of([]), readings, told, int(samples.arrival_ns[-1]))


def evidence(
    surgeon: DirectionEvidence, patient: DirectionEvidence | None = None, **changes: object
) -> Evidence:
    """Return a run of 20 s over a link called ``test``."""
    known = {Direction.PATIENT_TO_SURGEON: surgeon}
    known[Direction.SURGEON_TO_PATIENT] = surgeon if patient is None else patient
    whole = Evidence(
        plan=Plan(seconds=20.0),
        name='test',
        is_emulated=False,
        is_sealed=True,
        started='2026-11-21T09:00:00+00:00',
        directions=known,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
