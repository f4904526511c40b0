"""docs/motion.md says what the code says."""

import re

import pytest

from telesurgery_motion.clutch import TRANSITIONS
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.pairs import CAMERA_PAIR


@pytest.fixture(scope='module')
def text(workspace):
    return (workspace / 'docs' / 'motion.md').read_text(encoding='utf-8')


def test_the_table_of_the_clutch_is_the_clutchs(text):
    written = set(re.findall(r'^\| (\w+) \| (\w+) \| (\w+) \|$', text, re.MULTILINE))
    changes = {
        (state.value, event.value, after.value)
        for (state, event), after in TRANSITIONS.items()
        if after is not state
    }

    assert written - {('state', 'event', 'next')} == changes


def test_every_hindrance_is_explained(text):
    for hindrance in set(Hindrance) - {Hindrance.NONE}:
        assert f'`{hindrance.name.lower()}`' in text


def test_the_pairs_that_it_names_exist(text):
    assert f'`{CAMERA_PAIR.name}`' in text
