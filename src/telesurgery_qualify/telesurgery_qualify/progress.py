"""What is shown while a run goes on: one line a second."""

from __future__ import annotations

from telesurgery_qualify.conversation import Conversation
from telesurgery_qualify.evidence import Reading
from telesurgery_qualify.load import Kind
from telesurgery_qualify.stages import Stage


class Progress:
    """Makes a line of what has happened since the last one."""

    def __init__(self) -> None:
        self._before: Reading | None = None
        self._stage: Stage | None = None

    def line(self, conversation: Conversation, reading: Reading, now_ns: int) -> str:
        """Return the line; empty: nothing has changed."""
        before, self._before = self._before, reading
        stage, self._stage = self._stage, conversation.stage
        if conversation.stage is not Stage.RUNNING or conversation.plan is None:
            return '' if stage is conversation.stage else f'{conversation.stage.value} ...'
        parts = [f'{conversation.elapsed_s(now_ns):4.0f} of {conversation.plan.seconds:g} s']
        newest = conversation.own.latest()
        if newest is not None and newest[3] > 0:
            parts.append(f'round trip {(newest[2] - newest[3] - newest[4]) / 1e6:.1f} ms')
        parts.append(f'{conversation.own.count(Kind.CONTROL)} control frames')
        if before is not None and reading.at_ns > before.at_ns:
            bits = 8.0 * (reading.video_bytes - before.video_bytes)
            if bits > 0.0:
                parts.append(f'video {bits / (reading.at_ns - before.at_ns) * 1e3:.1f} Mbit/s')
            lost = reading.datagrams_lost - before.datagrams_lost
            parts.append(f'{max(0, lost)} datagrams lost in this second')
        return ', '.join(parts)
