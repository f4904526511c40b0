"""Loss rates and burst lengths against theory, with bounds that follow from the sample size."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_link.losses import GilbertElliott, LossModel, RandomLoss

FRAMES = 100_000
SIGMAS = 4.0
"""A correct process leaves these bounds once in 16 000 seeds; the seeds here are fixed."""


def fates(model: LossModel, seed: int) -> list[bool]:
    process = model.start(np.random.default_rng(seed))
    return [process.lost(0) for _ in range(FRAMES)]


def bursts(lost: list[bool]) -> list[int]:
    return [len(list(run)) for was_lost, run in itertools.groupby(lost) if was_lost]


@pytest.mark.parametrize('probability', [0.0, 0.001, 0.028, 0.5, 1.0])
def test_random_loss_loses_its_share(probability: float) -> None:
    lost = fates(RandomLoss(probability), seed=1)
    sd = math.sqrt(probability * (1 - probability) / FRAMES)
    assert abs(np.mean(lost) - probability) <= SIGMAS * sd


@pytest.mark.parametrize(
    'model',
    [
        GilbertElliott(0.01, 0.25),
        GilbertElliott(0.00033367, 1 / 3),
        GilbertElliott(0.02, 0.3, loss_in_bad=0.6, loss_in_good=0.01),
    ],
)
def test_gilbert_elliott_loses_its_share(model: GilbertElliott) -> None:
    lost = fates(model, seed=2)
    # The chain's correlation, decaying by c per frame, multiplies the variance by (1+c)/(1-c).
    c = 1 - model.good_to_bad - model.bad_to_good
    variance = model.mean_loss * (1 - model.mean_loss) * (1 + c) / (1 - c) / FRAMES
    assert abs(np.mean(lost) - model.mean_loss) <= SIGMAS * math.sqrt(variance)


def test_bursts_last_as_long_as_the_chain_stays_bad() -> None:
    model = GilbertElliott(0.01, 0.25)
    lengths = bursts(fates(model, seed=3))
    # A stay in the bad state is geometric: mean 1/r, variance (1-r)/r^2.
    sd = math.sqrt(1 - model.bad_to_good) / model.bad_to_good / math.sqrt(len(lengths))
    assert abs(np.mean(lengths) - 1 / model.bad_to_good) <= SIGMAS * sd


def test_a_path_is_from_the_first_frame_as_bad_as_ever() -> None:
    model, starts = GilbertElliott(0.1, 0.3), 4000
    first = [model.start(np.random.default_rng(seed)).lost(0) for seed in range(starts)]
    sd = math.sqrt(model.mean_loss * (1 - model.mean_loss) / starts)
    assert abs(np.mean(first) - model.mean_loss) <= SIGMAS * sd


def test_losses_at_random_come_in_no_bursts() -> None:
    lengths = bursts(fates(RandomLoss(0.1), seed=4))
    sd = math.sqrt(0.1) / 0.9 / math.sqrt(len(lengths))
    assert abs(np.mean(lengths) - 1 / 0.9) <= SIGMAS * sd


def test_the_same_seed_loses_the_same_frames() -> None:
    model = GilbertElliott(0.01, 0.25)
    assert fates(model, seed=5) == fates(model, seed=5)
    assert fates(model, seed=5) != fates(model, seed=6)


def test_a_path_that_would_never_recover_is_refused() -> None:
    with pytest.raises(ParameterError, match='never recover'):
        GilbertElliott(0.1, 0.0)
