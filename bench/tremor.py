"""Tremor filters: error against intent, attenuation, lag, settling and cost, side by side.

    ./telesurgery bench tremor [--full] [--tune] [--filters adaptive one_euro ...] [--picture FILE]

Needs recordings of surgeons' hands (JIGSAWS as rosbag2, 30 Hz); ``--recordings`` says where. What
a hand meant is its motion below 2 Hz; tremor is added (``tremor_study/synthetic.py``). Parameters
come from one task, Suturing (``--tune`` finds them again), and are judged on the other two. With
``pip install OneEuroFilter`` the reference implementation of one-euro has rows of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import harness
from tremor_study import conditions, grid, published
from tremor_study.candidates import REFERENCE, candidates
from tremor_study.cost import cost_us
from tremor_study.hands import TASKS
from tremor_study.picture import draw
from tremor_study.trials import Choice, load
from tremor_study.tuning import TUNED, tune

from telesurgery_motion.filters.parameters import NAMES

RECORDINGS = harness.WORKSPACE.parent / 'shared' / 'data' / 'jigsaws'
TUNING_TASKS = TASKS[:1]
JUDGED_TASKS = TASKS[1:]
TUNING_SEED, JUDGING_SEED = 11, 1
TUNING_RATE_HZ, TUNING_SECONDS = 100.0, 25.0


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--recordings', type=Path, default=RECORDINGS, help='folder of the tasks')
    parser.add_argument('--full', action='store_true', help='several draws of the tremor')
    parser.add_argument('--tune', action='store_true', help='seek the parameters anew, and stop')
    parser.add_argument('--filters', nargs='*', default=[], choices=NAMES[1:], help='only these')
    parser.add_argument('--evaluations', type=int, default=90, help='purse of the tuning')
    parser.add_argument('--picture', type=Path, help='write a picture, for example of docs/images')
    arguments = parser.parse_args(argv)
    if not arguments.recordings.is_dir():
        print(
            f'--recordings is {str(arguments.recordings)!r}; allowed: a folder with '
            f'{", ".join(f"{task}_*" for task in TASKS)}; name it',
            file=sys.stderr,
        )
        return 2
    if arguments.tune:
        return retune(arguments.recordings, arguments.filters, arguments.evaluations)
    chosen = candidates(arguments.filters)
    if REFERENCE not in [one.name for one in chosen]:
        print(f'without {REFERENCE} as a reference: pip install OneEuroFilter, no --filters\n')
    seeds = range(JUDGING_SEED, JUDGING_SEED + (4 if arguments.full else 1))
    place = grid.Place(arguments.recordings, JUDGED_TASKS, tuple(seeds))
    costs = cost_us(chosen)
    rows = grid.rows(chosen, place, costs)
    harness.report(
        'tremor',
        [*rows, *published.rows(rows[0])],
        settings={'seconds_s': grid.SECONDS, 'draws_count': len(seeds), 'intent_below_hz': 2.0},
        notes=grid.NOTES + '\n' + published.NOTES,
    )
    harness.report('tremor_conditions', conditions.rows(chosen, place), notes=conditions.NOTES)
    if arguments.picture:
        draw(rows, chosen, place, arguments.picture)
        print(f'written: {arguments.picture}')
    return 0


def retune(recordings: Path, names: list[str], evaluations: int) -> int:
    """Print what is found for each filter on the tuning task, and keep it."""
    studies = [
        load(
            recordings,
            Choice(TUNING_TASKS, TUNING_RATE_HZ, TUNING_SECONDS, below_hz=below, seed=TUNING_SEED),
        )
        for below in (2.0, 3.0)  # nobody knows where intent ends: not only at the bench's own edge
    ]
    path = harness.OUTPUT / 'tremor_tuning.json'
    found = json.loads(path.read_text()) if path.exists() else {}
    for name in names or TUNED:
        start = time.process_time()
        found[name] = tune(name, studies, evaluations, print)
        print(f'  {found[name]}  ({time.process_time() - start:.0f} s)', flush=True)
    harness.OUTPUT.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + '\n')
    print(f'written: {path.relative_to(harness.WORKSPACE)}')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
