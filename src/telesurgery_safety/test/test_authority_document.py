"""The document of the authority is the one that its table makes."""

from telesurgery_safety.authority_document import authority_diagram, authority_document
from telesurgery_safety.authority_states import TENURES, Tenure, TenureEvent


def test_the_document_is_up_to_date(workspace):
    written = (workspace / 'docs' / 'authority-states.md').read_text(encoding='utf-8')
    assert written == authority_document(), 'run: python -m telesurgery_safety.authority_document'


def test_the_diagram_shows_every_change_of_state():
    lines = [line.strip() for line in authority_diagram().splitlines()]
    for (before, event), after in TENURES.items():
        shown = any(
            line.startswith(f'{before.value} --> {after.value}: ')
            and event.value in line.partition(': ')[2].split(', ')
            for line in lines
        )
        assert shown == (before is not after)


def test_every_state_and_event_is_explained():
    document = authority_document()
    for member in (*Tenure, *TenureEvent):
        assert f'| {member.value} | ' in document
