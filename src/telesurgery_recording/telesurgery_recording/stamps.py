"""Times of messages as they are found: out of order, doubled, missing, far off; all counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

FAR_OFF_NS = 10_000_000_000
"""A stamp that is so much further from its time of recording than its neighbours is no time."""
NEIGHBOURS = 11
"""Of so many stamps the median says what is usual; clocks that are set stay set for longer."""
CLOCKS_APART_NS = 60_000_000_000
"""Times that are further ahead of the time of day were told by a clock that was wrong."""

Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StampFacts:
    """How the stamps of a topic were found."""

    count: int
    invalid: int = 0
    """Zero or negative: CRTK's mark of invalid data."""
    far_off: int = 0
    """In the future or the past by more than a message ever travels."""
    out_of_order: int = 0
    """Earlier than one that was recorded before it."""
    doubled: int = 0
    """The same as another one."""
    ahead_s: float = 0.0
    """The usual stamp less its time of recording: another clock, or time of a simulation."""

    def words(self) -> list[str]:
        """Return what is not as it should be."""
        found = {
            'without a stamp (0)': self.invalid,
            f'with a stamp more than {FAR_OFF_NS // 10**9} s off': self.far_off,
            'out of order': self.out_of_order,
            'with a stamp that another has, too': self.doubled,
        }
        words = [f'{count} {what}' for what, count in found.items() if count]
        if abs(self.ahead_s) > FAR_OFF_NS * 1e-9:
            where = 'ahead of' if self.ahead_s > 0.0 else 'behind'
            words.append(f'they are {abs(self.ahead_s):.0f} s {where} the times of recording')
        return words


def usable(stamp_ns: Times, received_ns: Times) -> tuple[NDArray[np.bool_], StampFacts]:
    """Return which stamps ``(n,)`` are times at all, and how all of them were found.

    ``received_ns`` ``(n,)`` are their times of recording, in the order of recording.
    """
    valid = stamp_ns > 0
    far = np.zeros(len(stamp_ns), dtype=bool)
    ahead_s = 0.0
    if valid.any():
        ahead = (stamp_ns - received_ns)[valid].astype(float)
        around = np.pad(ahead, NEIGHBOURS // 2, mode='reflect' if len(ahead) > 5 else 'edge')
        usual = np.median(sliding_window_view(around, NEIGHBOURS), axis=1)
        far[valid] = np.abs(ahead - usual) > FAR_OFF_NS
        ahead_s = float(np.median(ahead)) * 1e-9
    kept = valid & ~far
    good = stamp_ns[kept]
    earlier = np.maximum.accumulate(good)[:-1] if len(good) else good
    facts = StampFacts(
        count=len(stamp_ns),
        invalid=int(np.count_nonzero(~valid)),
        far_off=int(np.count_nonzero(far)),
        out_of_order=int(np.count_nonzero(good[1:] < earlier)),
        doubled=len(good) - len(np.unique(good)),
        ahead_s=ahead_s,
    )
    return kept, facts


def in_the_future(span_ns: tuple[int, int] | None, now_ns: int) -> list[str]:
    """Return a sentence for a recording that ends later than ``now_ns`` [ns]; else nothing.

    What is between its messages is as good as that of any other: only the dates are wrong.
    """
    if span_ns is None or span_ns[1] <= now_ns + CLOCKS_APART_NS:
        return []
    ends, now = (
        datetime.fromtimestamp(time_ns * 1e-9, tz=timezone.utc) for time_ns in (span_ns[1], now_ns)
    )
    when = f'{ends:%Y-%m-%d %H:%M:%S} UTC, and it is {now:%Y-%m-%d %H:%M:%S}'
    return [f'it ends in the future, {when}: the clock of its machine was wrong, or this one is']
