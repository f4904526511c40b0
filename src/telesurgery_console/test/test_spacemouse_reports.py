"""HID reports made by formula after the published layout; they are no captures of devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.spacemouse_reports import Ignored, Moved, Pressed, decode
from telesurgery_console.testing import (
    button_report,
    motion_report,
    rotation_report,
    translation_report,
)

counts = st.integers(-(2**15), 2**15 - 1)


def test_a_wired_one_tells_translation_and_rotation_apart():
    assert decode(translation_report(350, 0, 0)) == Moved({'x': 0.0, 'y': -1.0, 'z': 0.0})
    assert decode(translation_report(0, -350, 0)) == Moved({'x': 1.0, 'y': 0.0, 'z': 0.0})
    assert decode(translation_report(0, 0, -350)) == Moved({'x': 0.0, 'y': 0.0, 'z': 1.0})
    assert decode(rotation_report(0, 0, 175)) == Moved({'rx': 0.0, 'ry': 0.0, 'rz': -0.5})


def test_a_wireless_one_tells_all_six_in_one_report():
    assert decode(motion_report((0, -350, 0), (0, 0, -35))) == Moved(
        {'x': 1.0, 'y': 0.0, 'z': 0.0, 'rx': 0.0, 'ry': 0.0, 'rz': 0.1}
    )


@pytest.mark.parametrize(
    ('published', 'meaning'),
    [
        # Bytes as published notes on the SpaceNavigator have them.
        ('01 00 00 00 00 00 00', Moved({'x': 0.0, 'y': 0.0, 'z': 0.0})),
        ('02 00 00 e2 ff 00 00', Moved({'rx': 30 / 350, 'ry': 0.0, 'rz': 0.0})),
        ('03 01 00', Pressed(frozenset({0}))),
        ('03 02 00', Pressed(frozenset({1}))),
        ('03 03 00', Pressed(frozenset({0, 1}))),
        ('03 00 00', Pressed(frozenset())),
    ],
)
def test_published_reports_mean_what_their_notes_say(published, meaning):
    assert decode(bytes.fromhex(published)) == meaning


@given(st.tuples(counts, counts, counts), st.tuples(counts, counts, counts))
def test_every_motion_stays_within_full_deflection(moved, turned):
    said = decode(motion_report(moved, turned))

    assert all(-1.0 <= value <= 1.0 for value in said.axes.values())
    assert {
        **decode(translation_report(*moved)).axes,
        **decode(rotation_report(*turned)).axes,
    } == (said.axes)


@given(st.frozensets(st.integers(0, 31)))
def test_every_button_has_its_bit(bits):
    assert decode(button_report(*bits)) == Pressed(bits)


@given(st.binary(max_size=70))
def test_no_bytes_are_too_much_for_it(report):
    assert isinstance(decode(report), Moved | Pressed | Ignored)


@pytest.mark.parametrize(
    ('report', 'reason'),
    [
        (b'', 'an empty report'),
        (b'\x01\x00\x00', 'report 1 of 2 bytes, which is too short'),
        (b'\x03', 'report 3 of 0 bytes, which is too short'),
        (b'\x2a\x00', 'report 42, which is not known'),
        (b'\x17\x64', ''),
    ],
)
def test_what_says_nothing_is_left_out_with_a_reason(report, reason):
    assert decode(report) == Ignored(reason)
