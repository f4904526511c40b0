"""The review for programs: JSON, units in the names, null for what was not measured."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from telesurgery_report.review.lines import numbers_of
from telesurgery_report.review.review import Review
from telesurgery_report.session import NS_PER_S

FORMAT = 1
"""Raised when a key changes its meaning."""


def record(reviews: Sequence[Review]) -> str:
    """Return the reviews of one or more sessions as JSON."""
    document = {'format': FORMAT, 'sessions': [_session(review) for review in reviews]}
    return json.dumps(document, indent=2, allow_nan=False) + '\n'


def _session(review: Review) -> dict[str, object]:
    start = review.evidence.session.start_ns
    return {
        'name': review.name,
        'verdict': review.verdict.grade.name.lower(),
        'reasons': list(review.verdict.reasons),
        'began_ns': start,
        'network_needs': list(review.needs),
        'recordings_lack': list(review.evidence.gaps),
        'numbers': {
            number.key: {
                'value': round(number.value, 6) if math.isfinite(number.value) else None,
                'unit': number.unit,
                'count': number.count,
            }
            for number in numbers_of(review)
        },
        'holds': [
            {
                'arm': hold.arm,
                'at_s': round((hold.start_ns - start) / NS_PER_S, 3),
                'seconds': round(hold.seconds, 3),
                'reason': hold.reason,
            }
            for hold in review.holds
        ],
        'decisions': [
            {
                'at_s': round((decision.at_ns - start) / NS_PER_S, 3),
                'who': decision.who,
                'what': decision.what,
                'arms': list(decision.arms),
                'why': decision.why,
            }
            for decision in review.decisions
        ],
        'authority': [
            {'at_s': round((at - start) / NS_PER_S, 3), 'holders': dict(holders)}
            for at, holders in zip(
                review.evidence.holders.stamp_ns.tolist(),
                review.evidence.holders.holders,
                strict=True,
            )
        ],
        'summary': review.evidence.summary,
    }
