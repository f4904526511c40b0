"""Every profile that is shipped loads and is what its text says; everything else is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import Direction
from telesurgery_link.impairment import Streams
from telesurgery_link.profiles import LinkProfile, load_profile, profile_names

ROUND_TRIPS_MS = {
    'none': 0.0,
    'lan': 0.3,
    'zhejiang_xinjiang': 75.6,
    'shanghai_kashgar': 86.0,
    'rome_beijing': 135.0,
    'geo_satellite': 632.0,
}
LOSSES = {'zhejiang_xinjiang': 0.001, 'shanghai_kashgar': 0.001, 'rome_beijing': 0.001}
FRAMES = 20_000


@pytest.fixture
def folder(workspace: Path) -> Path:
    return workspace / 'config' / 'link'


def one_way_ms(profile: LinkProfile, direction: Direction) -> list[float]:
    model = profile.impairment(direction, Streams.seeded(1, direction.index), 0)
    period_ns = 5_000_000  # the masters' rate
    return [
        fate.delay_ns / 1e6
        for n in range(FRAMES)
        for fate in model.fates(n * period_ns, channel=1)
    ]


def test_the_profiles_are_those_that_are_documented(folder: Path) -> None:
    assert profile_names(folder) == sorted(ROUND_TRIPS_MS)


@pytest.mark.parametrize('name', ROUND_TRIPS_MS)
def test_the_round_trip_is_the_documented_one(folder: Path, name: str) -> None:
    profile = load_profile(name, folder)
    delays = [one_way_ms(profile, direction) for direction in Direction]
    measured_ms = sum(np.mean(delay) for delay in delays)
    # Five standard errors of the mean of both directions; exact where there is no jitter.
    error_ms = 5 * np.hypot(*(np.std(delay) / np.sqrt(len(delay)) for delay in delays))
    assert measured_ms == pytest.approx(ROUND_TRIPS_MS[name], abs=error_ms + 1e-6)


@pytest.mark.parametrize(('name', 'mean_loss'), LOSSES.items())
def test_the_loss_is_the_documented_one(folder: Path, name: str, mean_loss: float) -> None:
    loss = load_profile(name, folder).surgeon_to_patient.loss
    assert loss is not None
    assert loss.gilbert_elliott is not None
    assert loss.gilbert_elliott.mean_loss == pytest.approx(mean_loss, rel=1e-3)


@pytest.mark.parametrize('name', ROUND_TRIPS_MS)
def test_every_profile_names_its_source_and_date(folder: Path, name: str) -> None:
    profile = load_profile(name, folder)
    assert len(profile.source) > 10
    assert profile.date[:2] == '20'


def test_an_unknown_name_lists_what_is_there(folder: Path) -> None:
    with pytest.raises(ParameterError) as error:
        load_profile('rome_bejing', folder)
    assert 'rome_bejing' in str(error.value)
    assert all(name in str(error.value) for name in ROUND_TRIPS_MS)
    assert '\n' not in str(error.value)


def test_an_empty_folder_is_told_from_an_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match='holds no profile'):
        load_profile('lan', tmp_path)


def test_a_profile_may_be_a_file_anywhere(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / 'own.yaml'
    copy.write_text((folder / 'lan.yaml').read_text())
    assert load_profile(str(copy), folder) == load_profile('lan', folder)


GOOD = """
description: d
source: s
date: '2026-01-01'
surgeon_to_patient: {base_delay_ms: 1.0}
patient_to_surgeon: {base_delay_ms: 1.0}
"""


@pytest.mark.parametrize(
    ('was', 'wrong', 'names'),
    [
        ('source: s\n', '', 'source'),
        ('description: d', 'colour: red', 'colour'),
        ('base_delay_ms: 1.0', 'base_delay_ms: -1.0', '-1.0'),
        ('base_delay_ms: 1.0', 'base_delay_ms: fast', 'fast'),
        ('base_delay_ms: 1.0', 'base_delay_ms: 1.0, order: any', 'any'),
        ('base_delay_ms: 1.0', 'base_delay_ms: 1.0, duplication: 1.5', '1.5'),
        ('base_delay_ms: 1.0', 'base_delay_ms: 1.0, loss: {random: {probability: 2.0}}', '2.0'),
        ('base_delay_ms: 1.0', 'base_delay_ms: 1.0, loss: {}', 'loss has 0'),
        ('base_delay_ms: 1.0', 'base_delay_ms: 1.0, jitter: {cauchy: {}}', 'cauchy'),
        (
            'base_delay_ms: 1.0',
            'base_delay_ms: 1.0, jitter: {constant: {value_ms: 1}, gamma: {mean_ms: 1, sd_ms: 1}}',
            'jitter has 2',
        ),
        ('base_delay_ms: 1.0', 'base_delay_ms: 1.0, jitter: {gamma: {mean_ms: 1.0}}', 'sd_ms'),
        (
            'base_delay_ms: 1.0',
            'base_delay_ms: 1.0, outages: [{start_s: -1.0, length_s: 1.0}]',
            'start_s',
        ),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, was: str, wrong: str, names: str) -> None:
    path = tmp_path / 'bad.yaml'
    path.write_text(GOOD.replace(was, wrong))
    with pytest.raises(ParameterError) as error:
        load_profile(str(path), tmp_path)
    assert names in str(error.value)
    assert 'bad.yaml' in str(error.value)
    assert '\n' not in str(error.value)
