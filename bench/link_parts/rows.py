"""The rows of the table."""

from __future__ import annotations

from collections.abc import Sequence

import harness

LATE_US = 2_000.0
"""A control frame that comes later than this is late."""


def row(
    what: str, times_us: Sequence[float], lost: int | None = None, cpu_us: float | None = None
) -> dict[str, object]:
    """Return one: how late frames were, how many never came, what each cost."""
    late = sum(time > LATE_US for time in times_us) / len(times_us) if times_us else None
    return {
        'what': what,
        **harness.distribution('late', times_us, 'us'),
        'beyond_2_ms_ratio': None if late is None else round(late, 5),
        'processor_per_frame_us': None if cpu_us is None else round(cpu_us, 1),
        'lost_count': lost,
    }
