"""The engine of studies: Dask, with processes of this machine or a cluster by its address."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dask.distributed import Client, LocalCluster, as_completed

from telesurgery_core.errors import TelesurgeryError
from telesurgery_study.errors import StudyError
from telesurgery_study.grid import Run
from telesurgery_virtual.experiment import run as run_experiment
from telesurgery_virtual.intent import Outcome

CONNECT_S = 20.0
AHEAD = 4
"""So many runs a worker are handed out at a time: the others cost no memory of the scheduler."""


@contextmanager
def local(workers: int) -> Iterator[Client]:
    """Start as many worker processes on this machine, one thread each."""
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address='127.0.0.1:0',  # None is port 8787, which only one study can have
        silence_logs=logging.ERROR,
    )
    with cluster, Client(cluster) as client:
        yield client


@contextmanager
def cluster(address: str) -> Iterator[Client]:
    """Use the workers of a cluster; they need this workspace and the recordings at its paths.

    StudyError when nobody answers there.
    """
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError, TimeoutError) as error:
        raise StudyError(
            f'no cluster answers at {address!r} ({error}); allowed: the address of a Dask '
            'scheduler such as tcp://HOST:8786; start one or leave --cluster out'
        ) from error
    with client:
        yield client


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def outcomes(
    client: Client, runs: Sequence[Run], config: Path
) -> Iterator[tuple[Run, Outcome | str]]:
    """Yield every run with its outcome, or with the reason why there is none, as they end."""
    waiting = iter(runs)
    most = AHEAD * max(len(client.scheduler_info()['workers']), 1)
    under_way: dict[str, Run] = {}
    pool = as_completed()

    def hand_out() -> None:
        for run in waiting:
            future = client.submit(carry_out, run, config, pure=False)
            under_way[str(future.key)] = run
            pool.add(future)
            if len(under_way) >= most:
                return

    hand_out()
    for future in pool:
        run = under_way.pop(str(future.key))
        if future.status == 'error':
            yield run, f'the worker failed: {future.exception()!r}'
        else:
            yield run, future.result()
        hand_out()


def carry_out(run: Run, config: Path) -> Outcome | str:
    """Carry out one run, in a worker; return its outcome or why there is none."""
    try:
        return run_experiment(run.experiment, config).outcome
    except TelesurgeryError as error:
        return str(error)
