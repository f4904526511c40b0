"""What is measured: distributions with and without correlation, losses, netem's lines, traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from impairment_parts import checks, netem_kernel, theory
from impairment_parts.checks import Check
from impairment_parts.measuring import Outcome, outcome_at, outcome_of
from impairment_parts.theory import Array, Theory
from telesurgery_link.impairment import Jitter, Loss, Order, Treatment
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.empirical import Empirical
from telesurgery_link.impairment.heavy_tails import Pareto, ParetoNormal
from telesurgery_link.impairment.losses import FourState, GilbertElliott
from telesurgery_link.impairment.marginals import (
    Constant,
    Gamma,
    Hyperexponential,
    Normal,
    Uniform,
)
from telesurgery_link.impairment.netem_tables import built_table
from telesurgery_link.impairment.pareto_bursts import ParetoBursts
from telesurgery_link.impairment.recordings import read_recording
from telesurgery_link.impairment.replay import Advance, Measures, Replay
from telesurgery_link.profiles import load_profile

OURS, NETEM = 'here', "netem's formulas"
AUTOCORRELATIONS = (0.0, 0.6)
SAMPLES = (20.0, 21.0, 22.0, 25.0, 30.0, 40.0, 90.0)


@dataclass(frozen=True)
class Row:
    """A figure of a case."""

    case: str
    by: str
    unit: str
    """ms, ratio or count."""
    check: Check


def marginals() -> list[tuple[str, Jitter, Theory]]:
    """Return the distributions: name, jitter, theory."""
    weights, rates = (0.72645, 0.27355), (0.02711, 0.08529)
    shape, scale = 3.0, 5.0
    bounded = theory.of_quantiles(
        lambda u: scale * ((1 - u * (1 - (1 + 100 / scale) ** -shape)) ** (-1 / shape) - 1)
    )
    quarter = theory.of_quantiles(
        lambda u: np.minimum(4.0, 0.25 * stats.norm.ppf(u) + ((1 - u) ** (-1 / 3) - 1.5))
    )
    points = np.sort(SAMPLES)
    standard = Theory(
        100.0,
        10.0,
        lambda u: 100 + 10 * (quarter.quantile_ms(u) - quarter.mean_ms) / quarter.sd_ms,
        lambda x: quarter.share_up_to((x - 100) / 10 * quarter.sd_ms + quarter.mean_ms),
        lambda x: quarter.share_below((x - 100) / 10 * quarter.sd_ms + quarter.mean_ms),
    )
    return [
        ('uniform', Jitter(uniform=Uniform(2.0, 5.0)), theory.of_scipy(stats.uniform(2.0, 3.0))),
        ('normal', Jitter(normal=Normal(20.0, 2.0)), theory.of_scipy(stats.norm(20.0, 2.0))),
        (
            'normal, cut off',
            Jitter(normal=Normal(10.0, 8.0, 9.0)),
            theory.of_scipy(stats.truncnorm(-0.125, np.inf, 10.0, 8.0)),
        ),
        (
            'gamma',
            Jitter(gamma=Gamma(0.5, 0.39)),
            theory.of_scipy(stats.gamma(a=(0.5 / 0.39) ** 2, scale=0.39**2 / 0.5)),
        ),
        ('pareto, up to 100 ms', Jitter(pareto=Pareto(shape, scale, 100.0)), bounded),
        ('paretonormal', Jitter(paretonormal=ParetoNormal(100.0, 10.0)), standard),
        (
            'hyperexponential',
            Jitter(hyperexponential=Hyperexponential(weights, rates)),
            theory.hyperexponential(weights, rates),
        ),
        (
            'empirical',
            Jitter(empirical=Empirical(SAMPLES)),
            theory.of_quantiles(
                lambda u: np.interp(u * (points.size - 1), range(points.size), points)
            ),
        ),
    ]


def delay_rows(frames: int, seed: int) -> Iterator[Row]:
    """Yield the figures of every distribution, independent and correlated."""
    constant = outcome_of(Treatment(jitter=Jitter(constant=Constant(7.0))), frames, seed)
    yield Row('constant', OURS, 'ms', Check('mean', 7.0, float(constant.delays_ms.mean()), 1e-6))
    yield Row(
        'constant',
        OURS,
        'ms',
        Check('standard deviation', 0.0, float(constant.delays_ms.std()), 1e-6),
    )
    for name, jitter, expected in marginals():
        for autocorrelation in AUTOCORRELATIONS:
            case = f'{name}, {autocorrelation:g}'
            asked = Jitter(
                **{k: v for k, v in vars(jitter).items() if v is not None and k in DISTRIBUTIONS},
                autocorrelation=autocorrelation,
            )
            seen = outcome_of(Treatment(jitter=asked, order=Order.FREE), frames, seed)
            yield from of_delays(case, OURS, seen.delays_ms, expected, autocorrelation)


DISTRIBUTIONS = (
    *('uniform', 'normal', 'gamma', 'pareto', 'paretonormal', 'hyperexponential', 'empirical'),
)


def of_delays(
    case: str, by: str, delays_ms: Array, expected: Theory, autocorrelation: float
) -> Iterator[Row]:
    """Yield all figures of delays."""
    for check in checks.delay_checks(delays_ms, expected):
        yield Row(case, by, 'ms', check)
    for check in checks.share_checks(delays_ms, expected, autocorrelation):
        yield Row(case, by, 'ratio', check)


def loss_rows(frames: int, seed: int) -> Iterator[Row]:
    """Yield loss rate and burst length of every way of losing frames."""
    cases: list[tuple[str, Loss, float, float]] = [
        ('random 2.8 %', Loss(random=Chance(0.028)), 0.028, 1 / (1 - 0.028)),
        ('random 5 %, correlated 0.5', Loss(random=Chance(0.05, 0.5)), 0.05, 1 / (0.5 * 0.95)),
        (
            'Gilbert-Elliott p 1 % r 25 %',
            Loss(gilbert_elliott=GilbertElliott(0.01, 0.25)),
            0.01 / 0.26,
            4.0,
        ),
        (
            'Gilbert-Elliott p 2 % r 30 % 1-h 100 % 1-k 0',
            Loss(gilbert_elliott=GilbertElliott(0.02, 0.3)),
            0.02 / 0.32,
            1 / 0.3,
        ),
        ('four states', Loss(four_state=FourState(0.02, 0.3, 0.25, 0.5, 0.05)), *four_states()),
        ("Pareto bursts, NetFI's 30 %", Loss(pareto_bursts=NETFI_30), NETFI_LOSS, NETFI_BURST),
    ]
    for case, loss, mean_loss, mean_burst in cases:
        lost = outcome_of(Treatment(loss=loss), frames, seed).lost
        yield from of_losses(case, OURS, lost, mean_loss, mean_burst)


def of_losses(
    case: str, by: str, lost: Array, mean_loss: float, mean_burst: float | None
) -> Iterator[Row]:
    """Yield all figures of losses."""
    yield Row(case, by, 'ratio', checks.loss_check(lost, mean_loss))
    if mean_burst is not None:
        yield Row(case, by, 'count', checks.burst_check(lost, mean_burst))


NETFI_30 = ParetoBursts(4.604, 3.552, 3.901, 1.466, good_to_bad=0.05, bad_to_good=0.1)


def four_states() -> tuple[float, float]:
    """Return loss rate and burst length of the case, from the chain's matrix."""
    step = np.array(
        [[0.93, 0, 0.02, 0.05], [0, 0.5, 0.5, 0], [0.3, 0.25, 0.45, 0], [1.0, 0, 0, 0]]
    )
    values, vectors = np.linalg.eig(step.T)
    shares = np.real(vectors[:, np.argmax(np.real(values))])
    shares /= shares.sum()
    entering = shares[:2] @ step[:2, 2:].sum(axis=1)
    return float(shares[2:].sum()), float(shares[2:].sum() / entering)


