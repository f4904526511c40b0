from __future__ import annotations

import pytest

from telesurgery_link.channels import Direction, Side
from telesurgery_qualify.load import CHANNELS, NS_PER_S, Kind, Plan, Schedule

START_NS = 5 * NS_PER_S


def test_a_punctual_end_sends_at_the_rates_of_the_plan() -> None:
    schedule = Schedule(Plan(seconds=2.0), Side.PATIENT, START_NS)
    now_ns, numbers = START_NS, []
    while not schedule.is_over(now_ns):
        numbers += [due.number for due in schedule.due(now_ns) if due.kind is Kind.CONTROL]
        now_ns = schedule.next_due_ns()
    assert numbers == list(range(1000))
    assert schedule.sent == {Kind.CONTROL: 1000, Kind.VIDEO: 60}
    assert schedule.skipped == {Kind.CONTROL: 0, Kind.VIDEO: 0}


def test_what_was_missed_is_skipped_and_counted_and_not_made_up_for() -> None:
    schedule = Schedule(Plan(seconds=2.0), Side.SURGEON, START_NS)
    schedule.due(START_NS)
    late = schedule.due(START_NS + 100_000_000)
    assert [due.number for due in late] == [1]
    assert schedule.skipped[Kind.CONTROL] == 49


def test_after_its_time_nothing_is_due() -> None:
    schedule = Schedule(Plan(seconds=2.0), Side.SURGEON, START_NS)
    assert schedule.due(START_NS + 2 * NS_PER_S) == []
    assert schedule.is_over(START_NS + 2 * NS_PER_S)


def test_video_goes_where_the_plan_says() -> None:
    plan = Plan(video_mbit_s=24.0, video_rate_hz=30.0)
    assert plan.picture_bytes(Direction.PATIENT_TO_SURGEON) == 100_000
    assert plan.picture_bytes(Direction.SURGEON_TO_PATIENT) == 0
    assert Kind.VIDEO not in {
        due.kind for due in Schedule(plan, Side.SURGEON, START_NS).due(START_NS)
    }


def test_the_control_load_is_what_the_requirement_asks_to_carry() -> None:
    plan = Plan()
    assert plan.control_rate_hz * plan.control_bytes * 8 / 1e6 == pytest.approx(1.2)


def test_every_channel_has_an_identifier_of_its_own() -> None:
    assert len({channel.id for channel in CHANNELS.values()}) == len(CHANNELS)
