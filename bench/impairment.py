"""What comes out of the emulated WAN against theory; netem's formulas beside it.

Frames go, one a millisecond, through the path that a gateway uses. Delays: mean, deviation,
quantiles, Kolmogorov-Smirnov distance to the marginal, lag-1 autocorrelation. Losses: rate and
length of bursts. Every figure stands beside its theory with the bound that a right process keeps.
The same lines of netem are shown as they are here and as netem's own arithmetic has them. Recorded
traces are replayed and compared with themselves. Last: what a frame costs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import harness
from impairment_parts import cases, picture
from impairment_parts.cases import Row
from impairment_parts.measuring import PERIOD_NS, sent

from telesurgery_link.channels import Direction
from telesurgery_link.impairment import Streams
from telesurgery_link.profiles import load_profile

PROFILES = harness.WORKSPACE / 'config' / 'link'
SHIPPED_TRACE = PROFILES / 'traces' / 'nistnet.txt'
COSTS = (
    'none',
    'rome_beijing',
    'public_internet_china_italy',
    'netfi_300',
    '5g_driving',
    'netem: delay 100ms 10ms 25% distribution pareto loss gemodel 1% 10% duplicate 1% corrupt 1%',
)
UNITS = {'ms': 'delays', 'ratio': 'shares', 'count': 'bursts'}


def main(argv: list[str]) -> int:
    """Measure, print and write the figures; 1 when one of ours leaves its bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--frames', type=int, default=200_000, help='frames per case (2e5)')
    parser.add_argument('--seed', type=int, default=1, help='seed of all streams')
    parser.add_argument(
        '--trace', type=Path, action='append', default=[], help='another recording'
    )
    parser.add_argument('--picture', type=Path, help='write the plot to this file as well')
    arguments = parser.parse_args(argv)
    rows = list(measured(arguments.frames, arguments.seed, [SHIPPED_TRACE, *arguments.trace]))
    settings = {'frames_count': arguments.frames, 'seed_count': arguments.seed}
    for unit, name in UNITS.items():
        table = [as_columns(row) for row in rows if row.unit == unit]
        harness.report(f'impairment_{name}', table, settings=settings, notes=NOTES[unit])
    harness.report('impairment_cost', list(costs(arguments.frames)), settings=settings)
    if arguments.picture is not None:
        picture.draw(arguments.picture, arguments.frames, arguments.seed)
        print(f'written: {arguments.picture}')
    return judged(rows)


NOTES = {
    'ms': 'Bounds: 4 standard errors, by the means of 200 parts of the series.',
    'ratio': (
        'Kolmogorov-Smirnov: the distance between the two distributions; its bound is for as many '
        'frames as would say as much if they were independent.'
    ),
    'count': 'Mean number of frames lost in a row.',
}


def measured(frames: int, seed: int, traces: list[Path]) -> Iterator[Row]:
    """Yield the figures of all cases."""
    yield from cases.delay_rows(frames, seed)
    yield from cases.loss_rows(frames, seed)
    yield from cases.netem_rows(frames, seed)
    for path in traces:
        yield from cases.trace_rows(path, frames, seed)


def as_columns(row: Row) -> dict[str, object]:
    """Return a row of the table."""
    check, unit = row.check, row.unit
    return {
        'case': row.case,
        'by': row.by,
        'figure': check.figure,
        f'theory_{unit}': round(check.theory, 6),
        f'measured_{unit}': None if check.measured != check.measured else round(check.measured, 6),
        f'bound_{unit}': round(check.bound, 6),
        'passed': 'yes' if check.passed else 'NO',
    }


def costs(frames: int) -> Iterator[dict[str, object]]:
    """Yield what a frame costs under some profiles."""
    times_ns = range(0, frames * PERIOD_NS, PERIOD_NS)
    for name in COSTS:
        profile = load_profile(name, PROFILES)
        impairment = profile.impairment(Direction.SURGEON_TO_PATIENT, Streams.seeded(1, 0), 0)
        cpu_us = sent(impairment, times_ns).cpu_us
        yield {'profile': name, 'processor_per_frame_us': round(cpu_us, 2)}


def judged(rows: list[Row]) -> int:
    """Say how many figures keep their bounds; return 1 when one of ours does not."""
    kept = Counter((row.by, row.check.passed) for row in rows)
    for by in (cases.OURS, cases.NETEM):
        passed, failed = kept[by, True], kept[by, False]
        print(f'{by}: {passed} of {passed + failed} figures within their bounds')
    return 1 if kept[cases.OURS, False] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
