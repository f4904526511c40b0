"""The report as one HTML page that needs nothing else: pictures and style stand in it."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from telesurgery_qualify import pictures, words
from telesurgery_qualify.confidence import CONFIDENCE
from telesurgery_qualify.finding import Finding, Status
from telesurgery_qualify.interruptions import LIMIT_MS
from telesurgery_qualify.measurement import Measurement
from telesurgery_qualify.requirements import ALLOWED_SHARE, SOURCES
from telesurgery_qualify.verdict import Grade, Verdict

TEMPLATE = 'report.html.j2'

SIGNS = {Status.PASS: '✓', Status.FAIL: '✗', Status.UNDECIDED: '?'}
CLASSES = {Status.PASS: 'pass', Status.FAIL: 'fail', Status.UNDECIDED: 'open'}
GRADE_CLASSES = {
    Grade.SUITABLE: 'pass',
    Grade.RESERVED: 'reserved',
    Grade.UNSUITABLE: 'fail',
    Grade.INCONCLUSIVE: 'open',
}


def document(measurement: Measurement, findings: Sequence[Finding], verdict: Verdict) -> str:
    """Return the page."""
    environment = Environment(
        loader=PackageLoader('telesurgery_qualify', 'templates'),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        measurement=measurement,
        evidence=measurement.evidence,
        plan=measurement.evidence.plan,
        findings=findings,
        verdict=verdict,
        grade_class=GRADE_CLASSES[verdict.grade],
        signs=SIGNS,
        classes=CLASSES,
        sources=SOURCES,
        words=words,
        confidence=CONFIDENCE,
        allowed_share=ALLOWED_SHARE,
        interruption_ms=LIMIT_MS,
        has_round_trips=len(measurement.round_trips.ms) > 0,
        quantiles=measurement.round_trips.quantiles(),
        # Drawn here from figures only: nothing in them comes from the other end as text.
        over_time=Markup(pictures.round_trip_over_time(measurement)),
        tail=Markup(pictures.round_trip_tail(measurement)),
        spread=Markup(pictures.spread(measurement)),
        video=Markup(pictures.video_over_time(measurement)),
    )
