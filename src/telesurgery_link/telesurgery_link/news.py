"""What an operator must be told about the link, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from telesurgery_link.errors import Refusal


@dataclass(frozen=True, slots=True)
class Facts:
    """What the link says of itself at one moment; numbers count from its start."""

    connected: bool
    restarts: int
    refused: Mapping[Refusal, int]
    unsent: int
    unsent_reason: str
    given_up: int
    incomplete: int
    oversized: int


class News:
    """Compares the facts of now with those told before."""

    def __init__(self) -> None:
        self._told = Facts(False, 0, {}, 0, '', 0, 0, 0)

    def since(self, facts: Facts) -> list[str]:
        """Return a sentence for everything that has happened since the last call."""
        told, self._told = self._told, facts
        return [
            *_connection(told, facts),
            *(
                f'{count - told.refused.get(reason, 0)} datagrams refused: {reason.value}'
                for reason, count in facts.refused.items()
                if count > told.refused.get(reason, 0)
            ),
            *_more(facts.unsent - told.unsent, f'datagrams not sent: {facts.unsent_reason}'),
            *_more(
                facts.given_up - told.given_up,
                'ordered messages given up: the peer acknowledged them in no way',
            ),
            *_more(
                facts.incomplete - told.incomplete,
                'messages dropped: some of their fragments did not come in time',
            ),
            *_more(facts.oversized - told.oversized, 'messages dropped: too large to send'),
        ]


def _connection(told: Facts, facts: Facts) -> list[str]:
    sentences = []
    if facts.restarts > told.restarts:
        sentences.append('the peer has started anew')
    if facts.connected != told.connected:
        sentences.append('the peer is there' if facts.connected else 'the peer is silent')
    return sentences


def _more(count: int, what: str) -> list[str]:
    return [f'{count} {what}'] if count > 0 else []
