"""No line of the log can be changed, removed, moved or put in without the chain showing it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_safety.event_log import GENESIS, Chain, parse, verify

WORDS = st.text(max_size=12)


def log(count=6):
    chain = Chain()
    return [
        chain.append(1_000 + i, 'A', 'authority taken', f'PSM{i % 3 + 1}', f'reason {i}').to_line()
        for i in range(count)
    ]


def test_a_log_as_it_was_written_holds():
    found = verify(log())
    assert found.findings == ()
    assert [record.index for record in found.records] == list(range(6))
    assert found.records[0].previous == GENESIS
    assert found.records[3].why == 'reason 3'


def test_an_empty_log_holds():
    assert verify([]).broken is None


@given(st.lists(st.tuples(st.integers(0, 2**63), WORDS, WORDS, WORDS, WORDS), max_size=5))
def test_every_text_survives_and_holds(events):
    chain = Chain()
    lines = [chain.append(*event).to_line() for event in events]
    assert all('\n' not in line for line in lines)
    found = verify(lines)
    assert found.findings == ()
    assert [(r.time_ns, r.who, r.what, r.arm, r.why) for r in found.records] == events


@pytest.mark.parametrize('field', ['index', 'time_ns', 'who', 'what', 'arm', 'why', 'previous'])
@pytest.mark.parametrize('at', range(6))
def test_a_changed_field_is_found_at_its_line(field, at):
    lines = log()
    content = json.loads(lines[at])
    content[field] = content[field] + 1 if isinstance(content[field], int) else 'forged'
    lines[at] = json.dumps(content)
    assert verify(lines).broken.line == at + 1


@pytest.mark.parametrize('at', range(5))
def test_a_changed_record_with_a_hash_made_anew_breaks_the_next_one(at):
    lines = log()
    content = json.loads(lines[at]) | {'why': 'forged'}
    lines[at] = parse(json.dumps(content)).sealed().to_line()
    assert verify(lines).broken.line == at + 2


@pytest.mark.parametrize('at', range(5))
def test_a_line_that_was_taken_out_is_missed(at):
    lines = log()
    del lines[at]
    assert verify(lines).broken.line == at + 1


def test_lines_that_were_swapped_or_doubled_are_found():
    lines = log()
    swapped = [lines[1], lines[0], *lines[2:]]
    assert verify(swapped).broken.line == 1
    assert verify([*lines[:3], *lines[2:]]).broken.line == 4


@pytest.mark.parametrize('at', range(6))
def test_a_line_that_was_made_unreadable_is_no_torn_one(at):
    lines = log()
    lines[at] = lines[at][:40]
    found = verify(lines)
    if at < 5:
        assert found.broken.line == at + 1
        assert len(found.records) == 5
    else:  # the last one: a crash looks the same, and head tells them apart
        assert found.broken is None
        assert verify(lines, head=json.loads(log()[-1])['hash']).broken.line == 7


def test_a_torn_line_is_named_and_does_not_hide_what_follows():
    lines = log()
    torn = [*lines[:3], lines[3][:25], *lines[3:]]
    found = verify(torn)
    assert found.broken is None
    assert len(found.records) == 6
    assert [(f.line, f.breaks) for f in found.findings] == [(4, False)]


def test_a_log_whose_end_was_cut_off_is_told_by_a_hash_that_was_kept_elsewhere():
    lines = log()
    head = parse(lines[-1]).hash
    assert verify(lines, head).broken is None
    assert verify(lines[:-1]).broken is None
    assert 'cut off' in verify(lines[:-1], head).broken.text


@pytest.mark.parametrize(
    'line',
    ['', 'null', '[]', '{}', '"x"', '{"index": 0}', log()[0].replace('1000', '"1000"'), '\x00'],
)
def test_what_is_no_record_is_none(line):
    assert parse(line) is None


@given(st.text())
def test_no_text_makes_reading_fail(text):
    verify(text.splitlines())


@given(st.data())
def test_any_single_changed_character_is_found(data):
    lines = log(4)
    at = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    character = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = lines[at][:place] + character + lines[at][place + 1 :]
    same = parse(changed) == parse(lines[at])
    lines[at] = changed
    assert (verify(lines).broken is None) == same
