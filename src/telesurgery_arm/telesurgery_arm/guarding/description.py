"""``config/guarding.yaml``: fixtures by name, distances between the arms, and the arms' shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from telesurgery_arm.guarding.bodies import JAWS, PARTS, TIP, OuterBody, Point, ToolShape
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import load_yaml, parameter

FRAMES = ('patient', 'world')
_NAME = re.compile('[a-z][a-z0-9_]*')


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """What all fixtures have."""

    frame: str = parameter('patient', doc='Frame of its numbers.', choices=FRAMES)
    arms: tuple[str, ...] = parameter((), doc='Arms that it is for; none named: all.')
    parts: tuple[str, ...] = parameter(
        (TIP, JAWS), doc='What of an arm it keeps out: tip, jaws, wrist, shaft, outer.'
    )
    margin_m: float = parameter(0.0, doc='Kept to the boundary.', unit='m', low=0.0, high=0.1)
    band_m: float = parameter(
        0.01,
        doc='Within it the speed towards the boundary falls with the distance.',
        unit='m',
        low=0.001,
        high=0.1,
    )
    on: bool = parameter(True, doc='Whether it acts from the start; can be switched live.')

    def __post_init__(self) -> None:
        for part in self.parts:
            if part not in PARTS:
                raise ParameterError(one_of('parts', part, PARTS, 'correct it'))
        if not self.parts:
            raise ParameterError(one_of('parts', [], PARTS, 'name at least one'))


@dataclass(frozen=True, kw_only=True)
class PlaneFixture(Fixture):
    """A plane that nothing passes."""

    point: Point = parameter(doc='A point of it.', unit='m', low=-10.0, high=10.0)
    normal: Point = parameter(
        doc='Direction to what is allowed; any length but zero.', low=-10.0, high=10.0
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not any(self.normal):
            raise ParameterError(
                'normal is (0, 0, 0); allowed: any other direction; say where the allowed side is'
            )


@dataclass(frozen=True, kw_only=True)
class SphereFixture(Fixture):
    """A ball to stay out of."""

    centre: Point = parameter(doc='Its middle.', unit='m', low=-10.0, high=10.0)
    radius_m: float = parameter(doc='Its radius.', unit='m', low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class CapsuleFixture(Fixture):
    """All around a segment, e.g. a vessel, to stay out of."""

    a: Point = parameter(doc='One end.', unit='m', low=-10.0, high=10.0)
    b: Point = parameter(doc='The other end.', unit='m', low=-10.0, high=10.0)
    radius_m: float = parameter(doc='Its radius.', unit='m', low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class BoxFixture(Fixture):
    """A box: to stay out of, or (under ``workspaces``) to stay in."""

    centre: Point = parameter(doc='Its middle.', unit='m', low=-10.0, high=10.0)
    size: Point = parameter(doc='Its edges.', unit='m', low=1e-6, high=4.0)
    rpy: Point = parameter((0.0, 0.0, 0.0), doc='Fixed-axis roll, pitch, yaw.', unit='rad')


@dataclass(frozen=True, kw_only=True)
class MeshFixture(Fixture):
    """A closed surface of triangles to stay out of."""

    file: str = parameter(doc='STL or OBJ; relative to the folder of this file.')
    scale: float = parameter(1.0, doc='Metres per unit of the file.', low=1e-6, high=1e3)
    xyz: Point = parameter(
        (0.0, 0.0, 0.0), doc="Where the file's origin is.", unit='m', low=-10.0, high=10.0
    )
    rpy: Point = parameter((0.0, 0.0, 0.0), doc='How it is turned.', unit='rad')
    cell_m: float = parameter(
        0.002, doc='Cell of the distance field; finer is nearer.', unit='m', low=1e-4, high=0.05
    )


@dataclass(frozen=True, kw_only=True)
class LineFixture:
    """A line or polyline near which a hand's arm is kept, softly."""

    frame: str = parameter('patient', doc='Frame of its numbers.', choices=FRAMES)
    arms: tuple[str, ...] = parameter((), doc='Arms that it is for; none named: all instruments.')
    points: tuple[Point, ...] = parameter(doc='Its corners, at least two.', unit='m')
    gain: float = parameter(
        0.2, doc='Share of the way off the line that is left; 0 hard, 1 free.', low=0.0, high=1.0
    )
    reach_m: float = parameter(
        0.02, doc='Further off than this the hand is free.', unit='m', low=1e-3, high=1.0
    )
    ease_m: float = parameter(
        0.01,
        doc="Way of the hand over which the guidance sets in and ends: the hand's motion alone "
        'moves the tip.',
        unit='m',
        low=1e-3,
        high=0.1,
    )
    on: bool = parameter(True, doc='Whether it acts from the start; can be switched live.')

    def __post_init__(self) -> None:
        if len(self.points) < 2 or any(
            a == b for a, b in zip(self.points, self.points[1:], strict=False)
        ):
            raise ParameterError(
                f'points are {self.points}; allowed: at least two, and no two equal ones in a '
                'row; correct them'
            )
        if any(abs(number) > 10.0 for point in self.points for number in point):
            raise ParameterError(f'points are {self.points}; allowed: -10 .. 10 m; correct them')


