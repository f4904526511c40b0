"""Experiments in virtual time: how much faster than real time, and whether they repeat."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import timeit
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import harness

from telesurgery_recording.definitions import Definitions
from telesurgery_virtual.experiment import Experiment, record, run

CONFIG = harness.WORKSPACE / 'config'
RECORDING = harness.WORKSPACE / 'recordings' / 'dvtrainer_two_hands'
SOURCES = harness.WORKSPACE / 'src'
CALLS = 1_000_000


def main(argv: list[str]) -> int:
    """Measure and report; 1 when two runs of the same differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seconds', type=float, default=20.0, help='of the recording')
    parser.add_argument('--links', nargs='+', default=['none', 'rome_beijing', '5g_driving'])
    parser.add_argument('--filters', nargs='+', default=['none', 'adaptive'])
    parser.add_argument(
        '--control-rates', nargs='+', type=float, default=[500.0, 200.0], help='of the arms [Hz]'
    )
    parser.add_argument('--once', help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.once:
        link, name = arguments.once.rsplit('|', 1)
        print(digest(link, name, arguments.seconds))
        return 0
    rows = [
        measured(experiment(link, name, arguments.seconds, rate), with_bag)
        for rate in arguments.control_rates
        for link in arguments.links
        for name in arguments.filters
        for with_bag in (False, True)
    ]
    link, name = arguments.links[-1], arguments.filters[-1]
    rows += on_all_cores([experiment(link, name, arguments.seconds) for name in arguments.filters])
    digests = {
        again(link, name, min(arguments.seconds, 3.0), hash_seed) for hash_seed in ('0', '7')
    }
    harness.report(
        'virtual',
        rows,
        settings={
            'seconds_s': arguments.seconds,
            'repeats_to_the_byte': len(digests) == 1,
            'bare_call_ns': bare_call_ns(),
        },
        notes='Speed-up: seconds of the session over seconds of this process on a processor '
        '(cpu) and by the clock (wall), the arms at home at the start; several processes: their '
        'sessions together, by the clock. A bare call: what a call of an empty Python function '
        'takes, the measure of this machine now. Repeats: the bags of two processes with other '
        f'hash seeds, {link}, {name}.',
    )
    return 0 if len(digests) == 1 else 1


def measured(tried: Experiment, with_bag: bool) -> dict[str, object]:
    """Run one experiment once the recording is read; return its speed."""
    run(replace(tried, seconds=0.2), CONFIG)
    cpu, wall = time.process_time(), time.perf_counter()
    length_s = carry_out(tried, with_bag)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        'link': tried.link,
        'filter': tried.filter,
        'control_hz': tried.control_rate_hz,
        'bag': with_bag,
        'processes_count': 1,
        'session_s': length_s,
        'cpu_s': cpu,
        'speed_up_cpu_factor': length_s / cpu,
        'speed_up_wall_factor': length_s / wall,
    }


def on_all_cores(experiments: list[Experiment]) -> list[dict[str, object]]:
    """Run each experiment in as many processes as there are cores; return their joint speed."""
    cores = len(os.sched_getaffinity(0))
    rows = []
    with ProcessPoolExecutor(cores) as pool:
        for tried in experiments:
            list(pool.map(carry_out, [replace(tried, seconds=0.2)] * cores, [False] * cores))
            wall = time.perf_counter()
            lengths = list(pool.map(carry_out, [tried] * cores, [False] * cores))
            wall = time.perf_counter() - wall
            rows.append(
                {
                    'link': tried.link,
                    'filter': tried.filter,
                    'control_hz': tried.control_rate_hz,
                    'bag': False,
                    'processes_count': cores,
                    'session_s': sum(lengths),
                    'cpu_s': None,
                    'speed_up_cpu_factor': None,
                    'speed_up_wall_factor': sum(lengths) / wall,
                }
            )
    return rows


def carry_out(tried: Experiment, with_bag: bool) -> float:
    """Run one experiment; return the length of its session [s]."""
    result = run(tried, CONFIG, thorough=with_bag)
    if with_bag:
        with tempfile.TemporaryDirectory() as folder:
            record(tried, result, Path(folder) / 'session', Definitions([SOURCES]))
    return result.outcome.length_s


def _nothing() -> None:
    pass


def bare_call_ns() -> float:
    """Return what a call of an empty function takes [ns], the least of five tries."""
    return min(timeit.repeat(_nothing, number=CALLS, repeat=5)) / CALLS * 1e9


def again(link: str, name: str, seconds: float, hash_seed: str) -> str:
    """Return the digest of the bag that another process makes."""
    command = [sys.executable, __file__, '--once', f'{link}|{name}', '--seconds', str(seconds)]
    env = {**os.environ, 'PYTHONHASHSEED': hash_seed}
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def digest(link: str, name: str, seconds: float) -> str:
    """Run one experiment and return the digest of its bag."""
    with tempfile.TemporaryDirectory() as folder:
        tried = experiment(link, name, seconds)
        bag = Path(folder) / 'session'
        record(tried, run(tried, CONFIG, thorough=True), bag, Definitions([SOURCES]))
        files = sorted(bag.iterdir())
        return hashlib.sha256(b''.join(file.read_bytes() for file in files)).hexdigest()


def experiment(link: str, name: str, seconds: float, control_hz: float = 500.0) -> Experiment:
    """Return an experiment with the shipped recording."""
    return Experiment(
        bag=str(RECORDING),
        link=link,
        filter=name,
        start_s=2.0,
        seconds=seconds,
        seed=3,
        control_rate_hz=control_hz,
    )


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
