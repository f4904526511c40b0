"""When a held button means that the operator is present."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.deadman import Deadman


@pytest.mark.parametrize(
    ('story', 'present'),
    [
        ('', False),
        ('held', False),
        ('free held', True),
        ('free held free', False),
        ('free held lost', False),
        ('free held lost held', False),
        ('free held lost free', False),
        ('free held lost free held', True),
        ('free lost held', False),
        ('free held revoked held', False),
        ('free held revoked free held', True),
    ],
)
def test_presence_is_pressed_on_a_device_that_was_seen_well_and_released(story, present):
    deadman = Deadman()
    for word in story.split():
        if word == 'revoked':
            deadman.revoke()
        deadman.step(held=word in ('held', 'revoked'), well=word != 'lost')

    assert deadman.present is present


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30))
def test_nobody_becomes_present_without_a_release_since_the_last_loss(steps):
    deadman, released = Deadman(), False
    for held, well in steps:
        released = well and (released or not held)
        assert deadman.step(held=held, well=well) is (held and well and released)
