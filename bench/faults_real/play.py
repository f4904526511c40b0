"""Cases among real processes, one after another in one session that is mended in between."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from faults_study.cases import Case
from faults_study.real_fault import What
from faults_study.virtual import Finding

from faults_real.run import run
from faults_real.session import VoidRunError, running_session

MOST_VOID_RUNS = 12
"""Of one case."""


def play(
    cases: Sequence[Case],
    workspace: Path,
    *,
    sim: str,
    seed: int,
    control_rate_hz: float,
    light: bool,
    record: bool,
    tell: Callable[[str], None],
) -> Iterator[tuple[Case, Finding]]:
    """Play the cases in one session; a case after which nothing follows ends the session."""
    rng = np.random.default_rng(seed)
    remaining = list(cases)
    void_runs = 0
    while remaining:
        with running_session(
            workspace, sim, rng, control_rate_hz, light=light, record=record
        ) as session:
            try:
                session.engage()  # whatever it takes after the start
                while remaining:
                    case = remaining[0]
                    try:
                        finding = run(session, case, seed, rng)
                    except VoidRunError as void:
                        void_runs += 1
                        tell(f'{case.name}: void, {void}')
                        if void_runs == MOST_VOID_RUNS:
                            tell(f'{case.name}: not played, after {void_runs} void runs')
                            remaining.pop(0)
                            void_runs = 0
                        ended = void.session_ended
                    else:
                        yield remaining.pop(0), replace(finding, void_runs=void_runs)
                        void_runs = 0
                        ended = not finding.follows or (
                            case.real is not None and case.real.what is What.KILL
                        )
                    if ended:
                        tell('a new session begins')
                        break
            except TimeoutError as error:
                tell(f'the session could not begin: {error}')
                for name in session.stage.names:
                    print(f'--- {name}\n{session.stage.log(name)[-1500:]}', file=sys.stderr)
                raise
