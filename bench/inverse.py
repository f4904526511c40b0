"""Inverse kinematics: accuracy, failures by name, time a solution, beside other libraries.

    ./telesurgery bench inverse [--poses 100000] [--timed 2000]

Every solver gets the same random reachable poses, with a reference within 0.02 of each joint, and
all of them take turns in the same run. Times are CPU time. Peers: bench/inverse_peers.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import harness
import numpy as np
from inverse_peers import peers

from telesurgery_arm.description import ArmModel, RobotDescription
from telesurgery_arm.inverse import Outcome, solver_for
from telesurgery_arm.inverse_batch import Solutions, solve_arms, solve_many
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, pose, rotation_from_vector

GOOD = 1e-9
"""A pose error beyond this [m, rad] is a failure, whatever the solver says."""
ROUNDS = 10
"""So often the solvers take turns."""


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--poses', type=int, default=100_000, help='for accuracy')
    parser.add_argument('--timed', type=int, default=2_000, help='for times, of each solver')
    arguments = parser.parse_args(argv)
    robot = RobotDescription.load(harness.WORKSPACE / 'config' / 'arms.yaml')
    rng = np.random.default_rng(1)
    rows = [
        *(accuracy_row(name, robot.models[name], arguments.poses, rng) for name in robot.models),
        all_arms_row(robot, arguments.poses, rng),
        anywhere_row(robot.models['PSM'], arguments.poses // 10, rng),
    ]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    timed = times(robot.models['PSM'], arguments.timed, rng)
    harness.report(
        'inverse',
        [*({key: row.get(key) for key in columns} for row in rows), *timed],
        settings={'poses_count': arguments.poses, 'timed_count': arguments.timed},
        notes='Reachable: random joint positions over the whole joint space; error: of the pose, '
        'the larger of metres and radians. Anywhere: random points in a cube of 0.5 m around the '
        'port with random orientations. Single times have the call in them, batched ones all of '
        'it over the number of poses; peers start from the same reference. A failure of a peer '
        f'is a pose error beyond {GOOD:g}.',
    )
    return 0


def accuracy_row(
    name: str, model: ArmModel, count: int, rng: np.random.Generator
) -> dict[str, object]:
    """Solve random reachable poses all at once."""
    q = rng.uniform(model.lower, model.upper, (count, len(model.joints)))
    T = forward(model, q)
    solutions = solve_many(model, T, q + rng.uniform(-0.02, 0.02, q.shape))
    return {'case': f'{name}, reachable', **judged(solutions, error(model, solutions.q, T))}


def all_arms_row(
    robot: RobotDescription, count: int, rng: np.random.Generator
) -> dict[str, object]:
    """Solve poses of four arms in one call."""
    arms = rng.choice(list(robot.arms), count).tolist()
    q, T = np.full((count, 6), np.nan), np.empty((count, 4, 4))
    groups = {arm: np.flatnonzero(np.array(arms) == arm) for arm in robot.arms}
    for arm, rows in groups.items():
        model = robot.model_of(arm)
        n = len(model.joints)
        q[rows, :n] = rng.uniform(model.lower, model.upper, (len(rows), n))
        T[rows] = forward(model, q[rows, :n])
    solutions = solve_arms(robot, arms, T, q)
    errors = np.empty(count)
    for arm, rows in groups.items():
        model = robot.model_of(arm)
        errors[rows] = error(model, solutions.q[rows, : len(model.joints)], T[rows])
    return {'case': 'four arms in one call, reachable', **judged(solutions, errors)}


def anywhere_row(model: ArmModel, count: int, rng: np.random.Generator) -> dict[str, object]:
    """Solve poses that are mostly out of reach."""
    T = np.array(
        [
            pose(rotation_from_vector(v), p)
            for v, p in zip(
                rng.uniform(-2.0, 2.0, (count, 3)),
                rng.uniform(-0.25, 0.25, (count, 3)),
                strict=True,
            )
        ]
    )
    solutions = solve_many(model, T, model.home)
    return {'case': 'PSM, anywhere', **judged(solutions, error(model, solutions.q, T))}


def judged(solutions: Solutions, errors: Array) -> dict[str, object]:
    """Return how poses came out, and the largest error of those that count as reached."""
    outcomes = Counter(other.outcome for other in solutions.others.values())
    reached = int(solutions.reached.sum())
    return {
        'error_max': f'{errors[solutions.reached].max():.1e}',
        'reached_count': reached,
        **{
            f'{outcome.name.lower()}_count': outcomes[outcome]
            for outcome in Outcome
            if outcome is not Outcome.REACHED
        },
    }


def error(model: ArmModel, q: Array, T: Array) -> Array:
    """Return the errors ``(m,)`` of poses: the larger of metres and radians."""
    found = forward(model, q)
    metres = np.linalg.norm(found[:, :3, 3] - T[:, :3, 3], axis=1)
    R = np.swapaxes(found[:, :3, :3], 1, 2) @ T[:, :3, :3]
    # Of a small turn the skew part is the rotation vector; arccos would lose half of the digits.
    skew = 0.5 * np.stack(
        [R[:, 2, 1] - R[:, 1, 2], R[:, 0, 2] - R[:, 2, 0], R[:, 1, 0] - R[:, 0, 1]], axis=1
    )
    radians = np.arctan2(np.linalg.norm(skew, axis=1), 0.5 * (np.trace(R, axis1=1, axis2=2) - 1.0))
    larger: Array = np.maximum(metres, radians)
    return larger


def times(model: ArmModel, count: int, rng: np.random.Generator) -> list[dict[str, object]]:
    """Let all solvers solve the same poses, in turns."""
    q = rng.uniform(model.lower, model.upper, (count, len(model.joints)))
    near = np.clip(q + rng.uniform(-0.02, 0.02, q.shape), model.lower, model.upper)
    T, own = forward(model, q), solver_for(model)

    def ours(pose: Array, start: list[float]) -> tuple[Array, bool]:
        solution = own.solve(pose, start)
        return np.array(solution.q), solution.outcome is Outcome.REACHED

    solvers = {'ours, single': ours, **peers(model)}
    found: dict[str, list[tuple[Array, bool]]] = {name: [] for name in solvers}
    taken: dict[str, list[float]] = {name: [] for name in (*solvers, 'ours, batched')}
    for part in np.array_split(np.arange(count), ROUNDS):
        for name, solve in solvers.items():
            share = part[: max(1, len(part) // 10)] if 'ikpy' in name else part
            starts = near[share].tolist()
            begin = time.process_time()
            found[name] += [solve(T[i], start) for i, start in zip(share, starts, strict=True)]
            taken[name].append((time.process_time() - begin) / len(share))
        taken['ours, batched'].append(batched_s(model, rng))
    batched = float(np.median(taken['ours, batched']))
    rows: list[dict[str, object]] = []
    for name, each in taken.items():
        row: dict[str, object] = {
            'case': name,
            'time_median_us': 1e6 * float(np.median(each)),
            'over_batched_ratio': float(np.median(each)) / batched,
        }
        if name in found:
            solved = np.array([q for q, _ in found[name]])
            wanted = _poses_of(name, T, count)
            errors = error(model, solved, wanted)
            row['error_max'] = f'{errors[errors <= GOOD].max(initial=0.0):.1e}'
            row['failed_count'] = int((errors > GOOD).sum())
            row['solved_count'] = len(solved)
        rows.append(row)
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return [{key: row.get(key) for key in keys} for row in rows]


def _poses_of(name: str, T: Array, count: int) -> Array:
    parts = np.array_split(np.arange(count), ROUNDS)
    chosen = [part[: max(1, len(part) // 10)] if 'ikpy' in name else part for part in parts]
    return T[np.concatenate(chosen)]


def batched_s(model: ArmModel, rng: np.random.Generator) -> float:
    """Return the time a pose [s] of ten thousand at once."""
    q = rng.uniform(model.lower, model.upper, (10_000, len(model.joints)))
    T = forward(model, q)
    begin = time.process_time()
    solve_many(model, T, q)
    return (time.process_time() - begin) / len(q)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
