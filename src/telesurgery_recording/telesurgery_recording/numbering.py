"""What a subscriber has missed, by the numbers that publishers give their messages."""

from __future__ import annotations


class Numbering:
    """Watches one topic.

    With several publishers, each of which counts for itself, numbers say nothing: such a topic is
    not judged.

    Attributes:
        missed: messages whose numbers never came.
    """

    def __init__(self) -> None:
        self.missed = 0
        self.judged = True
        """False while several publish."""
        self._last = 0

    def take(self, number: int) -> None:
        """Take the number of the message that came next; 0: it has none."""
        ahead = number - self._last
        if self.judged and self._last and ahead > 1:
            self.missed += ahead - 1
        self._last = number  # a lower one is that of a new publisher, which begins anew
