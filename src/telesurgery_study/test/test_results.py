"""Results are kept whole, become a table with the same bytes, and a report with a finding."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from dask.distributed import Client, LocalCluster

from telesurgery_study.description import Part, StudyDescription
from telesurgery_study.document import write_report
from telesurgery_study.engine import carry_out, outcomes
from telesurgery_study.errors import StudyError
from telesurgery_study.grid import Run
from telesurgery_study.results import Results, Row, row_of
from telesurgery_study.summary import cells_of, findings_of
from telesurgery_study.table import write_table
from telesurgery_virtual.experiment import Experiment
from telesurgery_virtual.intent import Outcome

GOOD = Outcome(5.0, 1000, 0.5, 0.03, 90.0, 40.0, 1.0, 2, 0, 0.0, 500, 67.0, 68.0, 0.04, 0.001)
STUDY = StudyDescription(parts=(Part('bag'),), links=('lan', 'starlink'))


def run_of(link: str = 'lan', name: str = 'none', seed: int = 1) -> Run:
    return Run(f'{link}-{name}-{seed}', 'bag', Experiment('bag', link, name, 0.2, seed))


def rows() -> list[Row]:
    found = []
    for seed in (1, 2, 3):
        found.append(row_of(run_of('lan', 'none', seed), GOOD))
        found.append(row_of(run_of('lan', 'adaptive', seed), replace(GOOD, aligned_error_mm=0.01)))
        held = replace(GOOD, completion_ratio=0.4, hold_s=2.0, holds=2, lag_ms=math.nan)
        found.append(row_of(run_of('starlink', 'none', seed), held))
    return found


def test_a_result_is_there_when_it_is_whole(tmp_path: Path) -> None:
    results, run = Results(tmp_path), run_of()
    assert not results.has(run)
    results.put(run, GOOD)
    assert results.has(run)
    row = results.get(run)
    assert row['error_mm'] == 0.5
    assert row['link'] == 'lan'
    assert [path.suffix for path in (tmp_path / 'runs').iterdir()] == ['.json']


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    results, run = Results(tmp_path), run_of()
    results.put(run, GOOD)
    (tmp_path / 'runs' / f'{run.key}.json').write_text('{"key": ')
    with pytest.raises(StudyError, match='cannot be read .*delete it'):
        results.get(run)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / 'file').write_text('in the way')
    with pytest.raises(StudyError, match='cannot be written'):
        Results(tmp_path / 'file')


def test_the_table_has_a_column_for_every_setting_and_figure(tmp_path: Path) -> None:
    table = pq.read_table(write_table(rows(), tmp_path))
    named = [field.name for field in (*fields(Experiment), *fields(Outcome))]
    assert table.column_names == ['key', *named]
    assert table.num_rows == 9
    assert table.column('lag_ms').null_count == 3
    first = (tmp_path / 'results.parquet').read_bytes()
    write_table(rows(), tmp_path)
    assert (tmp_path / 'results.parquet').read_bytes() == first


def test_what_stands_out_is_said_with_its_numbers() -> None:
    cells = cells_of(rows())
    assert [(cell.link, cell.filter, cell.runs) for cell in cells] == [
        ('lan', 'none', 3),
        ('lan', 'adaptive', 3),
        ('starlink', 'none', 3),
    ]
    assert cells[2].counts['lag_ms'] == 0
    completion, holds, filters = findings_of(cells)
    assert 'starlink (0 % of its runs); the other 1 of 2 links completed all' in completion
    assert holds == 'Arms were put on hold with starlink (2.00 s a run).'
    assert 'the filter adaptive came closest to what was meant: 0.010 mm' in filters


def test_where_no_link_completed_its_runs_no_others_are_spoken_of() -> None:
    held = [row for row in rows() if row['link'] == 'starlink']
    assert findings_of(cells_of(held))[0].endswith(
        'starlink (0 % of its runs); no link completed all of its runs.'
    )


def test_the_report_shows_every_cell_and_needs_nothing_beside_it(tmp_path: Path) -> None:
    failed = [('bag, link none', 'the arms were not ready')]
    page = write_report('example', STUDY, rows(), failed, tmp_path).read_text()
    assert page.count('<svg') == 6
    assert '1 runs have no outcome' in page
    assert '0 of 3' in page
    assert '40.0' in page


def test_a_study_without_an_outcome_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match='no run of study .* has an outcome .*not ready'):
        write_report('example', STUDY, [], [('a run', 'not ready')], tmp_path)


@pytest.fixture
def client() -> Iterator[Client]:
    """An engine in this process: what is tested is not how Dask starts others."""
    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address='127.0.0.1:0'
    )
    with cluster, Client(cluster) as client:
        yield client


def test_the_engine_carries_runs_out_and_says_why_one_has_no_outcome(
    client: Client, workspace: Path
) -> None:
    bag = str(workspace / 'recordings/dvtrainer_two_hands')
    tried = Experiment(bag, 'none', 'none', 0.2, 1, start_s=1.0, seconds=0.3)
    good = Run('good', 'bag', tried)
    bad = Run('bad', 'bag', replace(tried, bag='nowhere'))
    found = dict(outcomes(client, [good, bad], workspace / 'config'))
    assert found[good] == carry_out(good, workspace / 'config')
    assert isinstance(found[good], Outcome)
    assert 'nowhere' in str(found[bad])
