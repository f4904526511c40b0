"""Profiles made of others: ``extends``, ``both``, ``netem``, channels of their own, a schedule.

Works on mappings as YAML gives them; what comes out has the keys of ``LinkProfile`` and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_link.channels import Direction
from telesurgery_link.impairment.treatment import Treatment
from telesurgery_link.profiles.netem_line import parse_netem

Mapping = dict[str, Any]
Reader = Callable[[str], Mapping]
"""Returns the content of the profile of a name; ParameterError when there is none."""

DIRECTIONS = tuple(direction.value for direction in Direction)
EXTENDS, BOTH, NETEM, SCHEDULE, CHANNELS, OUTAGES = (
    *('extends', 'both', 'netem', 'schedule', 'channels', 'outages'),
)
TREATMENT = tuple(field.name for field in fields(Treatment))
ENTRY = ('at_s', 'profile', 'change', 'outage_s')
"""Keys of an entry of a schedule."""


def composed(name: str, read: Reader) -> Mapping:
    """Return the mapping of a profile with all that it refers to resolved."""
    profile = _flat(name, read, ())
    phases, outages = _phases(name, profile, profile.pop(SCHEDULE, None) or [], read)
    begins = [*(phase['at_s'] for phase in phases), float('inf')]
    for phase, end_s in zip(phases, begins[1:], strict=True):
        _silence(phase, outages, end_s)
        for direction in DIRECTIONS:
            if direction in phase:
                phase[direction] = _with_whole_channels(phase[direction], name)
    first, *others = phases
    del first['at_s']
    return {**profile, **first, SCHEDULE: others}


def _flat(name: str, read: Reader, chain: tuple[str, ...]) -> Mapping:
    """Return a profile with its bases merged in; its schedule as it is written."""
    if name in chain:
        raise ParameterError(
            f'extends of {name!r} leads back to it ({" -> ".join((*chain, name))}); allowed: a '
            'profile that does not; extend another'
        )
    content = read(name)
    try:
        own = _expanded(content)
    except ParameterError as error:
        raise ParameterError(f'{name}: {error}') from error
    base = own.pop(EXTENDS, None)
    if base is None:
        return own
    if not isinstance(base, str):
        raise ParameterError(
            f'{name}: extends is {base!r}; allowed: the name of a profile; give one'
        )
    return _merged(_flat(base, read, (*chain, name)), own)


def _expanded(content: Mapping) -> Mapping:
    """Return the content without ``both`` and ``netem``: a mapping for each direction."""
    own = dict(content)
    shared = _section(own.pop(BOTH, None), BOTH)
    if NETEM in own:
        shared = {**shared, NETEM: own.pop(NETEM)}
    for direction in DIRECTIONS:
        if direction in own or shared:
            given = _section(own.get(direction), direction)
            own[direction] = _without_netem({**shared, **given}, direction)
    return own


def _section(content: object, name: str) -> Mapping:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ParameterError(
            f'{name} is {content!r}; allowed: a mapping with the keys of a direction; write it as '
            'key: value lines'
        )
    return content


def _without_netem(direction: Mapping, name: str) -> Mapping:
    if NETEM not in direction:
        return direction
    others = {key: value for key, value in direction.items() if key != NETEM}
    line = direction[NETEM]
    if not isinstance(line, str):
        raise ParameterError(
            f"{name}: netem is {line!r}; allowed: a line such as 'delay 100ms'; quote it"
        )
    meant = parse_netem(line)
    twice = sorted(meant.keys() & others.keys())
    if twice:
        raise ParameterError(
            f'{name}: {", ".join(twice)} stands beside a netem line that says it too; allowed: '
            'one of both; move it into the line'
        )
    return {**meant, **others}


def _merged(base: Mapping, own: Mapping) -> Mapping:
    """Return the base with what is said anew: a direction's keys each, all others as a whole."""
    merged = {**base, **own}
    for direction in DIRECTIONS:
        if direction in base and direction in own:
            merged[direction] = {**base[direction], **own[direction]}
    return merged


