"""Experiments in virtual time: how much faster than real time, and whether they repeat."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import harness

from telesurgery_recording.definitions import Definitions
from telesurgery_virtual.experiment import Experiment, record, run

CONFIG = harness.WORKSPACE / 'config'
RECORDING = harness.WORKSPACE / 'recordings' / 'dvtrainer_two_hands'
SOURCES = harness.WORKSPACE / 'src'


def main(argv: list[str]) -> int:
    """Measure and report; 1 when two runs of the same differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seconds', type=float, default=20.0, help='of the recording')
    parser.add_argument('--links', nargs='+', default=['none', 'rome_beijing', '5g_driving'])
    parser.add_argument('--filters', nargs='+', default=['none', 'adaptive'])
    parser.add_argument('--once', help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.once:
        print(digest(*arguments.once.rsplit('|', 1), arguments.seconds))
        return 0
    rows = [
        measured(link, name, arguments.seconds)
        for link in arguments.links
        for name in arguments.filters
    ]
    link, name = arguments.links[-1], arguments.filters[-1]
    digests = {
        again(link, name, min(arguments.seconds, 3.0), hash_seed) for hash_seed in ('0', '7')
    }
    harness.report(
        'virtual',
        rows,
        settings={'seconds_s': arguments.seconds, 'repeats_to_the_byte': len(digests) == 1},
        notes='Speed-up: seconds of the session over seconds of this process on a processor, the '
        'arms at home at the start, no bag written. Repeats: the bags of two processes with '
        f'other hash seeds, {link}, {name}.',
    )
    return 0 if len(digests) == 1 else 1


def measured(link: str, name: str, seconds: float) -> dict[str, object]:
    """Run one experiment once the recording is read; return its speed."""
    run(experiment(link, name, 0.2), CONFIG)
    cpu, wall = time.process_time(), time.perf_counter()
    outcome = run(experiment(link, name, seconds), CONFIG).outcome
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        'link': link,
        'filter': name,
        'session_s': outcome.length_s,
        'cpu_s': cpu,
        'speed_up_cpu_factor': outcome.length_s / cpu,
        'speed_up_wall_factor': outcome.length_s / wall,
    }


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


def experiment(link: str, name: str, seconds: float) -> Experiment:
    """Return an experiment with the shipped recording."""
    return Experiment(
        bag=str(RECORDING), link=link, filter=name, start_s=2.0, seconds=seconds, seed=3
    )


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
