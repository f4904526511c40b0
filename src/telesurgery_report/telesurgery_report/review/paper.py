"""The review as a PDF: a first page with the verdict, then pictures and numbers; all vectors."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from telesurgery_report.review.document import headlines, said_of, table
from telesurgery_report.review.lines import numbers_of
from telesurgery_report.review.picture import Picture
from telesurgery_report.review.review import Review
from telesurgery_report.review.verdict import Grade
from telesurgery_report.style import MUTED

A4_IN = (8.27, 11.69)
INK = '#1f2937'
COLOURS = {
    Grade.GOOD: '#0b6e4f',
    Grade.RESERVED: '#8a5a00',
    Grade.BAD: '#a61b1b',
    Grade.OPEN: '#4b5563',
}
MARGIN = 0.07
"""Of the page's width and height."""
ROWS_A_PAGE = 58
MOST_GAPS = 4
"""So many lines of the first page say what the recordings lack."""
LINE = 0.0185
"""Height of a line of text, of the page's."""


def write_pdf(
    reviews: Sequence[Review], pictures: Sequence[Sequence[Picture]], path: Path
) -> None:
    """Write the PDF of one session, or of two one after the other with their numbers together.

    The pictures' figures are scaled to the page: they are used up.
    """
    metadata = {
        'Title': 'Session report: ' + ', '.join(review.name for review in reviews),
        'Creator': 'telesurgery report',
        'CreationDate': datetime(2000, 1, 1),
    }
    # Type 42 keeps text as text that can be searched.
    with mpl.rc_context({'pdf.fonttype': 42}), PdfPages(path, metadata=metadata) as pages:
        for review in reviews:
            pages.savefig(_first_page(review))
        for review, own in zip(reviews, pictures, strict=True):
            for picture in own:
                pages.savefig(_picture_page(review, picture))
        for figure in _number_pages(reviews):
            pages.savefig(figure)