def _netfi() -> tuple[float, float]:
    """Return loss rate and burst length of NetFI's set 2, by its chain of states.

    The states are (good or bad, frames of the burst still to be lost), cut off where a burst is
    shorter in all but 1e-9 of cases.
    """
    longest = 400
    k = np.arange(longest + 1)
    tails = {0: (1 + k / 3.552) ** -4.604, 1: (1 + k / 1.466) ** -3.901}
    bursts = {s: np.append(tail[:-1] - tail[1:], tail[-1]) for s, tail in tails.items()}
    chain = np.array([[0.95, 0.05], [0.1, 0.9]])
    # Which state a burst begins in: of the state at its beginning, after its frames and the one
    # that passes, the chain has stepped length + 1 times.
    power, after = chain.copy(), np.zeros((2, 2))
    for length in range(longest + 1):
        for state in (0, 1):
            after[state] += bursts[state][length] * power[state]
        power = power @ chain
    share_bad = after[0, 1] / (after[0, 1] + after[1, 0])
    mean = (1 - share_bad) * (bursts[0] @ k) + share_bad * (bursts[1] @ k)
    some = (1 - share_bad) * tails[0][1] + share_bad * tails[1][1]
    return float(mean / (mean + 1)), float(mean / some)


NETFI_LOSS, NETFI_BURST = _netfi()


