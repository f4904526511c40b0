"""The verdict in plain words, from the findings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from telesurgery_qualify.finding import Finding, Status
from telesurgery_qualify.measurement import Measurement
from telesurgery_qualify.requirements import Weight
from telesurgery_qualify.words import number, share_percent, span


class Grade(Enum):
    """How a link is judged; the value is the headline."""

    SUITABLE = 'Suitable'
    RESERVED = 'Suitable with reservations'
    UNSUITABLE = 'Not suitable'
    INCONCLUSIVE = 'Not shown to be suitable'


MEANING = {
    Grade.SUITABLE: 'Nothing that was measured speaks against using this link.',
    Grade.RESERVED: 'It may be used by people who know what is not met.',
    Grade.UNSUITABLE: 'Do not operate over this link.',
    Grade.INCONCLUSIVE: 'Do not rely on this link before a longer run has shown that it will do.',
}
"""What a grade asks of the people who plan the operation."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to tell the people who plan the operation."""

    grade: Grade
    summary: str
    """One or two sentences."""
    failed: tuple[Finding, ...]
    undecided: tuple[Finding, ...]


def conclude(measurement: Measurement, findings: Sequence[Finding]) -> Verdict:
    """Return the verdict on a run."""
    failed = tuple(finding for finding in findings if finding.status is Status.FAIL)
    undecided = tuple(finding for finding in findings if finding.status is Status.UNDECIDED)
    grade = _grade(measurement, failed, undecided)
    return Verdict(grade, _summary(measurement, grade, failed, undecided), failed, undecided)


def _grade(
    measurement: Measurement, failed: Sequence[Finding], undecided: Sequence[Finding]
) -> Grade:
    if any(_is_essential(finding) for finding in failed):
        return Grade.UNSUITABLE
    if measurement.evidence.ended_early or any(_is_essential(finding) for finding in undecided):
        return Grade.INCONCLUSIVE
    return Grade.RESERVED if failed else Grade.SUITABLE


def _is_essential(finding: Finding) -> bool:
    return finding.requirement.weight is Weight.ESSENTIAL


def _summary(
    measurement: Measurement,
    grade: Grade,
    failed: Sequence[Finding],
    undecided: Sequence[Finding],
) -> str:
    sentences = [MEANING[grade]]
    if measurement.evidence.ended_early:
        sentences.append(f'The run ended early: {measurement.evidence.ended_early}.')
    sentences.append(_experience(measurement))
    if failed:
        sentences.append(f'Not met: {_titles(failed)}.')
    elif grade is Grade.SUITABLE:
        sentences.append('Every requirement that can be decided in this time is met.')
    if undecided:
        sentences.append(f'Left open: {_titles(undecided)}.')
    return ' '.join(sentences)


def _experience(measurement: Measurement) -> str:
    """Say what a surgeon would notice."""
    trips = measurement.round_trips
    if len(trips.ms) == 0:
        return 'No control frame went there and back.'
    median = trips.quantiles()[0.5].value
    sentence = f'What a hand does is answered after {number(median)} ms'
    above = measurement.share_of_time_above[300.0]
    if above > 0.0:
        sentence += f', and {share_percent(above)} of the time later than 300 ms'
    held = max(
        len(figures.continuity.interruptions) for figures in measurement.directions.values()
    )
    gap = measurement.longest_gap_ms
    if held and not math.isnan(gap):
        times = 'once' if held == 1 else f'{held} times'
        return (
            f'{sentence}; the flow was interrupted {times}, for {span(gap / 1e3)} at the longest.'
        )
    return f'{sentence}; the flow was never interrupted for longer than {number(gap)} ms.'


def _titles(findings: Sequence[Finding]) -> str:
    return '; '.join(
        finding.requirement.title[0].lower() + finding.requirement.title[1:]
        for finding in findings
    )
