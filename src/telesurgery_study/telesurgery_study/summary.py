"""What a study found: figures of every cell of its grid, and a few sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from telesurgery_study.results import Row

FIGURES = (
    'error_mm',
    'aligned_error_mm',
    'lag_ms',
    'completion_ratio',
    'hold_s',
    'delay_p50_ms',
    'jitter_ms',
    'loss_ratio',
)
COMPLETE = 0.95
"""A run that followed less of the intended way than this is not complete.

Until an arm follows for the first time some tenths of a second pass on any link: in a run of a few
seconds these are some per cent of the way.
"""

WAY = f'{100 * COMPLETE:.0f} %'


@dataclass(frozen=True, slots=True)
class Cell:
    """The runs of one link, filter and scale, over recordings, parts and seeds."""

    link: str
    filter: str
    scale: float
    runs: int
    mean: dict[str, float]
    """By figure; NaN where no run has it."""
    spread: dict[str, float]
    """Standard deviation over the runs; NaN for fewer than two."""
    counts: dict[str, int]
    """How many runs have the figure."""
    complete: int
    """Runs in which the arms followed at least 95 % of the intended way."""


def cells_of(rows: Sequence[Row]) -> list[Cell]:
    """Return the cells of a study, in the order of its links, filters and scales."""
    groups: dict[tuple[str, str, float], list[Row]] = {}
    for row in rows:
        name = (str(row['link']), str(row['filter']), float(str(row['scale'])))
        groups.setdefault(name, []).append(row)
    return [_cell(*name, group) for name, group in groups.items()]


def findings_of(cells: Sequence[Cell]) -> list[str]:
    """Return what stands out, each in a sentence with its numbers."""
    return [
        sentence
        for sentence in (
            _of_completion(cells),
            _of_holds(cells),
            _of_filters(cells),
            _of_scales(cells),
        )
        if sentence
    ]


def numbers(rows: Iterable[Row], figure: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a figure of every row ``(n,)``; NaN where a row has none."""
    values = [row.get(figure) for row in rows]
    return np.array([np.nan if v is None else float(str(v)) for v in values], dtype=float)


def _cell(link: str, name: str, scale: float, rows: Sequence[Row]) -> Cell:
    known = {figure: numbers(rows, figure) for figure in FIGURES}
    known = {figure: values[np.isfinite(values)] for figure, values in known.items()}
    return Cell(
        link,
        name,
        scale,
        len(rows),
        {f: float(v.mean()) if v.size else float('nan') for f, v in known.items()},
        {f: float(v.std(ddof=1)) if v.size > 1 else float('nan') for f, v in known.items()},
        {f: int(v.size) for f, v in known.items()},
        int((known['completion_ratio'] >= COMPLETE).sum()),
    )


def _of_completion(cells: Sequence[Cell]) -> str:
    by_link: dict[str, list[Cell]] = {}
    for cell in cells:
        by_link.setdefault(cell.link, []).append(cell)
    shares = {
        link: sum(cell.complete for cell in own) / sum(cell.runs for cell in own)
        for link, own in by_link.items()
    }
    bad = sorted((share, link) for link, share in shares.items() if share < 1.0)
    total = sum(cell.runs for cell in cells)
    if not bad:
        return f'The arms followed at least {WAY} of the intended way in all {total} runs.'
    named = ', '.join(f'{link} ({100 * share:.0f} % of its runs)' for share, link in bad[:4])
    more = f' and {len(bad) - 4} more links' if len(bad) > 4 else ''
    good = len(shares) - len(bad)
    others = 'no link completed all of its runs'
    if good:
        others = f'the other {good} of {len(shares)} links completed all of theirs'
    what = f'Not every run was complete ({WAY} of the intended way followed)'
    return f'{what}: {named}{more}; {others}.'


def _of_holds(cells: Sequence[Cell]) -> str:
    """Return where arms stood; what hands do meanwhile is no part of the intended way."""
    by_link: dict[str, list[float]] = {}
    for cell in cells:
        by_link.setdefault(cell.link, []).append(cell.mean['hold_s'])
    held = sorted(((float(np.nanmean(v)), link) for link, v in by_link.items()), reverse=True)
    named = [f'{link} ({seconds:.2f} s a run)' for seconds, link in held if seconds > 0.0]
    if not named:
        return 'No arm was put on hold.'
    more = f' and {len(named) - 4} more links' if len(named) > 4 else ''
    return f'Arms were put on hold with {", ".join(named[:4])}{more}.'


def _of_filters(cells: Sequence[Cell]) -> str:
    errors: dict[str, list[float]] = {}
    for cell in cells:
        if np.isfinite(cell.mean['aligned_error_mm']):
            errors.setdefault(cell.filter, []).append(cell.mean['aligned_error_mm'])
    if len(errors) < 2:
        return ''
    means = sorted((float(np.mean(values)), name) for name, values in errors.items())
    (best, name), (worst, other) = means[0], means[-1]
    return (
        f'With the lag taken out, the filter {name} came closest to what was meant: '
        f'{best:.3f} mm RMS, {other} {worst:.3f} mm (means over {len(errors[name])} cells).'
    )


def _of_scales(cells: Sequence[Cell]) -> str:
    errors: dict[float, list[float]] = {}
    for cell in cells:
        if np.isfinite(cell.mean['error_mm']):
            errors.setdefault(cell.scale, []).append(cell.mean['error_mm'])
    if len(errors) < 2:
        return ''
    low, high = min(errors), max(errors)
    return (
        f'At scale {low:g} the tips were {float(np.mean(errors[low])):.2f} mm RMS from where the '
        f'hands were at that moment, at scale {high:g} {float(np.mean(errors[high])):.2f} mm.'
    )
