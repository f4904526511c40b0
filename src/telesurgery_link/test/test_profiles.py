"""Every profile that is shipped loads, is what its text says, and promises no more than light."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array
from telesurgery_link.channels import Direction
from telesurgery_link.impairment import Streams, Treatment
from telesurgery_link.profiles import LinkProfile, load_profile, profile_names

ROUND_TRIPS_MS = {
    'none': 0.0,
    'lan': 0.3,
    'zhejiang_xinjiang': 75.6,
    'shanghai_kashgar': 86.0,
    'rome_beijing': 135.0,
    'bordeaux_beijing': 132.0,
    'strasbourg_new_york': 155.0,
    'public_internet_china_italy': 216.0,
    'geo_satellite': 632.0,
    'netfi_100': 100.0,
    'netfi_300': 300.0,
    'netfi_500': 500.0,
}
OTHERS = {
    *('5g_driving', 'starlink', 'nistnet'),
    *(f'netfi_{kind}_{share}' for kind in ('loss', 'outage') for share in (10, 30, 50)),
}
LOSSES = {
    'zhejiang_xinjiang': 0.001,
    'shanghai_kashgar': 0.001,
    'rome_beijing': 0.001,
    'bordeaux_beijing': 0.001,
    'strasbourg_new_york': 0.001,
    'public_internet_china_italy': 0.01,
    '5g_driving': 0.005,
    'starlink': 0.0089,
}
GREAT_CIRCLES_KM = {
    'rome_beijing': 8125.0,
    'shanghai_kashgar': 4180.0,
    'zhejiang_xinjiang': 3671.0,
    'strasbourg_new_york': 6213.0,
    'bordeaux_beijing': 8689.0,
    'public_internet_china_italy': 8125.0,
}
LIGHT_IN_FIBRE_KM_PER_MS = 204.2


@pytest.fixture
def folder(workspace: Path) -> Path:
    return workspace / 'config' / 'link'


def moments_ms(treatment: Treatment) -> tuple[float, float]:
    """Return mean and standard deviation of a delay, by quadrature of its quantile function."""
    if treatment.jitter is None:
        return treatment.base_delay_ms, 0.0
    marginal = treatment.jitter.marginal

    def power(order: int) -> float:
        found = integrate.quad(
            lambda u: float(marginal.quantile_ms(np.array([u]))[0]) ** order, 0, 1, limit=500
        )
        return float(found[0])

    mean = power(1)
    return treatment.base_delay_ms + mean, math.sqrt(power(2) - mean**2)


def test_the_profiles_are_those_that_are_known_here(folder: Path) -> None:
    assert set(profile_names(folder)) == ROUND_TRIPS_MS.keys() | OTHERS


@pytest.mark.parametrize('name', ROUND_TRIPS_MS)
def test_the_mean_round_trip_is_the_documented_one(folder: Path, name: str) -> None:
    profile = load_profile(name, folder)
    mean_ms = sum(moments_ms(profile.direction(direction))[0] for direction in Direction)
    # What NetFI publishes of its second set amounts to 299.2 ms.
    assert mean_ms == pytest.approx(ROUND_TRIPS_MS[name], rel=3e-3)


def test_the_public_internet_varies_as_documented(folder: Path) -> None:
    profile = load_profile('public_internet_china_italy', folder)
    deviations = [moments_ms(profile.direction(direction))[1] for direction in Direction]
    assert math.hypot(*deviations) == pytest.approx(72.0, rel=2e-3)


def round_trips_ms(profile: LinkProfile) -> Array:
    rng = np.random.default_rng(1)
    total = np.zeros(200_000)
    for direction in Direction:
        one_way = profile.direction(direction)
        assert one_way.jitter is not None
        total += one_way.base_delay_ms + one_way.jitter.marginal.quantile_ms(
            rng.random(total.size)
        )
    return total


def test_2_to_3_percent_of_round_trips_exceed_300_ms_while_driving(folder: Path) -> None:
    round_trips = round_trips_ms(load_profile('5g_driving', folder))
    assert 0.02 < (round_trips > 300.0).mean() < 0.03
    # What the text says, to the digit.
    assert np.median(round_trips) == pytest.approx(57.0, abs=0.5)


def test_the_low_orbit_has_the_round_trips_of_its_text(folder: Path) -> None:
    round_trips = round_trips_ms(load_profile('starlink', folder))
    assert np.median(round_trips) == pytest.approx(47.0, abs=0.5)
    assert np.percentile(round_trips, 99) == pytest.approx(103.0, abs=2.0)
    # One in a thousand of 200 000: 200 of them, known to 7 %, of a tail of 234 ms.
    assert np.percentile(round_trips, 99.9) == pytest.approx(585.0, abs=4 * 0.07 * 234)


@pytest.mark.parametrize(('name', 'mean_loss'), LOSSES.items())
def test_the_loss_is_the_documented_one(folder: Path, name: str, mean_loss: float) -> None:
    loss = load_profile(name, folder).surgeon_to_patient.loss
    assert loss is not None
    assert loss.gilbert_elliott is not None
    assert loss.gilbert_elliott.mean_loss == pytest.approx(mean_loss, rel=2e-3)


@pytest.mark.parametrize('share', [10, 30, 50])
def test_netfis_losses_are_published_as_round_figures(folder: Path, share: int) -> None:
    loss = load_profile(f'netfi_loss_{share}', folder).surgeon_to_patient.loss
    assert loss is not None
    assert loss.pareto_bursts is not None
    assert loss.pareto_bursts.mean_loss == pytest.approx(share / 100, abs=0.02)


@pytest.mark.parametrize(('share', 'of_time'), [(10, 0.15), (30, 1 / 3), (50, 0.5)])
def test_netfis_outages_take_the_documented_share(
    folder: Path, share: int, of_time: float
) -> None:
    outages = load_profile(f'netfi_outage_{share}', folder).surgeon_to_patient.random_outages
    assert outages is not None
    assert outages.mean_share == pytest.approx(of_time, rel=1e-9)


def each_profile(folder: Path) -> list[tuple[str, LinkProfile]]:
    return [(name, load_profile(name, folder)) for name in profile_names(folder)]


def test_every_profile_names_its_source_and_date(folder: Path) -> None:
    for name, profile in each_profile(folder):
        assert len(profile.source) > 10, name
        assert profile.date[:2] in ('19', '20'), name


@pytest.mark.parametrize(('name', 'km'), GREAT_CIRCLES_KM.items())
def test_places_lie_as_far_apart_as_the_text_says(folder: Path, name: str, km: float) -> None:
    route = load_profile(name, folder).route
    assert route is not None
    # Coordinates to a hundredth of a degree: about a kilometre at either end.
    assert route.great_circle_km == pytest.approx(km, abs=3.0)
    assert route.floor_ms == pytest.approx(km / LIGHT_IN_FIBRE_KM_PER_MS, rel=1e-3)


def test_no_profile_promises_less_than_light(folder: Path) -> None:
    for name, profile in each_profile(folder):
        if profile.route is None:
            continue
        for direction in Direction:
            least_ms = profile.direction(direction).least_delay_ms
            assert least_ms >= profile.route.floor_ms, name


def test_every_named_place_has_its_route(folder: Path) -> None:
    places = GREAT_CIRCLES_KM.keys() | {'lan', 'starlink', '5g_driving', 'geo_satellite'}
    assert all(load_profile(name, folder).route is not None for name in places)


def test_the_satellite_is_as_far_as_its_orbit(folder: Path) -> None:
    route = load_profile('geo_satellite', folder).route
    assert route is not None
    assert 2 * route.floor_ms == pytest.approx(477.0, abs=1.0)


@pytest.mark.parametrize('name', sorted(ROUND_TRIPS_MS.keys() | OTHERS))
def test_every_profile_gives_fates_that_the_seed_repeats(folder: Path, name: str) -> None:
    profile = load_profile(name, folder)
    for direction in Direction:
        runs = []
        for _ in range(2):
            model = profile.impairment(direction, Streams.seeded(1, direction.index), 0)
            runs.append([list(model.fates(n * 5_000_000, 1)) for n in range(500)])
        assert runs[0] == runs[1]
        least_ns = profile.direction(direction).least_delay_ms * 1e6
        assert all(fate.delay_ns >= least_ns - 1 for fates in runs[0] for fate in fates)


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
    ('wrong', 'names'),
    [
        ('base_delay_ms: -1.0', '-1.0'),
        ('base_delay_ms: fast', 'fast'),
        ('order: any', 'any'),
        ('duplication: {probability: 1.5}', '1.5'),
        ('duplication: 0.5', '0.5'),
        ('corruption: {probability: -0.1}', '-0.1'),
        ('reordering: {probability: 0.1, gap: 0}', 'gap'),
        ('loss: {random: {probability: 2.0}}', '2.0'),
        ('loss: {random: {probability: 1.0, autocorrelation: 0.5}}', '0.5'),
        ('loss: {}', 'loss has 0'),
        ('loss: {gilbert_elliott: {good_to_bad: 0.1, bad_to_good: 0.0}}', 'never recover'),
        ('jitter: {cauchy: {}}', 'cauchy'),
        ('jitter: {constant: {value_ms: 1}, gamma: {mean_ms: 1, sd_ms: 1}}', 'jitter has 2'),
        ('jitter: {gamma: {mean_ms: 1.0}}', 'sd_ms'),
        ('jitter: {constant: {value_ms: 1.0}, autocorrelation: 0.5}', 'all delays are equal'),
        ('jitter: {gamma: {mean_ms: 1.0, sd_ms: 1.0}, autocorrelation: -0.9}', '-0.645'),
        ('jitter: {gamma: {mean_ms: 1.0, sd_ms: 1.0}, every_ms: 0.0}', 'every_ms'),
        ('outages: [{start_s: -1.0, length_s: 1.0}]', 'start_s'),
        ('random_outages: {longest_ms: 1.0, cool_down_ms: 0.0}', 'cool_down_ms'),
        ('random_outages: {longest_ms: 1.0, shortest_ms: 2.0, cool_down_ms: 1.0}', 'shortest_ms'),
        ('events: [{at_s: 1.0, delay_ms: -2.0}]', 'shorten the delay to -2'),
        ('bandwidth: {rate_mbit_per_s: 0.0}', 'rate_mbit_per_s'),
        ('bandwidth: {rate_mbit_per_s: 1.0, priorities: {media: 8}}', 'priority of media is 8'),
        ('limit_frames: 0', 'limit_frames'),
        ('channels: [media]', 'channels'),
        ('channels: {media: {colour: red}}', 'colour'),
        ('channels: {media: {base_delay_ms: -1.0}}', '-1.0'),
        ('trace: {file: missing.csv}', 'missing.csv'),
    ],
)
def test_a_bad_direction_is_refused_by_name(tmp_path: Path, wrong: str, names: str) -> None:
    refused(tmp_path, GOOD.replace('{base_delay_ms: 1.0}', '{' + wrong + '}'), names)


@pytest.mark.parametrize(
    ('was', 'wrong', 'names'),
    [
        ('source: s\n', '', 'source'),
        ('description: d', 'colour: red', 'colour'),
        ('description: d', 'description: d\ndescription: e', 'twice'),
        ("date: '2026-01-01'", "date: '2026-01-01'\nroute: {}", 'surgeon'),
        (
            "date: '2026-01-01'",
            'date: d\nroute: {surgeon: {name: a}, patient: {name: b}}',
            "'a' has no coordinates",
        ),
        (
            "date: '2026-01-01'",
            'date: d\nroute: {surgeon: {name: a}, patient: {name: b}, length_km: 1000}',
            'light needs from a to b',
        ),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, was: str, wrong: str, names: str) -> None:
    refused(tmp_path, GOOD.replace(was, wrong), names)


@pytest.mark.parametrize('text', ['', '- a\n', 'a: [', 'just words', '\x00'])
def test_what_is_no_profile_at_all_is_refused(tmp_path: Path, text: str) -> None:
    refused(tmp_path, text, 'bad.yaml')


def refused(folder: Path, text: str, names: str) -> None:
    path = folder / 'bad.yaml'
    path.write_text(text)
    with pytest.raises(ParameterError) as error:
        load_profile(str(path), folder)
    assert names in str(error.value)
    assert 'bad.yaml' in str(error.value)
    assert '\n' not in str(error.value)
