"""Results of runs in a folder: one file a run, written whole or not at all."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

from telesurgery_study.errors import StudyError
from telesurgery_study.grid import Run
from telesurgery_virtual.intent import Outcome

Row = dict[str, object]
RUNS = 'runs'


class Results:
    """The finished runs of studies; several studies may share a folder."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; StudyError when it cannot be made."""
        self._folder = folder / RUNS
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def has(self, run: Run) -> bool:
        """Return whether a run is finished."""
        return self._path(run).is_file()

    def put(self, run: Run, outcome: Outcome) -> None:
        """Keep the outcome of a run; StudyError when it cannot be written."""
        path = self._path(run)
        text = json.dumps(row_of(run, outcome), allow_nan=False)
        try:
            unfinished = path.with_suffix('.part')
            unfinished.write_text(text, encoding='utf-8')
            unfinished.replace(path)
        except OSError as error:
            raise self._refused(error) from error

    def get(self, run: Run) -> Row:
        """Return the row of a finished run; StudyError when its file is damaged."""
        path = self._path(run)
        try:
            row: Row = json.loads(path.read_text(encoding='utf-8'))
        except (OSError, ValueError) as error:
            raise StudyError(
                f'result {str(path)!r} cannot be read ({error}); allowed: a file as it was '
                'written; delete it and run the study again'
            ) from error
        return row

    def _path(self, run: Run) -> Path:
        return self._folder / f'{run.key}.json'

    def _refused(self, error: OSError) -> StudyError:
        return StudyError(
            f'folder {str(self._folder)!r} cannot be written ({error.strerror}); allowed: a '
            'folder with room; give another --output'
        )


def row_of(run: Run, outcome: Outcome) -> Row:
    """Return settings and figures of a run; None where there is nothing to measure."""
    settings = {**asdict(run.experiment), 'bag': run.bag}
    figures = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in asdict(outcome).items()
    }
    return {'key': run.key, **settings, **figures}
