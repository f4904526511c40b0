"""Figures and names as the report says them."""

from __future__ import annotations

import math

from telesurgery_link.channels import Direction
from telesurgery_qualify.confidence import Bounds

DIRECTIONS = {
    Direction.SURGEON_TO_PATIENT: 'surgeon to patient',
    Direction.PATIENT_TO_SURGEON: 'patient to surgeon',
}

_SPANS = ((86400.0, 'days'), (3600.0, 'hours'), (60.0, 'minutes'))


def direction_name(direction: Direction) -> str:
    """Return a direction in words."""
    return DIRECTIONS[direction]


def number(value: float) -> str:
    """Return a figure with three digits that count, or a dash for what is not known."""
    if math.isnan(value):
        return '–'
    if math.isinf(value):
        return '∞'
    if value == 0.0:
        return '0'
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f'{value:.{min(digits, 6)}f}'


def bounded(bounds: Bounds, unit: str) -> str:
    """Return an estimate with its bounds."""
    value = number(bounds.value)
    if math.isnan(bounds.low) or math.isnan(bounds.high):
        return f'{value} {unit}'
    return f'{value} {unit} [{number(bounds.low)}, {number(bounds.high)}]'


def span(seconds: float) -> str:
    """Return a length of time in the unit that suits it."""
    for length_s, name in _SPANS:
        if seconds >= 2.0 * length_s:
            return f'{seconds / length_s:.0f} {name}'
    if math.isnan(seconds):
        return '–'
    return f'{number(seconds)} s' if seconds >= 1.0 else f'{number(1000.0 * seconds)} ms'


def share_percent(share: float) -> str:
    """Return a share as percent."""
    if math.isnan(share):
        return '–'
    if share == 0.0:
        return '0 %'
    if share < 1e-4:
        return '< 0.01 %'
    if 0.995 <= share < 1.0:
        return f'{100.0 * share:.2f} %'
    return f'{number(100.0 * share)} %'