def netem_rows(frames: int, seed: int) -> Iterator[Row]:
    """Yield netem lines as they are here and as netem's own formulas have them."""
    rng = np.random.default_rng(seed)
    for probability, correlation in ((0.05, 0.0), (0.05, 0.25), (0.05, 0.5), (0.2, 0.25)):
        line = f'loss {100 * probability:g}% {100 * correlation:g}%'
        burst = 1 / (1 - probability - correlation * (1 - probability))
        yield from of_losses(line, OURS, _line(line, frames, seed).lost, probability, burst)
        kernel = netem_kernel.random_loss(frames, probability, correlation, rng)
        yield from of_losses(line, NETEM, kernel, probability, burst)
    line = 'loss gemodel 1% 25%'
    yield from of_losses(line, OURS, _line(line, frames, seed).lost, 0.01 / 0.26, 4.0)
    kernel = netem_kernel.gilbert_elliott_loss(frames, 0.01, 0.25, 1.0, rng)
    yield from of_losses(line, NETEM, kernel, 0.01 / 0.26, 4.0)
    for distribution in (None, 'normal', 'pareto', 'paretonormal'):
        named = '' if distribution is None else f' distribution {distribution}'
        line = f'delay 100ms 10ms 60%{named}'
        if distribution is None:
            expected, table = theory.of_scipy(stats.uniform(90.0, 20.0)), None
        else:
            expected = theory.netem_table(distribution, 100.0, 10.0)
            table = built_table(distribution)
        ours = _line(line, frames, seed).delays_ms
        yield from of_delays(line, OURS, ours, expected, 0.6)
        kernel = netem_kernel.delays_ms(frames, 100.0, 10.0, 0.6, table, rng)
        yield from of_delays(line, NETEM, kernel, expected, 0.6)


def _line(line: str, frames: int, seed: int) -> Outcome:
    profile = load_profile(f'netem: {line} limit 10000000', Path())
    return outcome_of(profile.surgeon_to_patient, frames, seed)


def trace_rows(path: Path, frames: int, seed: int) -> Iterator[Row]:
    """Yield the figures of a recording and of its replay, by packet and by time.

    By packet the replay goes round and round, so that the seam adds a pair of neighbours to each
    round; by time it is looked at where the recording was made.
    """
    recording = read_recording(path)
    recorded = recording.delays_ms
    rounds = int(np.ceil(frames / recorded.size))
    every_ms = 100.0 if recording.times_s is None else None
    for how, advance in (('by packet', Advance.PACKET), ('by time', Advance.TIME)):
        replay = Replay(str(path), Measures.ONE_WAY, advance, period_ms=every_ms)
        times_ns = np.rint(replay.times_s * 1e9).astype(int)
        length_ns = times_ns[-1] + round(float(np.median(np.diff(times_ns))))
        whole = (times_ns + np.arange(rounds)[:, None] * length_ns).ravel().tolist()
        seen = outcome_at(Treatment(trace=replay, order=Order.FREE), whole, seed)
        yield from of_replay(f'{path.stem} {how}', recorded, seen)


def of_replay(case: str, recorded: Array, seen: Outcome) -> Iterator[Row]:
    """Yield the figures of a replay against those of its recording: equal to the nanosecond."""
    expected = theory.of_values(recorded[~np.isnan(recorded)])
    hair_ms = 1e-6
    came = seen.arrived_ms
    yield Row(case, OURS, 'ms', Check('mean', expected.mean_ms, float(came.mean()), hair_ms))
    yield Row(
        case, OURS, 'ms', Check('standard deviation', expected.sd_ms, float(came.std()), hair_ms)
    )
    for level in checks.QUANTILES:
        # Such quantiles are samples: repetition leaves them where they are.
        should, came_out = (
            float(np.quantile(values, level, method='inverted_cdf'))
            for values in (recorded[~np.isnan(recorded)], came)
        )
        yield Row(case, OURS, 'ms', Check(f'quantile {level:g}', should, came_out, hair_ms))
    yield Row(
        case,
        OURS,
        'ratio',
        Check('Kolmogorov-Smirnov', 0.0, checks.distance(came, expected), 1e-9),
    )
    theirs, ours = (_neighbours(v) for v in (recorded, seen.delays_ms))
    # What the seams between the rounds add to the recording's own neighbours.
    seams = abs(_neighbours(np.tile(recorded, seen.lost.size // recorded.size)) - theirs)
    yield Row(
        case,
        OURS,
        'ratio',
        Check('lag-1 autocorrelation', theirs, ours, seams + 1e-6),
    )
    yield Row(
        case,
        OURS,
        'ratio',
        Check('loss rate', float(np.isnan(recorded).mean()), float(seen.lost.mean()), 1e-9),
    )


def _neighbours(values: Array) -> float:
    both = ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
    return float(np.corrcoef(values[1:][both], values[:-1][both])[0, 1])
