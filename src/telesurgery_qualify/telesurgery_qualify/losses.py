"""How many datagrams a direction lost, in how many bursts, and what that allows to say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from telesurgery_qualify.confidence import Bounds, event_bounds
from telesurgery_qualify.evidence import DirectionEvidence
from telesurgery_qualify.load import Kind
from telesurgery_qualify.samples import Samples


@dataclass(frozen=True, slots=True)
class Loss:
    """Losses of one direction."""

    expected: int
    lost: int
    bursts: int
    longest_burst: int

    @property
    def ratio(self) -> Bounds:
        """Share lost, 0..1.

        Losses come in bursts, and it is the bursts that are taken as independent: the bounds are
        those of their number, times their mean length.
        """
        if self.expected <= 0:
            return Bounds(math.nan, math.nan, math.nan)
        number = self.bursts or self.lost
        length = self.lost / number if number else 1.0
        bursts = event_bounds(number)
        return Bounds(
            self.lost / self.expected,
            bursts.low * length / self.expected,
            min(1.0, bursts.high * length / self.expected),
        )


def control_loss(evidence: DirectionEvidence) -> Loss:
    """Return the control frames that did not come, or came after a newer one."""
    told = None if evidence.sent is None else evidence.sent.frames[Kind.CONTROL]
    return _loss(evidence.control, told)


def picture_loss(evidence: DirectionEvidence) -> Loss:
    """Return the pictures of which a part did not come in time."""
    told = None if evidence.sent is None else evidence.sent.frames[Kind.VIDEO]
    return _loss(evidence.video, told)


def datagram_loss(evidence: DirectionEvidence) -> Loss | None:
    """Return the losses of all datagrams, as the session counted them; None: it never said."""
    if not evidence.readings:
        return None
    last = evidence.readings[-1]
    expected = last.datagrams_received + last.datagrams_lost
    return Loss(expected, last.datagrams_lost, last.loss_bursts, 0)


def _loss(samples: Samples, told: int | None) -> Loss:
    numbers = np.sort(samples.number)
    highest = int(numbers[-1]) + 1 if len(numbers) else 0
    expected = highest if told is None else max(told, highest)
    missing = np.diff(np.concatenate([[-1], numbers, [expected]])) - 1
    missing = missing[missing > 0]
    return Loss(
        expected,
        int(missing.sum()),
        len(missing),
        int(missing.max()) if len(missing) else 0,
    )
