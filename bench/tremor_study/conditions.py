"""Where filters are not at home: other tremor, coarse sensors, irregular samples, orientations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from tremor_study.candidates import BOUND, Candidate
from tremor_study.grid import Place
from tremor_study.measures import error_um
from tremor_study.synthetic import TremorKind
from tremor_study.trials import Choice, Trials, load

RATE_HZ = 200.0
SECONDS = 30.0
TREMOR_UM = 100.0
WORKSPACE_M = 0.4
"""Range of a device whose axes have so many bits."""
LEVER_M = 0.1
NOTES = """\
Error against intent, RMS an axis, mean over both hands of the judged tasks at 200 Hz, with 100 um
of the usual tremor unless it says otherwise. none: without a filter."""


def rows(chosen: Sequence[Candidate], place: Place) -> list[dict[str, object]]:
    """Return one row a condition, one column a filter."""
    return [
        {
            'condition': name,
            **{
                _column(one): round(float(error_um(trials, one.apply(trials)).mean()), 2)
                for one in chosen
                if one.name != BOUND
            },
        }
        for name, trials in _conditions(place)
    ]


def _conditions(place: Place) -> Iterator[tuple[str, Trials]]:
    def choice(**values: object) -> Trials:
        usual = Choice(place.tasks, RATE_HZ, SECONDS, (TREMOR_UM,), seed=place.seeds[0])
        return load(place.recordings, replace(usual, **values))  # type: ignore[arg-type]

    usual = choice()
    yield 'as in the table', usual
    yield 'no tremor at all', choice(tremor_um=(0.0,))
    yield 'tremor of 20 um', choice(tremor_um=(20.0,))
    yield 'tremor of 500 um', choice(tremor_um=(500.0,))
    yield 'one line', choice(kind=TremorKind(lines=1, noise_share=0.0))
    yield 'three lines, no noise', choice(kind=TremorKind(noise_share=0.0))
    yield 'noise over 6-14 Hz', choice(kind=TremorKind(noise_share=1.0))
    yield 'intent below 3 Hz', choice(below_hz=3.0)
    yield 'intent below 4 Hz', choice(below_hz=4.0)
    for step_um in (10.0, 50.0, 200.0):
        yield f'resolution {step_um:g} um', usual.quantised(1e-6 * step_um)
    for bits in (12, 10, 8):
        yield f'axes of {bits} bits over 0.4 m', usual.quantised(WORKSPACE_M / 2**bits)
    yield from _irregular(choice).items()
    yield 'orientation (1 mrad of tremor)', choice(lever_m=LEVER_M)


def _irregular(choice: Callable[..., Trials]) -> dict[str, Trials]:
    """Return trials that are thinned out of 1 kHz."""
    dense = choice(rate_hz=1000.0)
    rng = np.random.default_rng(5)
    n = len(dense.times)
    steps = rng.uniform(1, 9, n).astype(int)  # 5 ms on average, 1 to 9 ms
    jittered = np.zeros(n, dtype=bool)
    jittered[np.cumsum(steps)[np.cumsum(steps) < n]] = True
    lossy = jittered & (rng.random(n) > 0.2)
    gaps = jittered.copy()
    for start in range(1500, n, 2000):
        gaps[start : start + 150] = False
    jittered[0] = lossy[0] = gaps[0] = True
    spikes = dense.at(np.arange(n) % 5 == 0)
    struck = spikes.measured.copy()
    struck[60::97] += 0.03
    return {
        'intervals of 1 to 9 ms': dense.at(jittered),
        '... and every fifth lost': dense.at(lossy),
        '... and 150 ms lost every 2 s': dense.at(gaps),
        'a 30 mm outlier every half second': replace(spikes, measured=struck),
    }


def _column(one: Candidate) -> str:
    return one.name.replace(', ', '_').replace(' ', '_').replace('.', '_') + '_um'
