"""``./telesurgery study``: a grid of experiments in virtual time, over all cores."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from telesurgery_bringup.errors import BringupError, UsageError
from telesurgery_bringup.workspace import Workspace

if TYPE_CHECKING:
    from telesurgery_study.grid import Run
    from telesurgery_study.results import Results

EXIT_FAILED = 1
EXIT_REFUSED = 2
ENGINE = ('dask', 'distributed', 'pyarrow')
"""What only studies need."""
TELL_EVERY_S = 5.0


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a study; 1 when a run of it has no outcome, 2 for what cannot be begun."""
    from telesurgery_core.errors import TelesurgeryError

    try:
        arguments = _checked(argv)
        return _study(arguments, Workspace.current())
    except (BringupError, TelesurgeryError) as error:
        print(f'study: error: {error}', file=sys.stderr)
        return EXIT_REFUSED
    except ModuleNotFoundError as error:
        if error.name not in ENGINE:
            raise
        print(
            f'study: error: python package {error.name!r} is not installed; allowed: with '
            f'{" and ".join(ENGINE)}, which rosdep does not know; python3 -m pip install '
            f'{" ".join(ENGINE)}, or use ./telesurgery setup',
            file=sys.stderr,
        )
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print('\nstudy: interrupted; what is finished is kept, run it again', file=sys.stderr)
        return EXIT_FAILED


def check(argv: Sequence[str]) -> None:
    """Refuse wrong arguments before set-up."""
    _checked(argv)


def _study(arguments: argparse.Namespace, workspace: Workspace) -> int:
    from telesurgery_study.description import load_study
    from telesurgery_study.document import write_report
    from telesurgery_study.grid import runs_of
    from telesurgery_study.results import Results
    from telesurgery_study.table import write_table

    config = workspace.root / 'config'
    study = load_study(arguments.study, config / 'link')
    name = arguments.study.stem
    output = arguments.output or workspace.root / 'output' / 'studies' / name
    results = Results(output)
    runs = list(runs_of(study, config))
    failed = _carry_out(runs, results, arguments, config)
    rows = [results.get(run) for run in runs if run not in failed]
    table = write_table(rows, output)
    described = [(_in_words(run), reason) for run, reason in failed.items()]
    page = write_report(name, study, rows, described, output)
    print(f'study: {table}\nstudy: {page}')
    for what, reason in described[:5]:
        print(f'study: no outcome: {what}: {reason}', file=sys.stderr)
    return EXIT_FAILED if failed else 0


def _carry_out(
    runs: Sequence[Run], results: Results, arguments: argparse.Namespace, config: Path
) -> dict[Run, str]:
    """Carry out the runs that are not finished; return those without an outcome, and why."""
    from telesurgery_study.engine import available_cores, cluster, local, outcomes

    due = [run for run in runs if not results.has(run)]
    print(f'study: {len(runs)} runs, {len(runs) - len(due)} of them finished before', flush=True)
    if not due:
        return {}
    workers = min(arguments.workers or available_cores(), len(due))
    failed: dict[Run, str] = {}
    tell = _progress(len(due))
    began = time.monotonic()
    opened = cluster(arguments.cluster) if arguments.cluster else local(workers)
    with opened as client:
        for done, (run, outcome) in enumerate(outcomes(client, due, config), start=1):
            if isinstance(outcome, str):
                failed[run] = outcome
            else:
                results.put(run, outcome)
            tell(done, len(failed))
    took = time.monotonic() - began
    seconds = sum(run.experiment.seconds for run in due)
    where = arguments.cluster or f'{workers} worker{"s" if workers != 1 else ""}'
    print(
        f'study: {len(due)} runs of {seconds:.0f} s in {took:.1f} s on {where}: '
        f'{len(due) / took:.2f} runs/s, {seconds / took:.1f} times real time',
        flush=True,
    )
    return failed


def _progress(total: int) -> Callable[[int, int], None]:
    """Return what is told of every run that ends; it says so every few seconds."""
    began = told = time.monotonic()

    def tell(done: int, failed: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < TELL_EVERY_S and done < total:
            return
        told = now
        left = (now - began) / done * (total - done)
        lost = f', {failed} without an outcome' if failed else ''
        print(f'study: {done} of {total} runs{lost}, {left:.0f} s left', flush=True)

    return tell


def _in_words(run: Run) -> str:
    tried = run.experiment
    return (
        f'{run.bag} from {tried.start_s:g} s, link {tried.link!r}, filter {tried.filter}, '
        f'scale {tried.scale:g}, seed {tried.seed}'
    )


def _checked(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='./telesurgery study',
        description='Carry out a grid of experiments (recordings, links, filters, scales, seeds) '
        'in virtual time over all cores. Finished runs are kept in the output folder: the same '
        'command goes on where it was interrupted. docs/experiments.md describes the file.',
    )
    parser.add_argument('study', type=Path, metavar='STUDY.yaml', help='e.g. config/studies/...')
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        '--workers', type=int, metavar='N', help='processes on this machine (default: its cores)'
    )
    where.add_argument(
        '--cluster', metavar='ADDRESS', help='a Dask scheduler instead, such as tcp://HOST:8786'
    )
    parser.add_argument(
        '--output', type=Path, metavar='DIR', help='results (default: output/studies/<name>)'
    )
    arguments = parser.parse_args(argv)
    if arguments.workers is not None and not 1 <= arguments.workers <= 1024:
        raise UsageError(f'--workers is {arguments.workers}; allowed: 1 .. 1024; correct it')
    return arguments


if __name__ == '__main__':
    sys.exit(main())
