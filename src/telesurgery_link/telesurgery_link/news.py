"""What an operator must be told about the link, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from telesurgery_link.errors import Refusal
from telesurgery_link.state import LinkState


@dataclass(frozen=True, slots=True)
class Facts:
    """What the link says of itself at one moment; numbers count from its start."""

    state: LinkState
    restarts: int
    refused: Mapping[Refusal, int]
    unsent: int
    unsent_reason: str
    given_up: int
    incomplete: int
    oversized: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One piece of news."""

    text: str
    is_trouble: bool = True


class News:
    """Compares the facts of now with those told before."""

    def __init__(self) -> None:
        self._told: Facts | None = None

    def since(self, facts: Facts) -> list[Sentence]:
        """Return a sentence for everything that has happened since the last call.

        The first call says whether the peer is there, too.
        """
        before, self._told = self._told, facts
        told = before or Facts(facts.state, 0, {}, 0, '', 0, 0, 0)
        return [
            *_connection(before, facts),
            *(
                sentence
                for reason, count in facts.refused.items()
                if reason is not Refusal.STALE  # knocks and replies cross in the ordinary way
                for sentence in _more(
                    count - told.refused.get(reason, 0), f'datagrams refused: {reason.value}'
                )
            ),
            *_more(facts.unsent - told.unsent, f'datagrams not sent: {facts.unsent_reason}'),
            *_more(
                facts.given_up - told.given_up,
                'ordered messages given up: nobody acknowledged them in time',
            ),
            *_more(
                facts.incomplete - told.incomplete,
                'messages dropped: some of their fragments did not come in time',
            ),
            *_more(facts.oversized - told.oversized, 'messages dropped: too large to send'),
        ]


def _connection(told: Facts | None, facts: Facts) -> list[Sentence]:
    sentences = []
    if told is not None and facts.restarts > told.restarts:
        sentences.append(Sentence('the peer has started anew'))
    if told is None or facts.state is not told.state:
        if facts.state is LinkState.CONNECTED:
            sentences.append(Sentence('the peer is there', is_trouble=False))
        else:
            sentences.append(Sentence(facts.state.value))
    return sentences


def _more(count: int, what: str) -> list[Sentence]:
    return [Sentence(f'{count} {what}')] if count > 0 else []
