"""What the recordings of a session lack: a reader must know what the figures do not stand on."""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_recording.reader import Recording

NAMED = 3
"""So many topics are named, the worst; the others are only counted."""


def gaps_of(recording: Recording, left_out: Mapping[str, int]) -> list[str]:
    """Return sentences on a recording that was read whole; none where nothing is missing.

    ``left_out``: messages by topic that could not be understood.
    """
    name = recording.path.name
    gaps = [f'{name}: {fault.detail}.' for fault in recording.faults]
    told = recording.metadata.get('missed', {})
    missed = {topic: int(count) for topic, count in told.items() if count.isdigit()}
    if missed:
        gaps.append(f'{name}: the recorder missed or dropped {_counted(missed)}.')
    if left_out:
        gaps.append(f'{name}: not understood, and left out: {_counted(left_out)}.')
    return gaps


def _counted(by_topic: Mapping[str, int]) -> str:
    worst = sorted(by_topic.items(), key=lambda found: (-found[1], found[0]))
    named = ', '.join(f'{count} of {topic}' for topic, count in worst[:NAMED])
    others = sum(count for _, count in worst[NAMED:])
    rest = f', {others} of {len(worst) - NAMED} other topics' if others else ''
    return f'{sum(by_topic.values())} messages ({named}{rest})'
