"""Recorded delays: two formats, bad lines named, replayed by packet and by time."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesurgery_core.errors import ParameterError
from telesurgery_link.impairment import Loss, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.recordings import read_recording
from telesurgery_link.impairment.replay import (
    Advance,
    AtEnd,
    Measures,
    PacketReplay,
    Replay,
    TimeReplay,
)

MS = 1_000_000
S = 1_000_000_000

TABLE = 'n,send_s,rtt_ms\n1,100.0,20\n2,100.2,40\n3,,\n4,100.6,80\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / 'pings.csv'
    path.write_text(TABLE)
    return path


@pytest.fixture
def values(tmp_path: Path) -> Path:
    path = tmp_path / 'values.txt'
    path.write_text('# a comment\n10\n30 # and another\n\nlost\n50\n')
    return path


def test_one_value_a_line(values: Path) -> None:
    recording = read_recording(values)
    np.testing.assert_array_equal(recording.delays_ms, [10.0, 30.0, math.nan, 50.0])
    assert recording.times_s is None


def test_a_table_with_times_of_which_those_of_the_lost_are_filled_in(table: Path) -> None:
    recording = read_recording(table)
    np.testing.assert_array_equal(recording.delays_ms, [20.0, 40.0, math.nan, 80.0])
    assert recording.times_s is not None
    np.testing.assert_allclose(recording.times_s, [0.0, 0.2, 0.4, 0.6], atol=1e-9)


def test_times_missing_at_the_ends_go_on_as_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / 'ends.csv'
    path.write_text('t_s,d_ms\n,1\n10.0,2\n10.5,3\n11.0,4\n,5\n,6\n')
    times = read_recording(path).times_s
    assert times is not None
    np.testing.assert_allclose(times, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5])


@pytest.mark.parametrize(
    ('text', 'names'),
    [
        ('10\nabc\n', ":2: delay is 'abc'"),
        ('10\n-1\n', ":2: delay is '-1'"),
        ('10\nnan\n', ":2: delay is 'nan'"),
        ('inf\n', ':1: delay'),
        ('1e9\n', ':1: delay'),
        ('', 'holds no delay'),
        ('lost\nlost\n', 'holds no delay'),
        ('a,b\n1,2\n', ':1: columns are a, b'),
        ('a_ms,b_ms\n1,2\n', ':1: 2 columns end in _ms'),
        ('t_s,d_ms\n1,2\n2,x\n', ":3: delay is 'x'"),
        ('t_s,d_ms\n1,2\n1,3\n', ":3: time is '1'"),
        ('t_s,d_ms\n1,2\nsoon,3\n', ":3: time is 'soon'"),
        ('t_s,d_ms\n1,2\n2,3,4\n', ':3: 3 fields'),
        ('t_s,d_ms\n1,2\n\n', ':3: 0 fields'),
    ],
)
def test_a_junk_line_is_named(tmp_path: Path, text: str, names: str) -> None:
    path = tmp_path / 'junk.csv'
    path.write_text(text)
    with pytest.raises(ParameterError) as error:
        read_recording(path)
    assert names in str(error.value)
    assert 'junk.csv' in str(error.value)
    assert '\n' not in str(error.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.one_of(st.binary(max_size=200), st.text('0123456789.,_ms\n"abc', max_size=100)))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / 'any'
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        recording = read_recording(path)
    except ParameterError:
        return
    assert np.nanmin(recording.delays_ms) >= 0.0
    assert recording.times_s is None or recording.times_s.shape == recording.delays_ms.shape


def test_by_packet_each_frame_meets_the_next_value(values: Path) -> None:
    replay = Replay(str(values), Measures.ONE_WAY, Advance.PACKET)
    process = PacketReplay(replay)
    met = [process.delay_ns(0) for _ in range(6)]
    assert met == [10 * MS, 30 * MS, None, 50 * MS, 10 * MS, 30 * MS]


def test_at_its_end_the_last_delay_may_hold(values: Path) -> None:
    replay = Replay(str(values), Measures.ONE_WAY, Advance.PACKET, AtEnd.HOLD)
    process = PacketReplay(replay)
    assert [process.delay_ns(0) for _ in range(6)][4:] == [50 * MS, 50 * MS]
    timed = Replay(str(values), Measures.ONE_WAY, at_end=AtEnd.HOLD, period_ms=100.0)
    assert TimeReplay(timed, 0).delay_ns(1000 * S) == 50 * MS


def test_a_direction_takes_half_of_a_round_trip(values: Path) -> None:
    assert PacketReplay(Replay(str(values), advance=Advance.PACKET)).delay_ns(0) == 5 * MS


def test_by_time_delays_are_interpolated_and_a_loss_lasts_until_the_next_value(
    table: Path,
) -> None:
    process = TimeReplay(Replay(str(table)), start_ns=7 * S)

    def at(time_s: float) -> int | None:
        return process.delay_ns(7 * S + round(time_s * S))

    assert [at(0.0), at(0.1), at(0.2)] == [10 * MS, 15 * MS, 20 * MS]
    # The next value is lost: nothing to go to.
    assert at(0.3) == 20 * MS
    assert [at(0.4), at(0.5), at(0.599)] == [None, None, None]
    assert at(0.6) == 40 * MS
    # One step leads back to the beginning.
    assert at(0.7) == 25 * MS
    assert [at(0.8), at(0.9)] == [10 * MS, 15 * MS]


def test_a_long_pause_is_cut(tmp_path: Path) -> None:
    path = tmp_path / 'pause.csv'
    path.write_text('t_s,d_ms\n0,1\n0.5,2\n1.0,3\n5000,4\n5000.5,5\n')
    np.testing.assert_allclose(Replay(str(path)).times_s, [0.0, 0.5, 1.0, 1.5, 2.0])
    kept = Replay(str(path), longest_pause_s=10_000.0)
    assert kept.times_s[-1] == 5000.5


def test_all_channels_meet_the_same_time_but_each_its_own_packets(table: Path) -> None:
    by_time = StagedImpairment(Treatment(trace=Replay(str(table))), Streams.seeded(1, 0), 0)
    assert by_time.fates(S // 10, 1) == by_time.fates(S // 10, 2)
    packets = Replay(str(table), advance=Advance.PACKET)
    by_packet = StagedImpairment(Treatment(1.0, trace=packets), Streams.seeded(1, 0), 0)
    assert by_packet.fates(0, 1)[0].delay_ns == 11 * MS
    assert by_packet.fates(0, 1)[0].delay_ns == 21 * MS
    assert by_packet.fates(0, 2)[0].delay_ns == 11 * MS


def test_a_trace_may_be_used_for_its_losses_alone(table: Path) -> None:
    loss = Loss(trace=Replay(str(table), advance=Advance.PACKET))
    model = StagedImpairment(Treatment(5.0, loss=loss), Streams.seeded(1, 0), 0)
    fates = [model.fates(0, 1) for _ in range(4)]
    assert [bool(f) for f in fates] == [True, True, False, True]
    assert fates[0][0].delay_ns == 5 * MS


@pytest.mark.parametrize('name', ['nistnet_experimental.dat', 'starlink_driving_ping_5hz.csv'])
def test_measured_traces_keep_distribution_autocorrelation_and_loss(
    shared_data: Path, name: str
) -> None:
    path = shared_data / 'traces' / name
    recording = read_recording(path)
    replay = Replay(str(path), Measures.ONE_WAY, Advance.PACKET)
    model = StagedImpairment(Treatment(trace=replay), Streams.seeded(1, 0), 0)
    fates = [model.fates(0, 1) for _ in range(recording.delays_ms.size)]
    replayed = np.array([f[0].delay_ns / MS if f else math.nan for f in fates])
    # To the nanosecond.
    np.testing.assert_allclose(replayed, recording.delays_ms, atol=1e-6)


def test_the_shipped_trace_is_the_one_it_says(workspace: Path) -> None:
    delays = read_recording(workspace / 'config/link/traces/nistnet.txt').delays_ms
    assert delays.size == 13_448
    assert delays.mean() == pytest.approx(189.6, abs=0.05)
    assert delays.std() == pytest.approx(13.0, abs=0.05)


@pytest.mark.parametrize(
    ('figures', 'names'),
    [
        ({}, 'has no times'),
        ({'advance': Advance.TIME}, 'period_ms'),
    ],
)
def test_a_trace_without_times_needs_a_period(
    values: Path, figures: dict[str, object], names: str
) -> None:
    with pytest.raises(ParameterError, match=names):
        Replay(str(values), **figures)  # type: ignore[arg-type]


def test_a_trace_with_times_needs_none(table: Path) -> None:
    with pytest.raises(ParameterError, match='only for a trace without times'):
        Replay(str(table), period_ms=5.0)
