"""A study is a grid, and what is wrong with its file is named before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from telesurgery_core.errors import ParameterError
from telesurgery_study.description import load_study
from telesurgery_study.grid import runs_of

RECORDING = 'recordings/dvtrainer_two_hands'


def write(folder: Path, workspace: Path, **changes: object) -> Path:
    given: dict[str, object] = {
        'parts': [{'bag': str(workspace / RECORDING), 'starts_s': [1.0, 2.0], 'seconds': 0.5}],
        'links': ['none', 'lan'],
        'filters': ['none', 'adaptive'],
        'scales': [0.1, 0.2, 0.3],
        'seeds': 4,
        **changes,
    }
    path = folder / 'study.yaml'
    path.write_text(yaml.safe_dump(given))
    return path


def test_the_grid_is_every_part_with_every_link_filter_scale_and_seed(
    workspace: Path, tmp_path: Path
) -> None:
    study = load_study(write(tmp_path, workspace), workspace / 'config/link')
    runs = list(runs_of(study, workspace / 'config'))
    assert len(runs) == study.count == 2 * 2 * 2 * 3 * 4
    assert len({run.key for run in runs}) == len(runs)
    assert {run.experiment.seed for run in runs} == {1, 2, 3, 4}
    assert {run.experiment.start_s for run in runs} == {1.0, 2.0}


def test_a_key_changes_with_everything_that_a_result_depends_on(
    workspace: Path, tmp_path: Path
) -> None:
    def keys(config: Path, **changes: object) -> set[str]:
        study = load_study(write(tmp_path, workspace, **changes), workspace / 'config/link')
        return {run.key for run in runs_of(study, config)}

    first = keys(workspace / 'config')
    assert first == keys(workspace / 'config')
    assert first.isdisjoint(keys(workspace / 'config', tremor_um=50.0))
    assert first.isdisjoint(keys(workspace / 'config', rate_hz=50.0))
    assert first < keys(workspace / 'config', seeds=5), 'what is finished stays finished'
    other = tmp_path / 'config'
    other.mkdir()
    (other / 'motion.yaml').write_text('scale: 0.3')
    assert first.isdisjoint(keys(other))


def test_the_shipped_study_is_one(workspace: Path) -> None:
    study = load_study(workspace / 'config/studies/two_hands.yaml', workspace / 'config/link')
    assert study.count == 432
    assert all(Path(part.bag).exists() for part in study.parts)


@pytest.mark.parametrize(
    ('changes', 'complaint'),
    [
        ({'linkz': []}, "unknown key 'linkz'"),
        ({'links': []}, 'links is empty, and with it the grid'),
        ({'links': ['nolink']}, 'links: .*nolink'),
        ({'links': ['lan', 'lan']}, "links has 'lan' twice"),
        ({'filters': ['magic']}, "filter is 'magic'; allowed: none"),
        ({'scales': []}, 'scales is empty'),
        ({'seeds': 0}, 'seeds is 0; allowed: 1 ..'),
        ({'seeds': 100_000}, 'the grid has 2400000 runs; allowed: at most 1000000'),
        ({'parts': []}, 'parts is empty'),
        ({'parts': [{'bag': 'nowhere'}]}, "bag is 'nowhere', and .* does not exist"),
        ({'parts': [{'starts_s': [0.0]}]}, "key 'bag' is missing"),
    ],
)
def test_a_bad_study_is_named(
    workspace: Path, tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ParameterError, match=complaint):
        load_study(write(tmp_path, workspace, **changes), workspace / 'config/link')
