"""Fixtures: random commanded paths through guarding and the arms; how far anything gets.

    ./telesurgery bench fixtures [--paths 100000] [--processes 2] [--picture FILE]

A path is what one hand, or two, command from wherever the arms are: a step, a random walk, a fast
sweep or a run into a corner, at 200 commands a second. Every scene runs twice, guarded and not,
with the same hands. What is reported is worked out anew from the joint targets, with closed forms
that guarding does not use.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from pathlib import Path
from typing import Any

import harness
import numpy as np
from fixtures_study.hands import COMMAND_S, COMMANDS
from fixtures_study.measuring import Measured, measure
from fixtures_study.picture import draw
from fixtures_study.scenes import Scene, scenes

from telesurgery_arm.description import RobotDescription

Job = tuple[int, Path, RobotDescription, int, int, bool]

CHUNK = 500
"""So many paths begin at home together."""
UNGUARDED_SHARE = 0.1
"""The unguarded system is run for so many of the same paths."""


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--paths', type=int, default=100_000, help='over all scenes, guarded')
    parser.add_argument('--processes', type=int, default=2)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--picture', type=Path, help='also draw paths into this file')
    arguments = parser.parse_args(argv)
    if arguments.paths < 1 or arguments.processes < 1:
        parser.error('--paths and --processes are at least 1')
    robot = RobotDescription.load(harness.WORKSPACE / 'config' / 'arms.yaml')
    if arguments.picture is not None:
        draw(robot, arguments.picture)
    with (
        tempfile.TemporaryDirectory() as folder,
        multiprocessing.Pool(arguments.processes) as pool,
    ):
        jobs = _jobs(Path(folder), robot, arguments.paths, arguments.seed)
        found = pool.starmap(_measure, jobs, chunksize=1)
        rows = _rows(jobs, found)
    harness.report(
        'fixtures',
        rows,
        settings={
            'paths_count': sum(row['paths_count'] for row in rows if row['guarding'] == 'on'),
            'path_s': COMMANDS * COMMAND_S,
            'seed_count': arguments.seed,
        },
        notes='Beyond: the furthest of any tip beyond a boundary; negative: it kept away by so '
        'much. Gap: the least distance between shafts and wrists of two arms, less the margin of '
        '1 mm. Tick: processor time of guarding for all four arms.',
    )
    return 0


def _jobs(folder: Path, robot: RobotDescription, paths: int, seed: int) -> list[Job]:
    made = scenes(folder)
    each = -(-paths // len(made))
    jobs = []
    for number in range(len(made)):
        for start in range(0, each, CHUNK):
            count = min(CHUNK, each - start)
            jobs.append((number, folder, robot, count, seed + start + 7919 * number, True))
            free = round(UNGUARDED_SHARE * count)
            if free:
                jobs.append((number, folder, robot, free, seed + start + 7919 * number, False))
    return jobs


def _measure(
    number: int, folder: Path, robot: RobotDescription, paths: int, seed: int, guarded: bool
) -> Measured:
    return measure(scenes_of(folder)[number], robot, folder, paths, seed, guarded=guarded)


_SCENES: dict[Path, list[Scene]] = {}


def scenes_of(folder: Path) -> list[Scene]:
    """Return the scenes, made once a process."""
    if folder not in _SCENES:
        _SCENES[folder] = scenes(Path(tempfile.mkdtemp(dir=folder)))
    return _SCENES[folder]


def _rows(jobs: list[Job], found: list[Measured]) -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        made = scenes(Path(folder))
    for number, scene in enumerate(made):
        for guarded in (True, False):
            parts = [
                part
                for job, part in zip(jobs, found, strict=True)
                if job[0] == number and job[5] is guarded
            ]
            if parts:
                rows.append(_row(scene, guarded, parts))
    return rows


def _row(scene: Scene, guarded: bool, parts: list[Measured]) -> dict[str, object]:
    ticks = np.concatenate([part.tick_s for part in parts]) * 1e6
    gap = min(part.gap_m for part in parts)
    return {
        'scene': scene.name,
        'arms': ' '.join(scene.arms),
        'guarding': 'on' if guarded else 'off',
        'paths_count': sum(part.paths for part in parts),
        'beyond_mm': None if scene.beyond is None else 1e3 * max(part.beyond_m for part in parts),
        'gap_mm': 1e3 * gap if scene.pairs else None,
        'tick_median_us': float(np.median(ticks)),
        'tick_mean_us': float(ticks.mean()),
        'tick_p99_us': float(np.percentile(ticks, 99)),
    }


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
