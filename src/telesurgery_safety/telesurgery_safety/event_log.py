"""The event log: who decided what about which arm, when and why, in a chain that shows changes.

A log is lines of JSON. Every record holds the SHA-256 of the record before it and its own; a
record that is changed, left out, moved or put in breaks the chain from there on. Whoever can write
the file could make the whole chain anew, or cut its end off: so every record also goes, with its
hash, to the bags of both sides, and one hash that was kept elsewhere vouches for everything before
it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

GENESIS = '0' * 64
"""What stands for the hash before the first record."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One decision, and its place in the chain."""

    index: int
    """Counts records from 0."""
    time_ns: int
    """Wall-clock time of the patient side [ns]."""
    who: str
    """The site whose act it was, or ``supervisor``."""
    what: str
    """One word or two: ``authority taken``, ``arm hold``."""
    arm: str
    """Empty: all, or none in particular."""
    why: str
    previous: str
    """Hash of the record before, hexadecimal."""
    hash: str = ''
    """Hash of all of the above, hexadecimal."""

    def sealed(self) -> EventRecord:
        """Return the record with the hash that belongs to it."""
        return dataclasses.replace(self, hash=self.digest())

    def digest(self) -> str:
        """Return the hash that belongs to what the record says."""
        content = dataclasses.asdict(self)
        del content['hash']
        return hashlib.sha256(_json(content).encode()).hexdigest()

    def to_line(self) -> str:
        """Return the record as a line of the log, without its end."""
        return _json(dataclasses.asdict(self))


class Chain:
    """Makes records out of decisions, each bound to the one before."""

    def __init__(self) -> None:
        self._next = 0
        self._hash = GENESIS

    def append(self, time_ns: int, who: str, what: str, arm: str, why: str) -> EventRecord:
        """Return the next record."""
        record = EventRecord(self._next, time_ns, who, what, arm, why, self._hash).sealed()
        self._next += 1
        self._hash = record.hash
        return record


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a line of a log."""

    line: int
    """Counted from 1."""
    text: str
    breaks: bool
    """False: a crash or a full disk cut it off; the chain goes on without it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a log holds."""

    records: tuple[EventRecord, ...]
    """All that can be read, whether they are proven or not."""
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> Finding | None:
        """The first line from which on nothing is proven; None: the chain holds."""
        return next((finding for finding in self.findings if finding.breaks), None)


def verify(lines: Iterable[str], head: str = '') -> Verification:
    """Read a log and follow its chain; ``head``: a hash that must be in it.

    A line that is no record is torn if the next record binds to the one before the line: then
    nothing was in it that the chain knows of. Else it was changed.
    """
    records: list[EventRecord] = []
    findings: list[Finding] = []
    torn: list[int] = []
    number = 0
    expected, index = GENESIS, 0
    for number, line in enumerate(lines, start=1):
        record = parse(line)
        if record is None:
            torn.append(number)
            continue
        records.append(record)
        trouble = _trouble(record, expected, index)
        if trouble:
            findings += [Finding(at, 'is no record, and the chain needs one', True) for at in torn]
            findings.append(Finding(number, trouble, True))
        else:
            findings += [_torn(at) for at in torn]
        torn.clear()
        expected, index = record.hash, record.index + 1
    findings += [_torn(at) for at in torn]
    if head and head not in (record.hash for record in records):
        cut = f'no record has the hash {head}: the end was cut off, or all was written anew'
        findings.append(Finding(number + 1, cut, True))
    return Verification(tuple(records), tuple(findings))


def parse(line: str) -> EventRecord | None:
    """Return the record in a line, or None where there is none."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    if not isinstance(content, dict) or content.keys() != _KINDS.keys():
        return None
    if any(type(content[name]) is not kind for name, kind in _KINDS.items()):
        return None
    return EventRecord(**content)


_KINDS = {
    'index': int,
    'time_ns': int,
    'who': str,
    'what': str,
    'arm': str,
    'why': str,
    'previous': str,
    'hash': str,
}


def _trouble(record: EventRecord, expected: str, index: int) -> str:
    if record.digest() != record.hash:
        return f'record {record.index} was changed'
    if record.previous != expected or record.index != index:
        return f'record {record.index} does not follow: one was removed, moved or put in before it'
    return ''


def _torn(line: int) -> Finding:
    return Finding(line, 'was cut off in writing (a crash, or a full disk)', False)


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(',', ':'))
