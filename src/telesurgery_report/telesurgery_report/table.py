"""The short table that a session ends with."""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_report.targets import LINES, Line
from telesurgery_report.text_table import text_table

HEADER = ('figure', 'measured', 'unit', 'target', 'met')


def session_table(summary: Mapping[str, object]) -> str:
    """Return the figures of a summary with the target beside each, and why any is missing."""
    rows = [_row(line, line.value(summary)) for line in LINES]
    reasons = summary.get('missing')
    missing = reasons if isinstance(reasons, Mapping) else {}
    shown = {line.path[0] for line in LINES}
    said = [f'not measured: {key}: {missing[key]}' for key in missing if key in shown]
    return '\n'.join([text_table(HEADER, rows), *said])


def _row(line: Line, value: float | None) -> tuple[object, ...]:
    met = line.is_met(value)
    mark = {True: 'yes', False: 'NO', None: '?' if line.bound else ''}[met]
    return line.label, value, line.unit, line.target(), mark
