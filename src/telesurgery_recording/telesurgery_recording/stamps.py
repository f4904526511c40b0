"""Times of messages as they are found: out of order, doubled, missing, far off; all counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

FAR_OFF_NS = 10_000_000_000
"""A stamp that is so much further from its time of recording than its neighbours is no time."""
NEIGHBOURS = 11
"""Of so many stamps the median says what is usual; clocks that are set stay set for longer."""

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

    def words(self) -> list[str]:
        """Return what is not as it should be."""
        found = {
            'without a stamp (0)': self.invalid,
            f'with a stamp more than {FAR_OFF_NS // 10**9} s off': self.far_off,
            'out of order': self.out_of_order,
            'with a stamp that another has, too': self.doubled,
        }
        return [f'{count} {what}' for what, count in found.items() if count]


def usable(stamp_ns: Times, received_ns: Times) -> tuple[NDArray[np.bool_], StampFacts]:
    """Return which stamps ``(n,)`` are times at all, and how all of them were found.

    ``received_ns`` ``(n,)`` are their times of recording, in the order of recording.
    """
    valid = stamp_ns > 0
    far = np.zeros(len(stamp_ns), dtype=bool)
    if valid.any():
        ahead = (stamp_ns - received_ns)[valid].astype(float)
        around = np.pad(ahead, NEIGHBOURS // 2, mode='reflect' if len(ahead) > 5 else 'edge')
        usual = np.median(sliding_window_view(around, NEIGHBOURS), axis=1)
        far[valid] = np.abs(ahead - usual) > FAR_OFF_NS
    kept = valid & ~far
    good = stamp_ns[kept]
    earlier = np.maximum.accumulate(good)[:-1] if len(good) else good
    facts = StampFacts(
        count=len(stamp_ns),
        invalid=int(np.count_nonzero(~valid)),
        far_off=int(np.count_nonzero(far)),
        out_of_order=int(np.count_nonzero(good[1:] < earlier)),
        doubled=len(good) - len(np.unique(good)),
    )
    return kept, facts
