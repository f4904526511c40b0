"""What is asked of a link for telesurgery, and who asks it.

A limit on single delays must hold for 99 % of them; the share is chosen here, no source gives one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ALLOWED_SHARE = 0.01
"""Share of round trips that may be longer than a limit."""

CODEC_AND_DISPLAY_MS = 20.0 + 21.4
"""What coding and showing the picture took in a published series (see ``SERIES``)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a limit comes from."""

    name: str
    reference: str


ATIS = Source(
    'ATIS',
    'ATIS Next G Alliance, 6G application requirements: remote robotic laparoscopic telesurgery '
    '(6gkpi.atis.org): round trip <= 100 ms, jitter <= 5-10 ms, video >= 30 Mbit/s, control >= '
    '1 Mbit/s, availability > 99.9999 %, synchronisation <= 1 ms.',
)
Y1541 = Source(
    'ITU-T Y.1541',
    'Recommendation ITU-T Y.1541 (12/2011), Network performance objectives for IP-based services, '
    'table 1: packet loss ratio <= 0.001 in the classes for interactive services. It is made for '
    'networks in general; no published requirement for telesurgery gives a figure of its own.',
)
SURGEONS = Source(
    'surgeons',
    'Trials with surgeons at delayed consoles, summarised: up to 200 ms between hand and picture '
    'ideal, up to 300 ms judged safe by all, 400-500 ms tiring, 700 ms the limit for simple work.',
)
SERIES = Source(
    'series of 18',
    'A published series of 18 telesurgery patients over 450 to 2200 km: round trip 38.4 +- 13.3 '
    'ms, jitter 0.39 +- 0.29 ms, codec 20.0 ms, display 21.4 ms, 12.8 Mbit/s. Codec and display '
    'are added to the measured round trip where surgeons judged the time from hand to picture.',
)
HOUSE = Source(
    'this system',
    'config/safety.yaml: the arms hold when no command has come for 0.1 s.',
)
SOURCES = (ATIS, Y1541, SURGEONS, SERIES, HOUSE)


class Weight(Enum):
    """What it means when a requirement is not met."""

    ESSENTIAL = 'essential'
    """The link must not be used."""
    DESIRED = 'desired'
    """The link may be used by people who know of it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One limit."""

    key: str
    title: str
    limit: float
    unit: str
    at_most: bool
    """Whether the figure must lie below the limit, or above."""
    weight: Weight
    sources: tuple[Source, ...]

    @property
    def text(self) -> str:
        """The limit in words."""
        sign = '≤' if self.at_most else '≥'
        digits = (
            f'{self.limit:.4f}' if self.unit == '%' and self.limit > 99.0 else f'{self.limit:g}'
        )
        return f'{sign} {digits} {self.unit}'


ROUND_TRIP = Requirement('round_trip', 'Round trip', 100.0, 'ms', True, Weight.DESIRED, (ATIS,))
HAND_TO_PICTURE_IDEAL = Requirement(
    'hand_to_picture_ideal',
    'Hand to picture, ideal for surgeons',
    200.0,
    'ms',
    True,
    Weight.DESIRED,
    (SURGEONS, SERIES),
)
HAND_TO_PICTURE_SAFE = Requirement(
    'hand_to_picture_safe',
    'Hand to picture, judged safe by surgeons',
    300.0,
    'ms',
    True,
    Weight.ESSENTIAL,
    (SURGEONS, SERIES),
)
JITTER_STRICT = Requirement(
    'jitter_strict', 'Jitter, stricter limit', 5.0, 'ms', True, Weight.DESIRED, (ATIS,)
)
JITTER = Requirement('jitter', 'Jitter', 10.0, 'ms', True, Weight.DESIRED, (ATIS,))
LOSS = Requirement('loss', 'Loss', 0.1, '%', True, Weight.DESIRED, (Y1541,))
VIDEO_BANDWIDTH = Requirement(
    'video_bandwidth', 'Bandwidth for video', 30.0, 'Mbit/s', False, Weight.DESIRED, (ATIS,)
)
CONTROL_BANDWIDTH = Requirement(
    'control_bandwidth', 'Bandwidth for control', 1.0, 'Mbit/s', False, Weight.ESSENTIAL, (ATIS,)
)
AVAILABILITY = Requirement(
    'availability', 'Availability', 99.9999, '%', False, Weight.DESIRED, (ATIS, HOUSE)
)
CLOCK_SYNC = Requirement(
    'clock_sync', 'Clocks of the two ends agree', 1.0, 'ms', True, Weight.DESIRED, (ATIS,)
)

REQUIREMENTS = (
    HAND_TO_PICTURE_SAFE,
    HAND_TO_PICTURE_IDEAL,
    ROUND_TRIP,
    JITTER,
    JITTER_STRICT,
    LOSS,
    CONTROL_BANDWIDTH,
    VIDEO_BANDWIDTH,
    AVAILABILITY,
    CLOCK_SYNC,
)
"""All of them, in the order of the report."""
