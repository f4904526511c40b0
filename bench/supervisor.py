"""The supervisor: random events through its tables and through all of it, and what a tick takes.

    ./telesurgery bench supervisor [--sequences 1000000] [--whole 50000] [--jobs 2]

``--sequences`` of 50 events go through the table of one arm; ``--whole`` sequences of 20 events
are done to a whole supervisor with its monitors, by consoles, people and robot, and judged by an
account of its own of who may move what (``telesurgery_safety/testing``). Ends with code 1 if
anything moved that must not.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import harness
import numpy as np
from supervisor_study.anything import Outcome, play
from supervisor_study.cost import ticks_us
from supervisor_study.tables import walk

TABLE_EVENTS = 50
BATCH = 1000
TICKS = 20_000


def main(argv: list[str]) -> int:
    """Play, measure, report; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--sequences', type=int, default=1_000_000, help='through the table')
    parser.add_argument('--whole', type=int, default=50_000, help='through the whole supervisor')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='processes')
    given = parser.parse_args(argv)
    walks = walk(1, given.sequences, TABLE_EVENTS)
    outcomes = _play_all(given.whole, given.jobs)
    wrongs = [text for outcome in outcomes for text in outcome.wrongs]
    took_us = ticks_us(TICKS)
    rows: list[dict[str, object]] = [
        _row('table of an arm', walks.sequences, walks.events, walks.driven, walks.wrongs),
        _row(
            'whole supervisor, two arms, three sites',
            sum(outcome.sequences for outcome in outcomes),
            sum(outcome.events for outcome in outcomes),
            sum(outcome.driven for outcome in outcomes),
            len(wrongs),
        ),
        {
            **_row('a tick of four arms', None, TICKS, None, None),
            **harness.distribution('tick', took_us, 'us'),
            'tick_mean_us': float(np.mean(took_us)),
        },
    ]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    harness.report(
        'supervisor',
        [{key: row.get(key) for key in columns} for row in rows],
        settings={'table_events_count': TABLE_EVENTS},
        notes='Driven: after which share of the events a hand moved an arm. Wrong: it had no '
        'authority, presence, fresh engagement or fresh link. A tick: CPU time, every monitor '
        'fed, a command in every second tick.',
    )
    print('\n'.join(wrongs[:10]))
    return 1 if wrongs or walks.wrongs else 0


def _play_all(sequences: int, jobs: int) -> list[Outcome]:
    seeds = range(1, 1 + -(-sequences // BATCH))
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(partial(play, sequences=BATCH), seeds))


def _row(
    case: str, sequences: int | None, events: int, driven: int | None, wrongs: int | None
) -> dict[str, object]:
    return {
        'case': case,
        'sequences_count': sequences,
        'events_count': events,
        'driven_percent': None if driven is None else 100.0 * driven / events,
        'wrong_count': wrongs,
    }


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
