"""What a session has to reach: the figures that the project has set itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Bound(Enum):
    """On which side of its limit a figure has to be."""

    AT_LEAST = '>='
    AT_MOST = '<='


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the short table: a figure of the summary, and its target if it has one."""

    label: str
    path: tuple[str, ...]
    """Keys into the summary."""
    unit: str = ''
    bound: Bound | None = None
    limit: float = 0.0

    def value(self, summary: Mapping[str, object]) -> float | None:
        """Return the figure, or None where it could not be measured."""
        found: object = summary
        for key in self.path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return float(found) if isinstance(found, (int, float)) else None

    def target(self) -> str:
        """Return the target in words; empty for a figure that has none."""
        return f'{self.bound.value} {self.limit:g} {self.unit}'.rstrip() if self.bound else ''

    def is_met(self, value: float | None) -> bool | None:
        """Return whether the target is met; None without a target or a value."""
        if value is None or self.bound is None:
            return None
        return value >= self.limit if self.bound is Bound.AT_LEAST else value <= self.limit


LINES = (
    Line(
        "Gazebo's real-time factor, median", ('real_time_factor_median',), '', Bound.AT_LEAST, 0.95
    ),
    Line('Endoscope, frame rate', ('endoscope_hz',), 'Hz', Bound.AT_LEAST, 10.0),
    Line('Endoscope, lines a frame', ('endoscope_height_px',), 'px', Bound.AT_LEAST, 480.0),
    Line('Software latency, median', ('software_latency_ms', 'median'), 'ms', Bound.AT_MOST, 5.0),
    Line('Software latency, 99 %', ('software_latency_ms', 'p99'), 'ms', Bound.AT_MOST, 15.0),
    Line('  bare relays beside it, median', ('relay_latency_ms', 'median'), 'ms'),
    Line('  bare relays beside it, 99 %', ('relay_latency_ms', 'p99'), 'ms'),
    Line('Delay injected, one way', ('injected_delay_ms',), 'ms'),
    Line('Tip of PSM1 behind its setpoint', ('tip_lag_ms',), 'ms', Bound.AT_MOST, 30.0),
    Line('Tip of PSM1, error after aligning', ('tip_rms_mm',), 'mm RMS', Bound.AT_MOST, 0.5),
    Line('Shafts off their ports, largest', ('rcm_max_mm',), 'mm', Bound.AT_MOST, 1.0),
    Line('Frames sent', ('frames_sent',)),
    Line('Frames lost', ('frames_lost',)),
    Line('Holds', ('holds',)),
)
"""The table of a session, top to bottom."""


def limit_of(*path: str) -> float:
    """Return the limit of the target at ``path``; KeyError for a figure without one."""
    for line in LINES:
        if line.path == path and line.bound:
            return line.limit
    raise KeyError(path)
