"""The figures of runs whose behaviour is known."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic

from telesurgery_qualify.ages import ages
from telesurgery_qualify.interruptions import continuity
from telesurgery_qualify.losses import Loss, control_loss
from telesurgery_qualify.round_trip import round_trips
from telesurgery_qualify.samples import Samples
from telesurgery_qualify.transit import transit


def test_round_trips_need_no_common_clock() -> None:
    trips = round_trips(synthetic.control(one_way_ms=20.0, jitter_ms=0.3))
    # Twice 20 ms, twice a mean of 0.3 ms; frames that waited for others add at most a period.
    assert np.median(trips.ms) == pytest.approx(40.6, abs=0.3)


def test_what_echoes_nothing_is_no_round_trip() -> None:
    samples = synthetic.control(seconds=1.0)
    samples.rows[:100, 3] = 0
    assert len(round_trips(samples).ms) == len(samples) - 100


def test_an_outage_is_one_interruption_of_its_length() -> None:
    control = synthetic.control(outage_s=(5.2, 0.7))
    found = continuity(control, synthetic.PERIOD_NS, int(control.arrival_ns[-1]))
    (interruption,) = found.interruptions
    assert interruption.start_s == pytest.approx(5.2, abs=0.01)
    assert interruption.length_ms == pytest.approx(700.0, abs=5.0)
    assert found.longest_gap_ms == pytest.approx(700.0, abs=5.0)
    assert found.bad_seconds == 1
    assert found.seconds == 19


def test_an_interruption_touches_every_second_it_reaches_into() -> None:
    control = synthetic.control(outage_s=(5.5, 2.0))
    found = continuity(control, synthetic.PERIOD_NS, int(control.arrival_ns[-1]))
    assert found.bad_seconds == 3


def test_a_pause_of_the_sender_is_no_interruption_of_the_link() -> None:
    control = synthetic.control(seconds=4.0)
    control.rows[1000:, 1:4] += 500_000_000
    found = continuity(control, synthetic.PERIOD_NS, int(control.arrival_ns[-1]))
    assert found.interruptions == ()


def test_silence_at_the_end_is_an_interruption() -> None:
    control = synthetic.control(seconds=4.0)
    ended_ns = int(control.arrival_ns[-1]) + 3_000_000_000
    found = continuity(control, synthetic.PERIOD_NS, ended_ns)
    assert found.interruptions[-1].length_ms == pytest.approx(3000.0)


def test_nothing_at_all_has_no_continuity() -> None:
    found = continuity(Samples.of([]), synthetic.PERIOD_NS, 0)
    assert found.seconds == 0
    assert np.isnan(found.longest_gap_ms)


def test_the_age_counts_an_interruption_with_its_whole_length() -> None:
    control = synthetic.control(seconds=20.0, one_way_ms=20.0, outage_s=(5.0, 1.0))
    known = ages(control, int(control.arrival_ns[-1]))
    # Of 1 s without news the first 59 ms or so are younger than 100 ms.
    assert known.share_above(100.0) == pytest.approx(0.94 / 20.0, rel=0.03)
    assert known.share_above(30.0) == pytest.approx(1.0)
    assert known.share_above(1e4) == 0.0


def test_sampled_ages_have_the_same_shares() -> None:
    control = synthetic.control(seconds=20.0, outage_s=(5.0, 1.0))
    known = ages(control, int(control.arrival_ns[-1]))
    assert np.mean(known.sampled() > 100.0) == pytest.approx(known.share_above(100.0), abs=1e-3)


def test_jitter_is_the_mean_change_of_the_delay() -> None:
    control = synthetic.control(seconds=20.0, jitter_ms=0.3)
    raw = (control.arrival_ns - control.sent_ns) / 1e6
    bounds = transit(control).jitter_ms
    assert bounds.value == pytest.approx(np.abs(np.diff(raw)).mean())
    assert bounds.low < bounds.value < bounds.high


def test_drift_of_the_clocks_is_no_spread_of_delay() -> None:
    control = synthetic.control(seconds=60.0, jitter_ms=0.1)
    control.rows[:, 1] += (control.rows[:, 0] * 2_000_000 * 50e-6).astype(np.int64)  # 50 ppm
    spread = np.quantile(transit(control).excess_ms, 0.99)
    # 60 s at 50 ppm are 3 ms; the frames themselves spread by held time and jitter, 2.8 ms.
    assert spread < 3.5


def test_losses_are_counted_in_bursts() -> None:
    lost = np.zeros(10_000, dtype=bool)
    lost[[100, 101, 102, 5000]] = True
    seen = synthetic.direction(synthetic.control(lost=lost), sent=10_000)
    assert control_loss(seen) == Loss(expected=10_000, lost=4, bursts=2, longest_burst=3)


def test_what_was_sent_and_never_came_is_lost() -> None:
    seen = synthetic.direction(synthetic.control(seconds=10.0), sent=5_100)
    assert control_loss(seen) == Loss(expected=5_100, lost=100, bursts=1, longest_burst=100)


def test_one_burst_bounds_less_than_many_single_losses() -> None:
    single = Loss(expected=100_000, lost=100, bursts=100, longest_burst=1)
    together = Loss(expected=100_000, lost=100, bursts=1, longest_burst=100)
    assert together.ratio.value == single.ratio.value
    assert together.ratio.high > 3.0 * single.ratio.high


def test_no_loss_is_bounded_by_the_rule_of_three() -> None:
    assert Loss(10_000, 0, 0, 0).ratio.high == pytest.approx(3e-4, rel=0.01)
