"""The table: every filter, tremor of 50, 100 and 200 um, at 100, 200 and 500 Hz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telesurgery_core.transforms import Array
from tremor_study.candidates import Candidate
from tremor_study.measures import Figures, figures, settling_s
from tremor_study.trials import Choice, load

RATES_HZ = (100.0, 200.0, 500.0)
TREMOR_UM = (50.0, 100.0, 200.0)
SECONDS = 40.0
ONSET_S = 15.0
SETTLING_SECONDS = 25.0
NOTES = """\
Mean over two tasks that no parameter was chosen on and both hands, and the worst of them. error:
result minus intent, RMS an axis; against_none: the same over that without a filter; band: power of
result minus intent in 6-14 Hz over that of the tremor; lag: delay of the intent, least squares;
settling: from the onset of tremor until it is halved for good (empty: never); cost: CPU time for
one hand, position and orientation. "tuned": low-passes with what --tune finds, which is to open
them. Wiener bound: the best filter with fixed coefficients, by least squares against the intent
itself."""


@dataclass(frozen=True)
class Place:
    """Where filters are judged."""

    recordings: Path
    tasks: tuple[str, ...]
    seeds: tuple[int, ...]


def rows(
    chosen: Sequence[Candidate], place: Place, costs: dict[str, float]
) -> list[dict[str, object]]:
    """Return the rows of the table, ordered by filter."""
    table: list[dict[str, object]] = []
    for rate_hz in RATES_HZ:
        studies = [
            load(place.recordings, Choice(place.tasks, rate_hz, SECONDS, TREMOR_UM, seed=seed))
            for seed in place.seeds
        ]
        onset = load(
            place.recordings,
            Choice(
                place.tasks,
                rate_hz,
                SETTLING_SECONDS,
                (100.0,),
                seed=place.seeds[0],
                onset_s=ONSET_S,
            ),
        )
        for one in chosen:
            found = [figures(trials, one.apply(trials)) for trials in studies]
            settled = settling_s(onset, one.apply(onset), ONSET_S)
            for strength in TREMOR_UM:
                kept = studies[0].where(strength)
                table.append(
                    {
                        'filter': one.name,
                        'rate_hz': rate_hz,
                        'tremor_um': strength,
                        **_summary(found, kept, strength),
                        'settling_s': settled,
                        'cost_us': costs.get(one.name),
                    }
                )
    order = [one.name for one in chosen]
    return sorted(table, key=lambda row: order.index(str(row['filter'])))


def _summary(found: Sequence[Figures], kept: Array, strength: float) -> dict[str, float]:
    error = np.concatenate([one.error_um[kept] for one in found])
    band = np.concatenate([one.band_db[kept] for one in found])
    lag = np.concatenate([one.lag_ms[kept] for one in found])
    return {
        'error_um': round(float(error.mean()), 2),
        'against_none_ratio': round(float(error.mean()) / strength, 3),
        'error_worst_um': round(float(error.max()), 2),
        'band_db': round(float(band.mean()), 2) + 0.0,
        'band_worst_db': round(float(band.max()), 2) + 0.0,
        'lag_ms': round(float(lag.mean()), 3),
    }
