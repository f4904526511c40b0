"""How long a command takes from the masters' stamp to the simulator.

Three traces are joined by the publication numbers that DDS gives to every message. The receiving
gateway says when a command arrived and what delay was injected on purpose, the arms say which
command became which joint target, the simulator says when a target was handed to Gazebo::

    /trace/link     command number -> injected delay
    /trace/command  command number -> command stamp, target number
    /trace/target   target number  -> handed

    software latency = handed - command stamp - injected delay

Traces are recorded like anything else: rows may be lost, doubled or out of order. A row that is
there twice counts once; a number that stands for two different events (its publisher was
restarted) is ambiguous and not used; a command without all three rows is counted as unmatched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import NS_PER_MS, Integers, Session

SUPERSEDED_BY = 2
"""How many targets later the simulator may have taken a newer target instead of the command's own.

It keeps the newest only, and a newer target carries this command or a newer one, so that the
later hand-over is when the command took effect. A longer gap (4 ms at 500 Hz), to either side, is
lost rows of the trace, and the commands in it are not guessed at.
"""


@dataclass(frozen=True, slots=True)
class CommandLatency:
    """Latency of each command that was followed to the simulator, arrays ``(n,)`` [ms]."""

    stamp_ns: Integers
    """When the masters were sampled."""
    software_ms: Array
    injected_ms: Array
    before_link_ms: Array
    """Masters' stamp until the sending gateway took the command: console and motion."""
    link_ms: Array
    """Between the gateways, less the injected delay."""
    after_link_ms: Array
    """Arrival of the datagram until the hand-over: gateway, arms and simulator."""
    unmatched: int
    """Commands that reached the arms but could not be followed."""

    @property
    def total_ms(self) -> Array:
        """Everything from the masters' stamp to the hand-over, the injected delay included."""
        return self.software_ms + self.injected_ms


def command_latency(session: Session) -> CommandLatency:
    """Follow every command that became a joint target.

    Raises NotMeasuredError when none can be followed.
    """
    traces = session.command_targets, session.handed_targets, session.link_passages
    for topic, numbers in (
        ('/trace/command', traces[0].command_number),
        ('/trace/target', traces[1].target_number),
        ('/trace/link', traces[2].command_number),
    ):
        if numbers.size == 0:
            raise NotMeasuredError(f'{topic} has no row about a command')
    command = _first_target_of_each_command(session)
    handed = _table(session.handed_targets.target_number, session.handed_targets.handed_ns)
    link = _table(
        session.link_passages.command_number,
        session.link_passages.sent_ns,
        session.link_passages.injected_ns,
        session.link_passages.arrival_ns,
    )
    target_row, target_found = _rows_at(handed[:, 0], command[:, 2], SUPERSEDED_BY)
    link_row, link_found = _rows_at(link[:, 0], command[:, 0], 0)
    followed = target_found & link_found
    if not followed.any():
        raise NotMeasuredError('no command could be followed through the three traces')
    stamp_ns = command[followed, 1]
    handed_ns = handed[target_row[followed], 1]
    sent_ns, injected_ns, arrival_ns = link[link_row[followed], 1:].T
    return CommandLatency(
        stamp_ns=stamp_ns,
        software_ms=(handed_ns - stamp_ns - injected_ns) / NS_PER_MS,
        injected_ms=injected_ns / NS_PER_MS,
        before_link_ms=(sent_ns - stamp_ns) / NS_PER_MS,
        link_ms=(arrival_ns - sent_ns - injected_ns) / NS_PER_MS,
        after_link_ms=(handed_ns - arrival_ns) / NS_PER_MS,
        unmatched=int((~followed).sum()),
    )


def relay_latency_ms(session: Session) -> Array:
    """Return the latency ``(n,)`` [ms] of each message through the chain of bare relays."""
    passages = session.relay_passages
    if passages.sent_ns.size == 0:
        raise NotMeasuredError(
            '/trace/relay has no row: no chain of bare relays ran beside the session'
        )
    rows = np.unique(np.column_stack([passages.sent_ns, passages.arrival_ns]), axis=0)
    latency: Array = (rows[:, 1] - rows[:, 0]) / NS_PER_MS
    return latency


def _first_target_of_each_command(session: Session) -> Integers:
    """Return rows ``(n, 3)`` command number, command stamp, first target number."""
    trace = session.command_targets
    rows = np.unique(  # sorted by command, then stamp, then target
        np.column_stack([trace.command_number, trace.command_ns, trace.target_number]), axis=0
    )
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (np.diff(rows[:, :2], axis=0) != 0).any(axis=1)
    return _unambiguous(rows[first])


def _table(*columns: Integers) -> Integers:
    """Return the distinct rows, in order of their number, which is the first column."""
    return _unambiguous(np.unique(np.column_stack(columns), axis=0))


def _unambiguous(rows: Integers) -> Integers:
    """Return the rows ``(n, k)`` whose number, the first column, stands in one row only."""
    _, index, count = np.unique(rows[:, 0], return_index=True, return_counts=True)
    unambiguous: Integers = rows[index[count == 1]]
    return unambiguous


def _rows_at(
    numbers: Integers, wanted: Integers, tolerance: int
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return for each wanted number its index in the sorted ``numbers``, and whether it is there.

    A number that is not there is stood for by the next one, if that and the one before are at
    most ``tolerance`` away.
    """
    padded = np.concatenate(
        [[np.iinfo(np.int64).min // 2], numbers, [np.iinfo(np.int64).max // 2]]
    )
    index = np.searchsorted(numbers, wanted)
    before, after = padded[index], padded[index + 1]
    there = after == wanted
    stood_for = (after - wanted <= tolerance) & (wanted - before <= tolerance)
    found: NDArray[np.bool_] = there | stood_for
    return np.where(found, index, 0), found
