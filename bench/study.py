"""A study on one and on two workers: runs a second, and how nearly twice as many."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import harness

from telesurgery_study import engine
from telesurgery_study.description import Part, StudyDescription
from telesurgery_study.grid import runs_of

CONFIG = harness.WORKSPACE / 'config'
RECORDING = harness.WORKSPACE / 'recordings' / 'dvtrainer_two_hands'
LINKS = ('lan', 'rome_beijing', 'starlink', '5g_driving', 'netfi_100')
FILTERS = ('none', 'adaptive')


def main(argv: list[str]) -> int:
    """Measure and report; 1 when a run has no outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--runs', type=int, default=1000)
    parser.add_argument('--seconds', type=float, default=5.0, help='of each run')
    parser.add_argument('--workers', type=int, nargs='+', default=[1, 2])
    arguments = parser.parse_args(argv)
    cells = len(LINKS) * len(FILTERS)
    study = StudyDescription(
        parts=(Part(str(RECORDING), starts_s=(2.0,), seconds=arguments.seconds),),
        links=LINKS,
        filters=FILTERS,
        seeds=-(-arguments.runs // cells),
        tremor_um=100.0,
    )
    runs = list(runs_of(study, CONFIG))[: arguments.runs]
    rows: list[dict[str, Any]] = []
    failed = 0
    for workers in arguments.workers:
        with engine.local(workers) as client:
            # Every worker has read the recording before the clock starts.
            client.run(engine.carry_out, runs[0], CONFIG)
            began = time.perf_counter()
            ends = [outcome for _, outcome in engine.outcomes(client, runs, CONFIG)]
            took = time.perf_counter() - began
        failed += sum(isinstance(outcome, str) for outcome in ends)
        rows.append(
            {
                'workers_count': workers,
                'runs_count': len(runs),
                'took_s': took,
                'runs_per_s': len(runs) / took,
                'times_real_time_factor': len(runs) * arguments.seconds / took,
                'against_the_first_factor': rows[0]['took_s'] / took if rows else 1.0,
            }
        )
    harness.report(
        'study',
        rows,
        settings={'seconds_s': arguments.seconds, 'failed_count': failed},
        notes='Runs of the shipped recording over five links, two filters, and seeds.',
    )
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
