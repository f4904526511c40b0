"""The review as one HTML file that needs nothing beside it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timezone

import jinja2
import matplotlib as mpl
from matplotlib.figure import Figure

from telesurgery_report.review.decisions import Decision
from telesurgery_report.review.holds import Hold, reasons_of
from telesurgery_report.review.lines import Number, numbers_of
from telesurgery_report.review.picture import Picture
from telesurgery_report.review.pictures import pair_titles, pictures_of
from telesurgery_report.review.review import Review
from telesurgery_report.review.verdict import Grade
from telesurgery_report.session import NS_PER_S

CLASSES = {
    Grade.GOOD: 'good',
    Grade.RESERVED: 'reserved',
    Grade.BAD: 'bad',
    Grade.OPEN: 'open',
}
HEADLINES = (
    ('followed_s', 'with an arm that followed'),
    ('holds_count', 'holds'),
    ('total_p50_ms', 'from hand to robot, median'),
    ('round_trip_p50_ms', 'round trip of the link, median'),
    ('loss_percent', 'of the frames lost'),
    ('PSM1_rms_mm', 'PSM1 beside its path, RMS'),
)
"""The numbers of the first page."""
MOST_HOLDS = 20


def page(reviews: Sequence[Review], pictures: Sequence[Sequence[Picture]]) -> str:
    """Return the page of one session, or of two side by side."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader('telesurgery_report.review'),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template('review.html.j2').render(
        reviews=reviews,
        said_of=said_of,
        classes=CLASSES,
        headlines=[headlines(review) for review in reviews],
        tables=table([numbers_of(review) for review in reviews]),
        pictures=[
            (title, [_shown(title, own) for own in pictures]) for title in pair_titles(pictures)
        ],
        holds=[_holds(review) for review in reviews],
        reasons=[reasons_of(review.holds) for review in reviews],
        most_holds=MOST_HOLDS,
        decisions=[_decisions(review) for review in reviews],
    )


def draw(reviews: Sequence[Review]) -> list[list[Picture]]:
    """Draw the pictures of every review."""
    return [pictures_of(review) for review in reviews]


def said_of(review: Review) -> str:
    """Return which session it is, when it began by the clock of its bags, how long it was."""
    evidence = review.evidence
    began = datetime.fromtimestamp(evidence.session.start_ns / NS_PER_S, tz=timezone.utc)
    known = evidence.summary
    return (
        f'Session {review.name}, {began:%Y-%m-%d %H:%M} UTC, {review.measured.seconds:.0f} s, '
        f'link {known["link"] or "not known"}, simulator {known["simulator"] or "not known"}'
    )


def headlines(review: Review) -> list[tuple[str, str]]:
    """Return the numbers of the first page with what they are; those that were measured."""
    known = {number.key: number for number in numbers_of(review)}
    return [
        (known[key].in_words(), text)
        for key, text in HEADLINES
        if key in known and known[key].in_words() != '–'
    ]


def table(
    columns: Sequence[Sequence[Number]],
) -> list[tuple[str, list[tuple[str, list[Number | None]]]]]:
    """Return sections of rows: what a number is, and it in every session, None where it lacks."""
    by_key = [{number.key: number for number in column} for column in columns]
    rows: dict[str, dict[str, str]] = {}
    for column in columns:
        for number in column:
            rows.setdefault(number.section, {})[number.key] = number.text
    return [
        (section, [(text, [known.get(key) for known in by_key]) for key, text in keys.items()])
        for section, keys in rows.items()
    ]


def _holds(review: Review) -> list[tuple[str, Hold]]:
    start = review.evidence.session.start_ns
    return [(f'{(hold.start_ns - start) / NS_PER_S:.2f} s', hold) for hold in review.holds]


def _decisions(review: Review) -> list[tuple[str, Decision]]:
    start = review.evidence.session.start_ns
    return [(f'{(d.at_ns - start) / NS_PER_S:.2f} s', d) for d in review.decisions]


def _shown(title: str, pictures: Sequence[Picture]) -> tuple[str, str] | None:
    """Return note and drawing of a picture, or None where a session has none such."""
    found = next((picture for picture in pictures if picture.title == title), None)
    return None if found is None else (found.note, _svg(found.figure))


def _svg(figure: Figure) -> str:
    """Return the picture as an SVG element; its text stays text."""
    buffer = io.StringIO()
    with mpl.rc_context({'svg.fonttype': 'none', 'svg.hashsalt': 'telesurgery'}):
        figure.savefig(buffer, format='svg', metadata={'Date': None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index('<svg') :]
