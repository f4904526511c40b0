"""The results of a study as a table: Parquet, one row a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from telesurgery_study.errors import StudyError
from telesurgery_study.results import Row
from telesurgery_virtual.experiment import Experiment
from telesurgery_virtual.intent import Outcome

TABLE = 'results.parquet'
_TYPES = {'str': pa.string(), 'float': pa.float64(), 'int': pa.int64(), 'bool': pa.bool_()}


def schema() -> pa.Schema:
    """Return the columns: key, settings, figures; units are in the names."""
    described = [*fields(Experiment), *fields(Outcome)]
    columns = [(field.name, _TYPES[str(field.type)]) for field in described]
    return pa.schema([('key', pa.string()), *columns])


def write_table(rows: Sequence[Row], folder: Path) -> Path:
    """Write the rows of finished runs into ``folder``; return the file. StudyError if it cannot.

    The same rows give the same bytes.
    """
    path = folder / TABLE
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema())
    unfinished = path.with_suffix('.part')
    try:
        pq.write_table(table, unfinished, compression='zstd')
        unfinished.replace(path)
    except OSError as error:
        raise StudyError(
            f'table {str(path)!r} cannot be written ({error}); allowed: a folder with room; '
            'give another --output'
        ) from error
    return path
