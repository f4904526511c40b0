"""Recorded delays: two formats of text, read with every bad line named.

One value a line: a delay in ms, or the word ``lost``; blank lines and what follows ``#`` are left
out. Or CSV with a header: the column of the delay ends in ``_ms`` (an empty field is a loss), the
column of the time, where there is one, in ``_s``; other columns are left out. A time may be
missing where the frame was lost; it is then put between its neighbours.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array, frozen

LARGEST_MS = 3.6e6
"""No frame is an hour on its way."""
LATEST_S = 1e11
"""Largest time: no clock will show it for three thousand years."""
LOST = 'lost'


@dataclass(frozen=True)
class Recording:
    """Delays in the order in which the frames were sent."""

    delays_ms: Array
    """``(n,)``; NaN: lost."""
    times_s: Array | None
    """When each frame was sent ``(n,)``, from 0, rising; None: not recorded."""


def read_recording(path: Path) -> Recording:
    """Read a file of either format; ParameterError names file and line of what is not one."""
    try:
        lines = path.read_text(encoding='utf-8').splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'it is no text'
        raise ParameterError(
            f'trace {str(path)!r} cannot be read ({reason}); allowed: a text file of delays; '
            'check the path'
        ) from None
    is_table = bool(lines) and ',' in lines[0]
    recording = _table(lines, path) if is_table else _list(lines, path)
    if not np.isfinite(recording.delays_ms).any():
        raise ParameterError(
            f'trace {str(path)!r} holds no delay; allowed: one at least; record a path that works'
        )
    return recording


def _list(lines: list[str], path: Path) -> Recording:
    delays = []
    for number, line in enumerate(lines, start=1):
        text = line.split('#', maxsplit=1)[0].strip()
        if text:
            delays.append(math.nan if text == LOST else _delay(text, path, number))
    return Recording(frozen(delays), None)


def _table(lines: list[str], path: Path) -> Recording:
    rows = csv.reader(lines)
    header = [name.strip() for name in next(rows)]
    delay_at = _column(header, '_ms', path)
    if delay_at is None:
        raise ParameterError(
            f'{path}:1: columns are {", ".join(header)}; allowed: one whose name ends in _ms; '
            'name the unit of the delay'
        )
    time_at = _column(header, '_s', path)
    delays: list[float] = []
    times: list[float] = []
    for number, row in _rows(rows, len(header), path):
        delay = row[delay_at].strip()
        delays.append(_delay(delay, path, number) if delay else math.nan)
        if time_at is not None:
            times.append(_time(row[time_at].strip(), times, path, number))
    return Recording(frozen(delays), _filled(np.array(times)) if times else None)


def _column(header: list[str], ending: str, path: Path) -> int | None:
    found = [index for index, name in enumerate(header) if name.endswith(ending)]
    if len(found) > 1:
        raise ParameterError(
            f'{path}:1: {len(found)} columns end in {ending}; allowed: one; rename the others'
        )
    return found[0] if found else None


def _rows(rows: Iterator[list[str]], width: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=2):
        if len(row) != width:
            raise ParameterError(
                f'{path}:{number}: {len(row)} fields; allowed: {width}, as in the header; '
                'correct the line'
            )
        yield number, row


def _delay(text: str, path: Path, number: int) -> float:
    delay = _number(text)
    if not 0.0 <= delay <= LARGEST_MS:  # false for NaN
        raise ParameterError(
            f'{path}:{number}: delay is {text!r}; allowed: 0 .. {LARGEST_MS:g} ms, or {LOST!r} '
            '(in CSV an empty field); correct the line'
        )
    return delay


def _time(text: str, before: list[float], path: Path, number: int) -> float:
    if not text:
        return math.nan
    time = _number(text)
    newest = next((t for t in reversed(before) if not math.isnan(t)), -math.inf)
    if not newest < time < LATEST_S:
        raise ParameterError(
            f'{path}:{number}: time is {text!r}; allowed: a number of seconds above that of the '
            f'lines before, up to {LATEST_S:g}; sort or correct them'
        )
    return time


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _filled(times: Array) -> Array | None:
    """Return the times from 0, with those missing put between their neighbours."""
    known = np.flatnonzero(~np.isnan(times))
    if known.size < 2:
        return None
    step = float(np.median(np.diff(times[known]) / np.diff(known)))
    # Beyond the first and last known time the steps go on as in the middle.
    first, last = times[known[0]] - step * known[0], times[known[-1]]
    ends_s = last + step * (times.size - 1 - known[-1])
    at = np.concatenate(([-1.0], known, [times.size]))
    values = np.concatenate(([first - step], times[known], [ends_s + step]))
    filled = np.interp(np.arange(times.size), at, values)
    return frozen(filled - filled[0])
