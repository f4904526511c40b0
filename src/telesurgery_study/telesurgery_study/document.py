"""The report of a study: one HTML file that needs nothing beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import jinja2

from telesurgery_study import figures
from telesurgery_study.description import StudyDescription
from telesurgery_study.errors import StudyError
from telesurgery_study.results import Row
from telesurgery_study.summary import cells_of, findings_of

PAGE = 'report.html'


def write_report(
    name: str,
    study: StudyDescription,
    rows: Sequence[Row],
    failed: Sequence[tuple[str, str]],
    folder: Path,
) -> Path:
    """Write ``report.html`` of finished runs into ``folder``; return it.

    ``failed``: runs that had no outcome, in words, with the reason. StudyError when it cannot be
    written or no run is finished.
    """
    if not rows:
        reasons = sorted({reason for _, reason in failed})
        raise StudyError(
            f'no run of study {name!r} has an outcome ({"; ".join(reasons) or "none was run"}); '
            'allowed: at least one; put right what the reasons say'
        )
    cells = cells_of(rows)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader('telesurgery_study'),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters['figure'] = _figure
    text = environment.get_template('study.html.j2').render(
        name=name,
        study=study,
        runs=len(rows),
        cells=cells,
        findings=findings_of(cells),
        failed=failed,
        seconds=sum(float(str(row['length_s'])) for row in rows),
        pictures={effect: figures.against_causes(rows, effect) for effect in figures.EFFECTS},
        links={effect: figures.by_link(rows, effect) for effect in ('error_mm', 'hold_s')},
        titles={effect: label for effect, (label, _) in figures.EFFECTS.items()},
    )
    path = folder / PAGE
    try:
        path.write_text(text, encoding='utf-8')
    except OSError as error:
        raise StudyError(
            f'report {str(path)!r} cannot be written ({error.strerror}); allowed: a folder with '
            'room; give another --output'
        ) from error
    return path


def _figure(value: float, digits: int = 3) -> str:
    """Return a number as a person reads it; a dash for what is not there."""
    return f'{value:.{digits}f}' if math.isfinite(value) else '–'
