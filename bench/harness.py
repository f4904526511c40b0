"""How a benchmark is written, printed and kept.

A benchmark is one file ``bench/NAME.py``; ``./telesurgery bench NAME ARGS`` runs it in the sourced
environment. It measures, puts what it found into rows and hands them over::

    import argparse
    import sys

    import harness

    def main(argv: list[str]) -> int:
        parser = argparse.ArgumentParser(description='Time of one control tick.')
        parser.add_argument('--ticks', type=int, default=20000)
        arguments = parser.parse_args(argv)
        tick_us = ...  # one number per tick
        harness.report(
            'arms',
            [{'arm': 'PSM1', **harness.distribution('tick', tick_us, 'us')}],
            settings={'ticks_count': arguments.ticks},
            notes='Wall-clock time of Arm.step, other processes idle.',
        )
        return 0

    if __name__ == '__main__':
        sys.exit(main(sys.argv[1:]))

A row is a flat mapping; rows that show the same thing under other conditions have the same keys.
The key of a number ends in its unit (``UNITS``), so that no figure is ever without one; what could
not be measured is None. ``report`` prints the table and writes ``output/bench/NAME.json``, in
which the machine and its load stand beside the figures. ``docs/benchmarks.md`` quotes from these
files.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from telesurgery_report.text_table import text_table

WORKSPACE = Path(__file__).resolve().parents[1]
OUTPUT = WORKSPACE / 'output' / 'bench'

UNITS = (
    *('s', 'ms', 'us', 'ns', 'hz', 'khz'),
    *('m', 'mm', 'um', 'nm', 'rad', 'deg', 'rad_per_s', 'm_per_s', 'mm_per_s', 'm_per_s3'),
    *('bytes', 'kb', 'mb', 'kbit_per_s', 'mbit_per_s', 'db', 'n', 'kg'),
    *('count', 'per_s', 'ratio', 'percent', 'factor', 'cores'),
)
"""What the key of a number may end in; pure numbers are ``_count``, ``_ratio`` or ``_factor``."""


def report(
    name: str,
    rows: Sequence[Mapping[str, object]],
    *,
    settings: Mapping[str, object] | None = None,
    notes: str = '',
) -> Path:
    """Print the rows as a table and write them to ``output/bench/NAME.json``; return that file.

    ``settings`` are the conditions that hold for all rows (durations, seeds, profiles); ``notes``
    says in words what was measured and what the figures do not cover.

    Raises ValueError for no rows, or for a number whose key does not end in a unit.
    """
    if not rows:
        raise ValueError(f'benchmark {name!r} has no rows; allowed: at least one; measure first')
    settings = settings or {}
    for mapping in (settings, *rows):
        for key, value in mapping.items():
            _check_unit(name, key, value)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    print(text_table(columns, [[row.get(column) for column in columns] for row in rows]))
    if notes:
        print(f'\n{notes}')
    result = {
        'name': name,
        'taken': datetime.now(timezone.utc).isoformat(timespec='seconds'),
        'machine': machine(),
        'settings': dict(settings),
        'notes': notes,
        'rows': [dict(row) for row in rows],
    }
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / f'{name}.json'
    path.write_text(json.dumps(result, indent=2, default=_plain, allow_nan=False) + '\n')
    print(f'\nwritten: {path.relative_to(WORKSPACE)}')
    return path


def distribution(quantity: str, values: ArrayLike, unit: str) -> dict[str, float | int | None]:
    """Return median, p99, maximum and number of ``values`` ``(n,)`` under keys with the unit.

    ``distribution('tick', ticks, 'us')`` has the keys ``tick_median_us``, ``tick_p99_us``,
    ``tick_max_us`` and ``tick_count``; without values the first three are None.
    """
    array = np.asarray(values, dtype=float).ravel()
    figures: dict[str, float | int | None] = {
        f'{quantity}_median_{unit}': float(np.median(array)) if array.size else None,
        f'{quantity}_p99_{unit}': float(np.percentile(array, 99)) if array.size else None,
        f'{quantity}_max_{unit}': float(array.max()) if array.size else None,
        f'{quantity}_count': int(array.size),
    }
    return figures


def machine() -> dict[str, object]:
    """Return what the figures were taken on: processor, cores, Python, and the load just now."""
    return {
        'processor': _processor(),
        'cores_count': len(os.sched_getaffinity(0)),
        'system': platform.platform(),
        'python': platform.python_version(),
        'load_1min_cores': round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        found = re.search(r'^model name\s*:\s*(.+)$', Path('/proc/cpuinfo').read_text(), re.M)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or 'unknown'


def _check_unit(name: str, key: str, value: object) -> None:
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if is_number and not key.endswith(tuple(f'_{unit}' for unit in UNITS)):
        raise ValueError(
            f'benchmark {name!r}: the key {key!r} of a number has no unit; '
            f'allowed endings: {", ".join("_" + unit for unit in UNITS)}; rename it'
        )


def _plain(value: object) -> object:
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f'{value!r} of type {type(value).__name__} cannot be written as JSON')
