"""The short table that a session ends with."""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_report.targets import LINES, Line
from telesurgery_report.text_table import text_table

HEADER = ('figure', 'measured', 'unit', 'target', 'met')
KEPT_UP = 0.8
"""Real-time factor below which times tell of the machine more than of what runs on it."""


def session_table(summary: Mapping[str, object]) -> str:
    """Return the figures of a summary with the target beside each, and why any is missing."""
    rows = [_row(line, line.value(summary)) for line in LINES]
    reasons = summary.get('missing')
    missing = reasons if isinstance(reasons, Mapping) else {}
    shown = {line.path[0] for line in LINES}
    said = [f'not measured: {key}: {missing[key]}' for key in missing if key in shown]
    return '\n'.join([text_table(HEADER, rows), *said, *_of_the_machine(summary)])


def _of_the_machine(summary: Mapping[str, object]) -> list[str]:
    factor = summary.get('real_time_factor_median')
    if not isinstance(factor, float) or factor >= KEPT_UP:
        return []
    text = (
        f'this machine did not keep up: the simulator ran at {factor:.2f} of real time, so that '
        'delays, holds and lags tell of the machine; --lockstep and ./telesurgery replay need '
        'no real time'
    )
    return [text]


def _row(line: Line, value: float | None) -> tuple[object, ...]:
    met = line.is_met(value)
    mark = {True: 'yes', False: 'NO', None: '?' if line.bound else ''}[met]
    return line.label, value, line.unit, line.target(), mark
