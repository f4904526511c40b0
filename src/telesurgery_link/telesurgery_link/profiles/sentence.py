"""Profiles as a sentence: ``rome_beijing, then after 60 s an outage of 2 s, then ...``."""

from __future__ import annotations

import re
from typing import Any

from telesurgery_core.errors import ParameterError

_THEN = re.compile(r'\s*,\s*then\s+')
_AFTER = re.compile(r'after\s+(\d+(?:\.\d+)?)\s*s\s+(.+)')
_OUTAGE = re.compile(r'an outage of\s+(\d+(?:\.\d+)?)\s*s')


def is_sentence(text: str) -> bool:
    """Return whether a text is meant as a sentence rather than as a name."""
    return _THEN.search(text) is not None


def parse_sentence(text: str) -> dict[str, Any]:
    """Return the profile that a sentence stands for, as a mapping with ``extends`` and a schedule.

    Times are counted from what comes before: from the beginning of a profile, from the end of an
    outage. ParameterError for a part that is not understood.
    """
    first, *parts = _THEN.split(text.strip())
    schedule: list[dict[str, Any]] = []
    at_s = 0.0
    for part in parts:
        after = _AFTER.fullmatch(part)
        if after is None:
            raise ParameterError(
                f'profile has {part!r} after "then"; allowed: "after 60 s an outage of 2 s" or '
                '"after 60 s NAME"; correct it'
            )
        at_s += float(after[1])
        outage = _OUTAGE.fullmatch(after[2])
        if outage is not None:
            schedule.append({'at_s': at_s, 'outage_s': float(outage[1])})
            at_s += float(outage[1])
        else:
            schedule.append({'at_s': at_s, 'profile': after[2]})
    return {'extends': first, 'description': text, 'schedule': schedule}