def _first_page(review: Review) -> Figure:
    figure = Figure(figsize=A4_IN)
    y = _text(figure, 0.955, said_of(review), size=9, colour=MUTED)
    colour = COLOURS[review.verdict.grade]
    reasons = [_wrapped(reason, 82) for reason in review.verdict.reasons]
    height = 0.075 + LINE * sum(len(lines) + 0.45 for lines in reasons)
    figure.add_artist(
        FancyBboxPatch(
            (MARGIN, y - height),
            1.0 - 2.0 * MARGIN,
            height,
            boxstyle='round,pad=0.0,rounding_size=0.012',
            facecolor=colour,
            edgecolor='none',
            transform=figure.transFigure,
        )
    )
    y -= 0.042
    figure.text(
        MARGIN + 0.03, y, review.verdict.grade.value, fontsize=21, color='white', fontweight='bold'
    )
    y -= 0.03
    for lines in reasons:
        for line in lines:
            figure.text(MARGIN + 0.03, y, line, fontsize=10.5, color='white')
            y -= LINE
        y -= 0.45 * LINE
    y -= 0.045
    for index, (value, text) in enumerate(headlines(review)):
        column, row = index % 3, index // 3
        x = MARGIN + column * (1.0 - 2.0 * MARGIN) / 3.0
        figure.text(x, y - 0.065 * row, value, fontsize=16, fontweight='bold', color=INK)
        figure.text(x, y - 0.065 * row - 0.02, text, fontsize=9, color=MUTED)
    y -= 0.065 * ((len(headlines(review)) + 2) // 3) + 0.01
    y = _heading(figure, y, 'What the network would have needed')
    for need in review.needs:
        y = _paragraph(figure, y, need)
    if review.evidence.gaps:
        y = _heading(figure, y - 0.5 * LINE, 'What the recordings lack')
        for gap in review.evidence.gaps[:MOST_GAPS]:
            y = _paragraph(figure, y, gap)
        if len(review.evidence.gaps) > MOST_GAPS:
            y = _paragraph(figure, y, f'and {len(review.evidence.gaps) - MOST_GAPS} more')
    y = _heading(figure, y - 0.5 * LINE, 'Holds')
    if not review.holds:
        y = _paragraph(figure, y, 'No arm was put on hold.')
    start = review.evidence.session.start_ns
    for hold in review.holds[:8]:
        at = (hold.start_ns - start) / 1e9
        y = _paragraph(
            figure, y, f'{at:.2f} s: {hold.arm} for {hold.seconds:.2f} s: {hold.reason}'
        )
    if len(review.holds) > 8:
        y = _paragraph(figure, y, f'and {len(review.holds) - 8} more')
    if review.holders or review.decisions:
        _decisions(figure, y - 0.5 * LINE, review)
    return figure


def _decisions(figure: Figure, y: float, review: Review) -> None:
    """Say who decided what, as far as the page has room."""
    y = _heading(figure, y, 'Who decided what')
    if review.holders:
        y = _paragraph(figure, y, review.holders)
    start = review.evidence.session.start_ns
    for count, decision in enumerate(review.decisions):
        if y < MARGIN:
            left = len(review.decisions) - count
            _paragraph(figure, y, f'and {left} more, all of them in the page (HTML)')
            return
        at = (decision.at_ns - start) / 1e9
        y = _paragraph(
            figure,
            y,
            f'{at:.2f} s: {decision.who}: {decision.what} ({decision.of}): {decision.why}',
        )


def _picture_page(review: Review, picture: Picture) -> Figure:
    """Return the picture's own figure with its title and note above it."""
    figure = picture.figure
    width, height = figure.get_size_inches()
    above = 0.75
    figure.set_size_inches(width, height + above)
    figure.set_layout_engine('constrained', rect=(0.0, 0.0, 1.0, height / (height + above)))
    top = 1.0 - 0.22 / (height + above)
    figure.text(0.012, top, picture.title, fontsize=12.5, fontweight='bold', color=INK, va='top')
    figure.text(0.988, top, review.name, fontsize=9, color=MUTED, ha='right', va='top')
    note = '\n'.join(_wrapped(picture.note, 140))
    figure.text(0.012, top - 0.24 / (height + above), note, fontsize=8.5, color=MUTED, va='top')
    return figure


def _number_pages(reviews: Sequence[Review]) -> Iterator[Figure]:
    """Yield pages with the table of numbers."""
    rows: list[tuple[str, list[tuple[str, str]] | None]] = []
    for section, own in table([numbers_of(review) for review in reviews]):
        rows.append((section, None))
        for text, numbers in own:
            found = [
                ('–', '')
                if number is None
                else (number.in_words(), '' if number.count is None else f'n = {number.count}')
                for number in numbers
            ]
            rows.append((text, found))
    width = 0.46 / len(reviews)
    for first in range(0, len(rows), ROWS_A_PAGE):
        figure = Figure(figsize=A4_IN)
        y = _heading(figure, 0.955, 'Numbers')
        for index, review in enumerate(reviews):
            if len(reviews) > 1:
                x = 0.47 + (index + 0.62) * width
                figure.text(x, y + 0.012, review.name, fontsize=8, color=MUTED, ha='right')
        for text, cells in rows[first : first + ROWS_A_PAGE]:
            y -= 0.0145
            if cells is None:
                figure.text(MARGIN, y, text, fontsize=8.5, fontweight='bold', color=MUTED)
                continue
            figure.text(MARGIN, y, text, fontsize=8.5, color=INK)
            for index, (value, count) in enumerate(cells):
                x = 0.47 + (index + 0.62) * width
                figure.text(x, y, value, fontsize=8.5, color=INK, ha='right')
                figure.text(x + 0.008, y, count, fontsize=6.5, color=MUTED)
        yield figure


def _heading(figure: Figure, y: float, text: str) -> float:
    figure.text(MARGIN, y, text, fontsize=12, fontweight='bold', color=INK)
    return y - 1.35 * LINE


def _paragraph(figure: Figure, y: float, text: str) -> float:
    return _text(figure, y, text, size=9.5, colour=INK) - 0.25 * LINE


def _text(figure: Figure, y: float, text: str, *, size: float, colour: str) -> float:
    for line in _wrapped(text, round(950 / size)):
        figure.text(MARGIN, y, line, fontsize=size, color=colour)
        y -= LINE * size / 10.5
    return y


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or ['']
