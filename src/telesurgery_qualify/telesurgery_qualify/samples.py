"""What one end noted of the frames that came: columns of numbers, one row a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLUMNS = ('number', 'sent_ns', 'arrival_ns', 'origin_ns', 'held_ns', 'size_bytes')


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Frames in the order in which they came, ``(n, 6)`` integers; see ``COLUMNS``."""

    rows: NDArray[np.int64]

    @classmethod
    def of(cls, rows: list[tuple[int, ...]]) -> Samples:
        """Return the rows as samples."""
        return cls(np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS)))

    @classmethod
    def joined(cls, parts: list[Samples]) -> Samples:
        """Return all parts, one after the other."""
        return cls(np.concatenate([part.rows for part in parts]) if parts else cls.of([]).rows)

    def in_order(self) -> Samples:
        """Return the same frames by their arrival, those that came at once as they stood."""
        return Samples(self.rows[np.argsort(self.arrival_ns, kind='stable')])

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def number(self) -> NDArray[np.int64]:
        """The sender's count, from 0."""
        return self.rows[:, 0]

    @property
    def sent_ns(self) -> NDArray[np.int64]:
        """When it left, by the sender's clock [ns]."""
        return self.rows[:, 1]

    @property
    def arrival_ns(self) -> NDArray[np.int64]:
        """When it came, by the receiver's clock [ns]."""
        return self.rows[:, 2]

    @property
    def origin_ns(self) -> NDArray[np.int64]:
        """When what it echoes left, by the receiver's clock [ns]; 0: it echoes nothing."""
        return self.rows[:, 3]

    @property
    def held_ns(self) -> NDArray[np.int64]:
        """How long the sender held what it echoes [ns]."""
        return self.rows[:, 4]

    @property
    def size_bytes(self) -> NDArray[np.int64]:
        """Bytes of the message."""
        return self.rows[:, 5]
