"""The fault campaign: everything that can fail, tried while both hands move.

    ./telesurgery bench faults virtual [--runs 100] [--jobs 2] [--case NAME ...]
    ./telesurgery bench faults real [--sim loopback|classic] [--rounds 1] [--case NAME ...]
                                    [--control-rate 100 --light]     where a machine is weak
    ./telesurgery bench faults document

``virtual`` plays every case of the matrix (``faults_study/cases.py``) in virtual time, each run
with another seed: other motions, other draws of the link, another moment of the fault. ``real``
plays the cases among the processes of the launch files, in a ROS domain of each side. Both add
their runs to ``output/bench/faults/*.jsonl`` (``--fresh`` begins anew); ``document`` makes
``docs/faults.md`` of them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import harness
from faults_study import store
from faults_study.cases import CASES, Case
from faults_study.document import document
from faults_study.verdict import failures, summary
from faults_study.virtual import Finding, run

CONFIG = harness.WORKSPACE / 'config'
RESULTS = harness.OUTPUT / 'faults'
PAGE = harness.WORKSPACE / 'docs' / 'faults.md'
SIMULATORS = ('loopback', 'classic')


def main(argv: list[str]) -> int:
    """Play, report, and return 0 when no run has broken what is asked of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('engine', choices=('virtual', 'real', 'document'))
    parser.add_argument('--runs', type=int, default=100, help='virtual: of each case')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='virtual: processes')
    parser.add_argument('--sim', choices=SIMULATORS, default='loopback', help='real')
    parser.add_argument('--rounds', type=int, default=1, help='real: of all cases')
    parser.add_argument(
        '--control-rate', type=float, default=500.0, metavar='HZ', help="real: of the arms' loop"
    )
    parser.add_argument(
        '--light', action='store_true', help='real: no cameras, no recorder, no filter'
    )
    parser.add_argument('--seed', type=int, default=1, help='of the first run')
    parser.add_argument('--case', nargs='+', choices=[c.name for c in CASES], help='only these')
    parser.add_argument('--fresh', action='store_true', help='forget the runs made before')
    given = parser.parse_args(argv)
    if given.engine == 'document':
        PAGE.write_text(document(RESULTS), encoding='utf-8')
        print(f'written: {PAGE.relative_to(harness.WORKSPACE)}')
        return 0
    name = 'virtual' if given.engine == 'virtual' else given.sim
    results = RESULTS / f'{name}.jsonl'
    if given.fresh:
        results.unlink(missing_ok=True)
    chosen = [case for case in CASES if not given.case or case.name in given.case]
    played = _virtual(chosen, given) if given.engine == 'virtual' else _real(chosen, given)
    for case, finding in played:
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


def _virtual(chosen: Sequence[Case], given: argparse.Namespace) -> Iterator[tuple[Case, Finding]]:
    cases = [case for case in chosen if case.virtual is not None]
    names = [(case.name, given.seed + k) for k in range(given.runs) for case in cases]
    by_name = {case.name: case for case in cases}
    with ProcessPoolExecutor(given.jobs) as pool:
        for finding in pool.map(partial(_play, CONFIG), names, chunksize=1):
            yield by_name[finding.case], finding


def _play(config: Path, what: tuple[str, int]) -> Finding:
    name, seed = what
    return run(next(case for case in CASES if case.name == name), config, seed)


def _real(chosen: Sequence[Case], given: argparse.Namespace) -> Iterator[tuple[Case, Finding]]:
    from faults_real.play import play

    cases = [case for case in chosen if case.plays_in(given.sim)]
    if given.light:
        cases = [case for case in cases if not case.needs_the_recorder]
    for seed in range(given.seed, given.seed + given.rounds):
        yield from play(
            cases,
            harness.WORKSPACE,
            sim=given.sim,
            seed=seed,
            control_rate_hz=given.control_rate,
            light=given.light,
            tell=print,
        )


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
