"""From descriptions to a guard: bodies, fixtures, and everything that has to be kept apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.bodies import JAWS, OUTER, SHAFT, WRIST, ToolShape, bodies_of
from telesurgery_arm.guarding.checks import Check, Indices, PairCheck, PlanesCheck, VolumeCheck
from telesurgery_arm.guarding.damper import Damper
from telesurgery_arm.guarding.description import SEPARATION, GuardingDescription
from telesurgery_arm.guarding.fixtures import BuiltFixture, build_fixtures
from telesurgery_arm.guarding.guard import Guard
from telesurgery_arm.guarding.room import check_room
from telesurgery_arm.guarding.skeleton import Skeleton
from telesurgery_arm.guarding.step import JointLimits
from telesurgery_arm.guarding.volumes import HalfSpace
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.transforms import frozen


def build_guard(description: GuardingDescription, robot: RobotDescription, folder: Path) -> Guard:
    """Return the guard of a robot's arms; ``folder`` is where meshes are relative to.

    Raises ParameterError for a model, arm or link that does not exist, a mesh that cannot be used,
    or fixtures that leave an arm nowhere to be.
    """
    skeletons = _skeletons(description, robot)
    fixtures = build_fixtures(description, robot, folder)
    checks: list[Check] = []
    for fixture in fixtures:
        for number, skeleton in enumerate(skeletons):
            if skeleton.name in fixture.arms:
                checks += _volume_checks(fixture, number, skeleton)
    checks += _pair_checks(description, skeletons)
    guard = Guard(skeletons, [_limits(robot, name) for name in robot.arms], checks)
    for name in (fixture.name for fixture in fixtures):
        is_on = next(fixture.on for _, key, fixture in description.fixtures() if key == name)
        if name in guard.names:
            guard.switch(name, is_on)
    if SEPARATION in guard.names:
        guard.switch(SEPARATION, description.separation.on)
    check_room(fixtures, robot)
    return guard


def _volume_checks(fixture: BuiltFixture, arm: int, skeleton: Skeleton) -> list[Check]:
    """Return what keeps one arm out of a fixture's volumes."""
    bodies = _chosen(skeleton, fixture.parts)
    if not len(bodies):
        return []
    name, margin, damper = fixture.name, fixture.margin, fixture.damper
    planes = [volume for volume in fixture.volumes if isinstance(volume, HalfSpace)]
    checks: list[Check] = [
        VolumeCheck(name, arm, skeleton, bodies, volume, margin, damper)
        for volume in fixture.volumes
        if not isinstance(volume, HalfSpace)
    ]
    if planes:
        checks.append(PlanesCheck(name, arm, skeleton, bodies, planes, margin, damper))
    return checks


def _skeletons(description: GuardingDescription, robot: RobotDescription) -> list[Skeleton]:
    for model in description.tools:
        if model not in robot.models:
            raise ParameterError(one_of('tools: model', model, list(robot.models), 'correct it'))
    for arm in description.standing:
        if arm not in robot.arms:
            raise ParameterError(one_of('standing: arm', arm, list(robot.arms), 'correct it'))
    return [
        Skeleton(
            name,
            robot.model_of(name),
            mounted.T_patient_rcm.T,
            bodies_of(
                robot.model_of(name),
                description.tools.get(mounted.model, ToolShape(outer={})),
                description.standing.get(name, {}),
                f'tools.{mounted.model}.outer or standing.{name}: ',
            ),
        )
        for name, mounted in robot.arms.items()
    ]


def _pair_checks(description: GuardingDescription, skeletons: list[Skeleton]) -> list[Check]:
    """Return what keeps arms apart: tools in the patient, and outer arms with the shafts."""
    rule = description.separation
    damper = Damper(description.gain_per_s, description.deceleration_m_per_s2, rule.band_m)
    checks: list[Check] = []
    for i, j in combinations(range(len(skeletons)), 2):
        both = (skeletons[i], skeletons[j])
        tools = _pairs(both, (JAWS, WRIST, SHAFT))
        if rule.jaws_may_touch:
            tools = _without(tools, both, JAWS, JAWS)
        outer = _without(_pairs(both, (OUTER, SHAFT)), both, SHAFT, SHAFT)
        outer = _moving(outer, both)
        for pairs, margin in ((tools, rule.margin_m), (outer, rule.outer_margin_m)):
            if len(pairs[0]):
                checks.append(PairCheck(SEPARATION, (i, j), both, pairs, margin, damper))
    return checks


def _pairs(both: tuple[Skeleton, Skeleton], parts: tuple[str, ...]) -> tuple[Indices, Indices]:
    first, second = (_chosen(skeleton, parts) for skeleton in both)
    i, j = np.meshgrid(first, second, indexing='ij')
    return i.ravel(), j.ravel()


def _without(
    pairs: tuple[Indices, Indices], both: tuple[Skeleton, Skeleton], part: str, other: str
) -> tuple[Indices, Indices]:
    keep = np.array(
        [
            not (both[0].parts[i] == part and both[1].parts[j] == other)
            for i, j in zip(*pairs, strict=True)
        ],
        dtype=bool,
    )
    return pairs[0][keep], pairs[1][keep]


def _moving(
    pairs: tuple[Indices, Indices], both: tuple[Skeleton, Skeleton]
) -> tuple[Indices, Indices]:
    """Leave out pairs whose distance can never change."""
    moves = both[0].reach[pairs[0]].any(axis=1) | both[1].reach[pairs[1]].any(axis=1)
    return pairs[0][moves], pairs[1][moves]


def _chosen(skeleton: Skeleton, parts: tuple[str, ...]) -> Indices:
    return np.array(
        [index for index, part in enumerate(skeleton.parts) if part in parts], dtype=np.intp
    )


def _limits(robot: RobotDescription, arm: str) -> JointLimits:
    model = robot.model_of(arm)
    jaw = model.jaw
    more = (
        ((), (), ()) if jaw is None else ((jaw.lower / 2,), (jaw.upper / 2,), (jaw.velocity / 2,))
    )
    return JointLimits(
        frozen([*model.lower, *more[0]]),
        frozen([*model.upper, *more[1]]),
        frozen([*model.velocity, *more[2]]),
    )
