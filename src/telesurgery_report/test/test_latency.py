"""The latency of commands comes out of the traces as it was put in."""

import numpy as np
import pytest
from synthetic_truth import Faults, Truth

from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.latency import command_latency, relay_latency_ms
from telesurgery_report.session import (
    CommandTargets,
    HandedTargets,
    LinkPassages,
    RelayPassages,
    SafetyHistory,
    Session,
    SimulatorHealth,
)

MS = 1_000_000
NANOSECONDS = 1e-5
"""Stamps are whole nanoseconds: what was put in comes out to 1e-6 ms, sums to a few of them."""

FEW = {'seconds': 3.0}


def integers(*values):
    return np.array(values, dtype=np.int64)


def bare_session(commands, targets, passages):
    """A session of a few hand-written rows: ``(number, stamp, ...)`` in milliseconds."""
    none = integers()
    return Session(
        start_ns=0,
        end_ns=1,
        command_targets=CommandTargets(*_columns(commands, 3, stamps=(1,))),
        handed_targets=HandedTargets(*_columns(targets, 2, stamps=(1,))),
        link_passages=LinkPassages(*_columns(passages, 4, stamps=(1, 2, 3))),
        relay_passages=RelayPassages(0, none, none),
        simulator=SimulatorHealth('', none.astype(bool), none.astype(float)),
        safety=SafetyHistory(none, none, (), ()),
        link_sides={},
        setpoints={},
        link_poses={},
        cameras={},
    )


def _columns(rows, width, stamps):
    table = np.array(rows, dtype=float).reshape(-1, width)
    table[:, stamps] *= MS
    return table.astype(np.int64).T


def test_one_command_is_followed_by_its_numbers():
    session = bare_session(
        commands=[(7, 100, 900)], targets=[(900, 171)], passages=[(7, 101, 67.5, 169)]
    )
    latency = command_latency(session)
    assert latency.software_ms.tolist() == [171 - 100 - 67.5]
    assert latency.injected_ms.tolist() == [67.5]
    assert latency.total_ms.tolist() == [71]
    assert latency.before_link_ms.tolist() == [1]
    assert latency.link_ms.tolist() == [0.5]
    assert latency.after_link_ms.tolist() == [2]
    assert latency.unmatched == 0


def test_a_command_repeated_over_many_ticks_counts_with_its_first_target():
    session = bare_session(
        commands=[(7, 100, 902), (7, 100, 900), (7, 100, 901)],
        targets=[(900, 171), (901, 173), (902, 175)],
        passages=[(7, 101, 67.5, 169)],
    )
    assert command_latency(session).software_ms.tolist() == [3.5]


def test_a_superseded_target_counts_when_its_successor_is_handed():
    session = bare_session(
        commands=[(7, 100, 900)],
        targets=[(899, 169), (901, 173)],
        passages=[(7, 101, 67.5, 169)],
    )
    assert command_latency(session).software_ms.tolist() == [5.5]


def test_a_target_whose_row_was_lost_is_not_guessed_at():
    session = bare_session(
        commands=[(7, 100, 900), (8, 105, 950)],
        targets=[(850, 71), (901, 173), (950, 176)],
        passages=[(7, 101, 67.5, 169), (8, 106, 67.5, 174)],
    )
    latency = command_latency(session)
    assert latency.stamp_ns.tolist() == [105 * MS]
    assert latency.unmatched == 1


def test_a_command_that_the_link_says_nothing_about_is_unmatched():
    session = bare_session(
        commands=[(7, 100, 900), (8, 105, 903)],
        targets=[(900, 171), (903, 177)],
        passages=[(8, 106, 67.5, 174)],
    )
    assert command_latency(session).unmatched == 1


def test_a_number_that_stands_for_two_commands_is_ambiguous_and_not_used():
    session = bare_session(
        commands=[(7, 100, 900), (7, 9100, 950), (8, 105, 903)],
        targets=[(900, 171), (950, 9171), (903, 177)],
        passages=[(7, 101, 67.5, 169), (8, 106, 67.5, 174)],
    )
    latency = command_latency(session)
    assert latency.stamp_ns.tolist() == [105 * MS]


def test_a_frame_that_overtook_its_injected_delay_shows_as_negative():
    session = bare_session(
        commands=[(7, 100, 900)], targets=[(900, 160)], passages=[(7, 101, 67.5, 158)]
    )
    assert command_latency(session).software_ms.tolist() == [-7.5]


def test_latency_comes_out_as_it_was_put_in(session_of):
    _, analysis = session_of(Truth(**FEW, software_ms=(2.0, 4.0), injected_ms=67.5))
    latency = analysis.latency
    assert np.median(latency.software_ms) == pytest.approx(3.0, abs=0.02)  # a few merged ticks
    assert latency.software_ms.min() >= 2.0 - NANOSECONDS
    assert latency.software_ms.max() <= 4.0 + NANOSECONDS
    assert latency.injected_ms == pytest.approx(67.5, abs=NANOSECONDS)
    assert latency.total_ms == pytest.approx(latency.software_ms + 67.5, abs=NANOSECONDS)
    assert latency.unmatched == 0


@pytest.mark.parametrize('fault', ['doubled', 'shuffled'])
def test_doubled_and_shuffled_rows_change_nothing(session_of, fault):
    truth = Truth(**FEW)
    _, clean = session_of(truth)
    _, faulty = session_of(truth, Faults(**{fault: True}))
    assert np.array_equal(clean.latency.software_ms, faulty.latency.software_ms)


def test_lost_batches_lose_samples_and_change_no_figure(session_of):
    truth = Truth(**FEW)
    _, clean = session_of(truth)
    lost = frozenset({3, 4, 11})
    _, faulty = session_of(truth, Faults(lost_target_batches=lost))
    assert faulty.latency.unmatched == pytest.approx(20 * len(lost), abs=2)
    assert faulty.latency.software_ms.max() <= truth.software_ms[1] + NANOSECONDS
    assert faulty.latency.software_ms.size + faulty.latency.unmatched == (
        clean.latency.software_ms.size
    )


def test_superseded_targets_are_followed(session_of):
    _, analysis = session_of(Truth(**FEW), Faults(superseded=True))
    assert analysis.latency.unmatched == 0


@pytest.mark.parametrize('topic', ['/trace/command', '/trace/target', '/trace/link'])
def test_a_trace_that_was_not_recorded_is_named(session_of, topic):
    session, analysis = session_of(Truth(**FEW), Faults(without=frozenset({topic})))
    assert analysis.latency is None
    with pytest.raises(NotMeasuredError, match=topic):
        command_latency(session)


def test_relays_come_out_as_they_were_put_in(session_of):
    session, _ = session_of(Truth(**FEW, relay_ms=(0.6, 1.4)))
    relay_ms = relay_latency_ms(session)
    assert relay_ms.size == 150
    assert np.median(relay_ms) == pytest.approx(1.0, abs=NANOSECONDS)
    assert session.relay_passages.relays == 4


def test_without_relays_there_is_no_relay_latency(session_of):
    session, _ = session_of(Truth(**FEW), Faults(without=frozenset({'/trace/relay'})))
    with pytest.raises(NotMeasuredError, match='no chain of bare relays ran beside the session'):
        relay_latency_ms(session)
