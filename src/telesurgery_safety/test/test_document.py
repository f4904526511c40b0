"""The document in docs/ is the one that the tables make."""

import pytest

from telesurgery_safety import site_states
from telesurgery_safety.document import mermaid, safety_states
from telesurgery_safety.states import TRANSITIONS, Event, SafetyState


def test_the_document_is_up_to_date(workspace):
    written = (workspace / 'docs' / 'safety-states.md').read_text(encoding='utf-8')
    assert written == safety_states(), 'run: python -m telesurgery_safety.document'


@pytest.mark.parametrize(
    ('start', 'transitions'),
    [
        (SafetyState.POWERED_OFF, TRANSITIONS),
        (site_states.SiteState.POWERED_OFF, site_states.TRANSITIONS),
    ],
    ids=['arm', 'site'],
)
def test_the_diagram_shows_every_change_of_state(start, transitions):
    diagram = mermaid(start, transitions)
    for (before, event), after in transitions.items():
        arrow = f'{before.name.lower()} --> {after.name.lower()}: '
        shown = any(
            line.strip().startswith(arrow) and event.value in line.partition(': ')[2].split(', ')
            for line in diagram.splitlines()
        )
        assert shown == (before is not after)


def test_every_state_and_event_is_explained():
    document = safety_states()
    for member in (*SafetyState, *Event, *site_states.SiteState, *site_states.SiteEvent):
        assert f'| {member.value} | ' in document