@dataclass(frozen=True, kw_only=True)
class Separation:
    """How near arms may come to each other."""

    on: bool = parameter(True, doc='Whether it acts from the start; can be switched live.')
    margin_m: float = parameter(
        0.001,
        doc='Least distance between surfaces in the patient: jaws, wrists, shafts.',
        unit='m',
        low=0.0,
        high=0.1,
    )
    outer_margin_m: float = parameter(
        0.004, doc='Least distance between outer arms.', unit='m', low=0.0, high=0.1
    )
    band_m: float = parameter(0.01, doc='As for fixtures.', unit='m', low=0.001, high=0.1)
    jaws_may_touch: bool = parameter(
        True, doc="Whether two arms' jaws may meet, to hand over a needle or to tie a knot."
    )


@dataclass(frozen=True, kw_only=True)
class GuardingDescription:
    """Everything that guarding knows beyond ``config/arms.yaml``."""

    gain_per_s: float = parameter(
        10.0,
        doc='Speed towards a boundary, over the distance left, within a band.',
        unit='1/s',
        low=1.0,
        high=50.0,
    )
    deceleration_m_per_s2: float = parameter(
        4.0,
        doc='Strongest deceleration before a boundary; at least gain squared times any band.',
        unit='m/s^2',
        low=0.1,
        high=20.0,
    )
    catch_up_s: float = parameter(
        0.05,
        doc='Time constant with which an arm that was kept back closes up, within its limits.',
        unit='s',
        low=0.01,
        high=1.0,
    )
    planes: dict[str, PlaneFixture] = field(default_factory=dict)
    spheres: dict[str, SphereFixture] = field(default_factory=dict)
    capsules: dict[str, CapsuleFixture] = field(default_factory=dict)
    boxes: dict[str, BoxFixture] = field(default_factory=dict)
    workspaces: dict[str, BoxFixture] = field(default_factory=dict)
    meshes: dict[str, MeshFixture] = field(default_factory=dict)
    lines: dict[str, LineFixture] = field(default_factory=dict)
    separation: Separation = field(default_factory=lambda: Separation(on=False))
    tools: dict[str, ToolShape] = field(default_factory=dict)
    standing: dict[str, dict[str, OuterBody]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names: set[str] = {SEPARATION}
        for where, name, fixture in self.fixtures():
            if not _NAME.fullmatch(name):
                raise ParameterError(
                    f'{where} {name!r} is not a name; allowed: lower case letters, digits and _; '
                    'rename it'
                )
            if name in names:
                raise ParameterError(
                    f'{where} {name!r} is there twice; allowed: a name once; rename one of them'
                )
            names.add(name)
            if isinstance(fixture, Fixture):
                self._check_band(f'{where}.{name}', fixture.band_m)
        self._check_band('separation', self.separation.band_m)

    def fixtures(self) -> Iterator[tuple[str, str, Fixture | LineFixture]]:
        """Yield key, name and fixture of all volumes and lines."""
        for key in (*VOLUMES, 'lines'):
            for name, fixture in getattr(self, key).items():
                yield key, name, fixture

    def _check_band(self, where: str, band: float) -> None:
        needed = self.gain_per_s**2 * band
        if needed > self.deceleration_m_per_s2 * (1.0 + 1e-9):
            raise ParameterError(
                f'{where}: band_m {band:g} with gain_per_s {self.gain_per_s:g} brakes with '
                f'{needed:g} m/s^2; allowed: at most deceleration_m_per_s2 '
                f'({self.deceleration_m_per_s2:g}); narrow the band or lower the gain'
            )


VOLUMES = ('planes', 'spheres', 'capsules', 'boxes', 'workspaces', 'meshes')
"""The keys of fixtures that stop a part."""
SEPARATION = 'separation'
"""The name by which the distances between arms are switched."""


def load_guarding(path: Path) -> GuardingDescription:
    """Read ``guarding.yaml``; ParameterError names file and key of what is wrong."""
    return load_yaml(GuardingDescription, path)
