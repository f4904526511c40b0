"""What is asked of every run, and what a case comes to over all of its runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from faults_study.cases import Case, Expected
from faults_study.virtual import Finding

MOVED_M = 1e-4
"""Nothing may go further than this that was not commanded."""
TOLD_S = 0.2
"""Besides the link's delay: the operator must know why by then."""
STOOD_S = 0.05
"""A machine that stood longer was itself what failed: half of the shortest limit in the stack."""
BRAKING_M = 2e-3
TICK_S = 0.002
ROUNDING_S = 1e-9


def failures(case: Case, finding: Finding) -> list[str]:
    """Return in words what a run has broken of what is asked; empty: nothing."""
    found = []
    arms = finding.arms
    stopped = [arm for arm in arms.values() if arm.held_s is not None]
    moved = {
        **{f'{name} moved uncommanded': arm.uncommanded_m for name, arm in arms.items()},
        **{f'{name} moved after it had come to rest': a.after_rest_m for name, a in arms.items()},
        'a tip moved that nobody drives': finding.others_m,
        'a tip jumped at the new engagement': finding.jump_m,
    }
    found += [f'{text}: {1e3 * way:.2f} mm' for text, way in moved.items() if not way <= MOVED_M]
    found += [
        f'{name} braked over {1e3 * arm.braking_m:.2f} mm'
        for name, arm in arms.items()
        if arm.braking_m > BRAKING_M
    ]
    if case.expected is Expected.STOPS and not stopped:
        found.append('nothing was stopped')
    if case.expected is Expected.GOES_ON and stopped:
        found.append('an arm was stopped')
    if any(arm.rest_s is None for arm in stopped):
        found.append('a stopped arm went on without the deliberate act')
    if not finding.follows:
        found.append('the arms do not follow after the deliberate act')
    if stopped:
        # Where a fault may do nothing at first, the operator's time begins when an arm is stopped.
        begin = 0.0
        if case.expected is Expected.EITHER:
            begin = min(arm.held_s or 0.0 for arm in stopped)
        if finding.told_s is None:
            found.append('the operator was told nothing')
        elif finding.told_s > begin + TOLD_S + finding.delay_s:
            found.append(f'the operator was told after {1e3 * finding.told_s:.0f} ms')
    if finding.overdue_s > TICK_S + ROUNDING_S:
        found.append(f'the hold came {1e3 * finding.overdue_s:.1f} ms after its limit')
    return found


@dataclass(frozen=True)
class Summary:
    """A case over all of its runs."""

    row: dict[str, object]
    failures: tuple[str, ...]
    """Each kind once, with an example."""


def summary(case: Case, findings: Sequence[Finding]) -> Summary:
    """Return the row of a case: how often, how long, how far."""
    arms = [arm for finding in findings for arm in finding.arms.values()]
    held = [arm for arm in arms if arm.held_s is not None]
    broken = [(finding, failures(case, finding)) for finding in findings]
    told = [f for f in findings if any(arm.held_s is not None for arm in f.arms.values())]
    row: dict[str, object] = {
        'case': case.name,
        'runs_count': len(findings),
        'stopped_runs_count': len(told),
        'rest_median_ms': _ms(arm.rest_s for arm in held),
        'rest_max_ms': _ms((arm.rest_s for arm in held), np.max),
        'path_max_mm': _mm(arm.path_m for arm in held),
        'braking_max_mm': _mm(arm.braking_m for arm in held),
        'uncommanded_max_mm': _mm(
            [*(arm.uncommanded_m for arm in arms), *(arm.after_rest_m for arm in arms)]
        ),
        'body_max_mm': _mm(arm.body_m for arm in arms if arm.body_m),
        'others_max_mm': _mm(finding.others_m for finding in findings),
        'jump_max_mm': _mm(finding.jump_m for finding in findings),
        'told_max_ms': _ms((finding.told_s for finding in told), np.max),
        'overdue_max_ms': _ms((f.overdue_s for f in findings if np.isfinite(f.overdue_s)), np.max),
        'broken_runs_count': sum(bool(words) for _, words in broken),
        'void_runs_count': sum(finding.void_runs for finding in findings),
        'told': told[0].told if told else '',
    }
    kinds: dict[str, str] = {}
    for finding, words in broken:
        for text in words:
            kinds.setdefault(text.split(':')[0], f'{case.name}, seed {finding.seed}: {text}')
    return Summary(row, tuple(kinds.values()))


def _ms(values: Iterable[float | None], pick=np.median) -> float | None:  # type: ignore[no-untyped-def]
    known = [1e3 * value for value in values if value is not None]
    return round(float(pick(known)), 1) if known else None


def _mm(values: Iterable[float]) -> float | None:
    known = [1e3 * value for value in values]
    return round(float(np.max(known)), 3) if known else None
