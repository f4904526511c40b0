"""The fault campaign: everything that can fail, tried while both hands move.

    ./telesurgery bench faults virtual [--runs 100] [--jobs 2] [--case NAME ...]
    ./telesurgery bench faults real [--sim loopback|classic] [--rounds 1] [--case NAME ...]
                                    [--control-rate 100 --light]     where a machine is weak
    ./telesurgery bench faults lockstep [--sim classic|gz] [--runs 1] [--case NAME ...]
    ./telesurgery bench faults document

``virtual`` plays every case of the matrix (``faults_study/cases.py``) in virtual time, each run
with another seed: other motions, other draws of the link, another moment of the fault.
``lockstep`` plays the same with a real Gazebo in the place of the kinematic plant, step by step,
so that a slow machine takes longer and finds the same. ``real`` plays the cases among the
processes of the launch files, in a ROS domain of each side. All add their runs to
``output/bench/faults/*.jsonl`` (``--fresh`` begins anew); ``document`` makes ``docs/faults.md`` of
them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import harness
from faults_study import store
from faults_study.cases import CASES, Case
from faults_study.document import document
from faults_study.gazebo import stepped
from faults_study.verdict import failures, summary
from faults_study.virtual import Finding, run

CONFIG = harness.WORKSPACE / 'config'
RESULTS = harness.OUTPUT / 'faults'
PAGE = harness.WORKSPACE / 'docs' / 'faults.md'
SIMULATORS = ('loopback', 'classic', 'gz')
Played = Iterator[tuple[Case, Finding]]


def main(argv: list[str]) -> int:
    """Play, report, and return 0 when no run has broken what is asked of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('engine', choices=('virtual', 'lockstep', 'real', 'document'))
    parser.add_argument('--runs', type=int, help='of each case; virtual: 100, lockstep: 1')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='virtual: processes')
    parser.add_argument(
        '--sim', choices=SIMULATORS, help='real: loopback or classic; lockstep: classic or gz'
    )
    parser.add_argument('--rounds', type=int, default=1, help='real: of all cases')
    parser.add_argument(
        '--control-rate', type=float, default=500.0, metavar='HZ', help="real: of the arms' loop"
    )
    parser.add_argument(
        '--light',
        action='store_true',
        help='real: no cameras, no filter, the recorder only where it is what fails',
    )
    parser.add_argument('--seed', type=int, default=1, help='of the first run')
    parser.add_argument(
        '--case',
        nargs='+',
        choices=[c.name for c in CASES],
        metavar='CASE',
        help='only these of docs/faults.md',
    )
    parser.add_argument('--fresh', action='store_true', help='forget the runs made before')
    given = parser.parse_args(argv)
    if given.engine == 'document':
        PAGE.write_text(document(RESULTS), encoding='utf-8')
        print(f'written: {PAGE.relative_to(harness.WORKSPACE)}')
        return 0
    engine = ENGINES[given.engine]
    sim = given.sim or engine.sims[0]
    if sim not in engine.sims:
        parser.error(f'--sim {sim}; allowed with {given.engine}: {", ".join(engine.sims)}')
    name = engine.results.format(sim=sim)
    results = RESULTS / f'{name}.jsonl'
    if given.fresh:
        results.unlink(missing_ok=True)
    chosen = [case for case in CASES if not given.case or case.name in given.case]
    for case, finding in engine.play(chosen, given, sim):
        store.append(results, finding)
        broken = failures(case, finding)
        print(f'{case.name}, seed {finding.seed}: {"; ".join(broken) or "in order"}', flush=True)
    return report(name, store.read(results))


def report(name: str, findings: Sequence[Finding]) -> int:
    """Print the table of all runs; return the exit code."""
    by_case = {case.name: [f for f in findings if f.case == case.name] for case in CASES}
    summaries = [summary(case, by_case[case.name]) for case in CASES if by_case[case.name]]
    harness.report(
        f'faults_{name}',
        [one.row for one in summaries],
        settings={'cases_count': len(summaries), 'runs_count': len(findings)},
        notes='rest: from the fault until the tip stands; braking: the way after a hold; '
        'uncommanded: outside of what the hands had commanded; told: until the operator knew '
        'why. See docs/faults.md.',
    )
    broken = [text for one in summaries for text in one.failures]
    print('\n'.join(broken))
    return 1 if broken else 0


def _virtual(chosen: Sequence[Case], given: argparse.Namespace, _sim: str) -> Played:
    runs = _in_virtual_time(chosen, given, 100)
    with ProcessPoolExecutor(given.jobs) as pool:
        names = [(case.name, seed) for case, seed in runs]
        findings = pool.map(partial(_play, CONFIG), names, chunksize=1)
        for (case, _), finding in zip(runs, findings, strict=True):
            yield case, finding


def _lockstep(chosen: Sequence[Case], given: argparse.Namespace, sim: str) -> Played:
    with stepped(sim, harness.WORKSPACE) as plant:
        for case, seed in _in_virtual_time(chosen, given, 1):
            yield case, run(case, CONFIG, seed, plant)


def _in_virtual_time(
    chosen: Sequence[Case], given: argparse.Namespace, runs: int
) -> list[tuple[Case, int]]:
    """Return cases with seeds, round by round."""
    cases = [case for case in chosen if case.virtual is not None]
    return [(case, given.seed + k) for k in range(given.runs or runs) for case in cases]


def _play(config: Path, what: tuple[str, int]) -> Finding:
    name, seed = what
    return run(next(case for case in CASES if case.name == name), config, seed)


def _real(chosen: Sequence[Case], given: argparse.Namespace, sim: str) -> Played:
    from faults_real.play import play

    cases = [case for case in chosen if case.plays_in(sim)]
    for seed in range(given.seed, given.seed + given.rounds):
        for record in (False, True):
            yield from play(
                [case for case in cases if case.needs_the_recorder is record],
                harness.WORKSPACE,
                sim=sim,
                seed=seed,
                control_rate_hz=given.control_rate,
                light=given.light,
                record=record or not given.light,
                tell=print,
            )


@dataclass(frozen=True)
class Engine:
    """One way to play the cases."""

    play: Callable[[Sequence[Case], argparse.Namespace, str], Played]
    sims: tuple[str, ...]
    """Simulators that it can have; the first is the default."""
    results: str
    """Name of its results, as ``faults_study/document.py`` has it."""


ENGINES = {
    'virtual': Engine(_virtual, ('loopback',), 'virtual'),
    'lockstep': Engine(_lockstep, ('classic', 'gz'), '{sim}_lockstep'),
    'real': Engine(_real, ('loopback', 'classic'), '{sim}'),
}

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