def _phases(
    name: str, profile: Mapping, schedule: object, read: Reader
) -> tuple[list[Mapping], list[tuple[float, float]]]:
    """Return the phases from the start on, and the outages (begin, end) [s] of the schedule."""
    if not isinstance(schedule, list):
        raise ParameterError(
            f'{name}: schedule is {schedule!r}; allowed: a list of entries with '
            f'{", ".join(ENTRY)}; write one a line'
        )
    in_force = {key: profile[key] for key in (*DIRECTIONS, 'route') if key in profile}
    phases = [{'at_s': 0.0, **in_force}]
    outages = []
    for number, entry in enumerate(schedule):
        where = f'{name}: schedule[{number}]'
        at_s = _checked_entry(entry, where)
        if 'profile' in entry:
            other = _flat(entry['profile'], read, (name,))
            if other.get(SCHEDULE):
                raise ParameterError(
                    f'{where}: profile {entry["profile"]!r} has a schedule itself; allowed: one '
                    'without; write its entries here'
                )
            in_force = {key: other[key] for key in (*DIRECTIONS, 'route') if key in other}
        if 'change' in entry:
            in_force = _merged(in_force, _expanded(_section(entry['change'], 'change')))
        if 'profile' in entry or 'change' in entry:
            phases.append({'at_s': at_s, **in_force})
        if 'outage_s' in entry:
            outages.append((at_s, at_s + _seconds(entry['outage_s'], f'{where}: outage_s')))
    return phases, outages


def _checked_entry(entry: object, where: str) -> float:
    if not isinstance(entry, dict) or not entry.keys() & set(ENTRY[1:]):
        raise ParameterError(
            f'{where} is {entry!r}; allowed: at_s with profile, change or outage_s; complete it'
        )
    for key in entry:
        if key not in ENTRY:
            raise ParameterError(one_of(f'{where}: key', key, ENTRY, 'correct or remove it'))
    if not isinstance(entry.get('profile', ''), str):
        raise ParameterError(
            f'{where}: profile is {entry["profile"]!r}; allowed: a name; give one'
        )
    return _seconds(entry.get('at_s'), f'{where}: at_s')


def _seconds(value: object, where: str) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0.0 <= value < 1e9:  # type: ignore[operator]
        raise ParameterError(f'{where} is {value!r}; allowed: seconds from 0 on; correct it')
    return float(value)  # type: ignore[arg-type]


def _silence(phase: Mapping, outages: Sequence[tuple[float, float]], end_s: float) -> None:
    """Put into a phase what of the schedule's outages falls into it."""
    begin_s = phase['at_s']
    spans = [(max(a, begin_s), min(b, end_s)) for a, b in outages if a < end_s and b > begin_s]
    added = [{'start_s': a - begin_s, 'length_s': b - a} for a, b in spans]
    if not added:
        return
    for direction in DIRECTIONS:
        content = dict(phase.get(direction) or {})
        content[OUTAGES] = [*(content.get(OUTAGES) or []), *added]
        content[CHANNELS] = {
            who: {**own, OUTAGES: [*(own[OUTAGES] or []), *added]} if OUTAGES in own else own
            for who, own in (content.get(CHANNELS) or {}).items()
        }
        phase[direction] = content


def _with_whole_channels(direction: Mapping, name: str) -> Mapping:
    """Return the direction with what it says of a channel put upon what it says of all."""
    own = direction.get(CHANNELS)
    if own is None:
        return direction
    if not isinstance(own, dict) or not all(isinstance(value, dict) for value in own.values()):
        raise ParameterError(
            f'{name}: channels is {own!r}; allowed: a mapping from topics, policies or "link" to '
            'the keys of a treatment; write it so'
        )
    shared = {key: direction[key] for key in TREATMENT if key in direction}
    return {**direction, CHANNELS: {who: {**shared, **value} for who, value in own.items()}}
