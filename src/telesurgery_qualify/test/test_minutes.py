"""What the two ends tell one another survives the wire, and rubbish is refused."""

from __future__ import annotations

import contextlib
import zlib

import numpy as np
import pytest
import synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_qualify import minutes, probe
from telesurgery_qualify.errors import MalformedError
from telesurgery_qualify.evidence import Reading, Sent
from telesurgery_qualify.load import Kind, Plan
from telesurgery_qualify.minutes import Accept, Batch, Done, End, Hello, Told
from telesurgery_qualify.probe import Probe


@pytest.mark.parametrize(
    'minute',
    [
        Hello(Plan(seconds=7.0, video_mbit_s=0.0)),
        Accept(),
        Told(Reading(1, 2, 3, 4, 5, -6, 7)),
        Told(Reading(1, 2, 3, 4, 5)),
        Done(Sent({Kind.CONTROL: 5, Kind.VIDEO: 2}, {Kind.CONTROL: 1, Kind.VIDEO: 0})),
        End(),
        End('stopped by hand'),
    ],
)
def test_a_minute_comes_back_as_it_was(minute: minutes.Minute) -> None:
    assert minutes.parse(minutes.encode(minute)) == minute


@pytest.mark.parametrize('seconds', [0.0, 2.0])
def test_samples_come_back_as_they_were(seconds: float) -> None:
    samples = synthetic.control(seconds=seconds)
    parsed = minutes.parse(minutes.encode(Batch(Kind.CONTROL, samples)))
    assert isinstance(parsed, Batch)
    assert parsed.kind is Kind.CONTROL
    np.testing.assert_array_equal(parsed.samples.rows, samples.rows)


def test_samples_of_a_second_take_little_of_the_link() -> None:
    encoded = minutes.encode(Batch(Kind.CONTROL, synthetic.control(seconds=1.0)))
    assert len(encoded) < 12_000


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_rubbish_is_refused_and_nothing_else(payload: bytes) -> None:
    with contextlib.suppress(MalformedError):
        minutes.parse(payload)


@given(st.sampled_from([b'C', b'V', b'R', b'D', b'E', b'H']), st.binary(max_size=200))
@settings(max_examples=200)
def test_compressed_rubbish_is_refused_and_nothing_else(tag: bytes, content: bytes) -> None:
    for payload in (tag + zlib.compress(content), tag + content):
        with contextlib.suppress(MalformedError):
            minutes.parse(payload)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(MalformedError, match='whole table'):
        minutes.parse(b'C' + zlib.compress(bytes(50_000_000)))


@pytest.mark.parametrize(
    'payload',
    [
        b'',
        b'X',
        b'H{"version": 99, "plan": {}}',
        b'H{"version": 1, "plan": {"seconds": -1}}',
        b'H{"version": 1, "plan": {"seconds": 1e300}}',
        b'H[]',
        b'Anything',
        b'R{"at_ns": -1}',
        b'D{"frames": {"control": "many"}}',
        b'E{"reason": "two\\nlines"}',
        b'E' + b'[' * 100_000,
    ],
)
def test_what_says_nothing_sensible_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        minutes.parse(payload)


def test_a_frame_of_the_load_comes_back_with_its_size() -> None:
    frame = Probe(12, 34, 56)
    assert probe.parse(probe.encode(frame, 300)) == frame
    assert len(probe.encode(frame, 300)) == 300


@given(st.binary(max_size=64))
@settings(max_examples=200)
def test_any_bytes_are_a_frame_of_the_load_or_refused(payload: bytes) -> None:
    try:
        frame = probe.parse(payload)
    except MalformedError:
        return
    assert frame.number >= 0
    assert frame.origin_ns >= 0
    assert frame.held_ns >= 0
