"""The fault campaign's quick subset in virtual time: one run of the cases that differ most."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'bench'))

from faults_study.cases import CASES
from faults_study.verdict import failures
from faults_study.virtual import run

QUICK = (
    'nothing',
    'link cut',
    'states cut',
    'corruption',
    'replayed',
    'motion gone',
    'unplugged',
    'device repeats',
    "patient's clock +10 s",
)
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize('name', QUICK)
def test_what_fails_moves_nothing_that_was_not_commanded(name: str, workspace: Path) -> None:
    case = BY_NAME[name]
    assert failures(case, run(case, workspace / 'config', seed=1)) == []


@pytest.mark.parametrize('seed', [2, 8, 16])
def test_a_blind_operator_is_told_in_time_whenever_motion_looks_around(
    seed: int, workspace: Path
) -> None:
    case = BY_NAME['states cut']
    assert failures(case, run(case, workspace / 'config', seed)) == []


@pytest.mark.parametrize('seed', [8])
def test_an_operator_is_told_of_a_hold_though_the_news_is_lost_again_and_again(
    seed: int, workspace: Path
) -> None:
    case = BY_NAME['loss in bursts']
    assert failures(case, run(case, workspace / 'config', seed)) == []


def test_every_case_has_a_name_of_its_own_and_can_be_played() -> None:
    assert len(BY_NAME) == len(CASES)
    assert all(case.virtual is not None or case.real is not None for case in CASES)
