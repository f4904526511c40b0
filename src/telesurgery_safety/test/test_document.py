"""The document in docs/ is the one that the tables make."""

from telesurgery_safety.document import mermaid, safety_states
from telesurgery_safety.states import TRANSITIONS, Event, SafetyState


def test_the_document_is_up_to_date(workspace):
    written = (workspace / 'docs' / 'safety-states.md').read_text(encoding='utf-8')
    assert written == safety_states(), 'run: python -m telesurgery_safety.document'


def test_the_diagram_shows_every_change_of_state():
    diagram = mermaid()
    for (before, event), after in TRANSITIONS.items():
        shown = any(
            line.strip().startswith(f'{before.value} --> {after.value}: ') and event.value in line
            for line in diagram.splitlines()
        )
        assert shown == (before is not after)


def test_every_state_and_event_is_explained():
    document = safety_states()
    for member in (*SafetyState, *Event):
        assert f'| {member.value} | ' in document
