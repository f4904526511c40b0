"""A robot's links and joints as its URDF says: what moves what, where, and how heavy it is."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from telesurgery_core.transforms import (
    Array,
    frozen,
    pose,
    rotation_from_rpy,
    rotation_from_vector,
)
from telesurgery_gazebo.errors import SimulatorError

_IDENTITY = frozen(np.eye(4))


@dataclass(frozen=True, slots=True)
class Mimic:
    """A joint that follows another one: ``multiplier`` times its position plus ``offset``."""

    joint: str
    multiplier: float
    offset: float


@dataclass(frozen=True, slots=True)
class Joint:
    """A joint between two links."""

    name: str
    kind: str
    """revolute, continuous, prismatic or fixed."""
    parent: str
    child: str
    T_parent_joint: Array
    """Pose of the child at position zero in the parent ``(4, 4)`` [m]."""
    axis: Array
    """Unit vector in the joint's frame ``(3,)``."""
    mimic: Mimic | None
    damping: float = 0.0
    """Viscous [N m s/rad or N s/m]."""

    @property
    def movable(self) -> bool:
        """Whether it has a position."""
        return self.kind != 'fixed'

    def motion(self, position: float) -> Array:
        """Return the pose ``(4, 4)`` of the child in the joint's frame at ``position``."""
        if self.kind == 'prismatic':
            return pose(np.eye(3), self.axis * position)
        if self.movable:
            return pose(rotation_from_vector(self.axis * position), np.zeros(3))
        return _IDENTITY


@dataclass(frozen=True, slots=True)
class Body:
    """Mass of a link: ``mass`` [kg], centre of mass [m] and inertia [kg m^2] in its frame."""

    mass: float
    p_link_centre: Array
    """``(3,)``."""
    inertia: Array
    """About the centre of mass, axes of the link ``(3, 3)``."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor for a simulator, which the description puts on a link or a joint."""

    name: str
    kind: str
    """E.g. contact or force_torque."""
    on: str
    """Name of the link or joint."""


@dataclass(frozen=True)
class UrdfTree:
    """The tree of a robot's links."""

    name: str
    joints: tuple[Joint, ...]
    bodies: Mapping[str, Body]
    """Of the links that have mass."""
    sensors: tuple[Sensor, ...] = ()

    @classmethod
    def parse(cls, urdf: str) -> UrdfTree:
        """Read a URDF document; SimulatorError when it is none."""
        try:
            robot = ElementTree.fromstring(urdf)
            joints = tuple(_joint(element) for element in robot.findall('joint'))
            bodies = {
                link.attrib['name']: body
                for link in robot.findall('link')
                for body in [_body(link)]
                if body is not None
            }
            sensors = tuple(
                Sensor(sensor.attrib['name'], sensor.attrib['type'], block.attrib['reference'])
                for block in robot.findall('gazebo')
                for sensor in block.findall('sensor')
            )
            return cls(robot.attrib['name'], joints, bodies, sensors)
        except (ElementTree.ParseError, KeyError, AttributeError, ValueError) as error:
            raise SimulatorError(
                f'the robot description is no URDF ({error}); allowed: a URDF document with links '
                'and joints; check the xacro file'
            ) from error

    @cached_property
    def joint_of(self) -> dict[str, Joint]:
        """The movable joints by name."""
        return {joint.name: joint for joint in self.joints if joint.movable}

    @cached_property
    def joint_above(self) -> dict[str, Joint]:
        """Which joint carries a link, by the link's name."""
        return {joint.child: joint for joint in self.joints}

    @cached_property
    def links(self) -> frozenset[str]:
        """Names of all links."""
        return frozenset({self.root, *self.joint_above})

    def joints_below(self, link: str) -> list[Joint]:
        """Return the joints whose parent is ``link``."""
        return [joint for joint in self.joints if joint.parent == link]

    @cached_property
    def root(self) -> str:
        """The link that no joint carries."""
        return next(joint.parent for joint in self.joints if joint.parent not in self.joint_above)

    def link_poses(self, positions: Mapping[str, float]) -> dict[str, Array]:
        """Return ``T_root_link`` ``(4, 4)`` of every link at the given joint positions.

        A mimic joint follows the joint that it names; a joint that is not given is at zero.
        """
        poses = {self.root: _IDENTITY}
        waiting = [self.root]
        while waiting:
            link = waiting.pop()
            for joint in self.joints_below(link):
                motion = joint.motion(self.position_of(joint, positions))
                poses[joint.child] = poses[link] @ joint.T_parent_joint @ motion
                waiting.append(joint.child)
        return poses

    def pose_of(self, link: str, positions: Mapping[str, float]) -> Array:
        """Return ``T_root_link`` ``(4, 4)`` of one link, as ``link_poses`` does of all."""
        T_above_link = _IDENTITY
        while link != self.root:
            joint = self.joint_above[link]
            motion = joint.motion(self.position_of(joint, positions))
            T_above_link = joint.T_parent_joint @ motion @ T_above_link
            link = joint.parent
        return T_above_link

    @staticmethod
    def position_of(joint: Joint, positions: Mapping[str, float]) -> float:
        """Return the position of a joint, followed through its mimic [rad or m]."""
        if joint.mimic is not None:
            leader = positions.get(joint.mimic.joint, 0.0)
            return joint.mimic.multiplier * leader + joint.mimic.offset
        return positions.get(joint.name, 0.0)


def _joint(element: ElementTree.Element) -> Joint:
    mimic, dynamics = element.find('mimic'), element.find('dynamics')
    axis = _numbers(element.find('axis'), 'xyz', (1.0, 0.0, 0.0))
    return Joint(
        name=element.attrib['name'],
        kind=element.attrib['type'],
        parent=_child(element, 'parent').attrib['link'],
        child=_child(element, 'child').attrib['link'],
        T_parent_joint=_origin(element),
        axis=frozen(axis / np.linalg.norm(axis)),
        mimic=None
        if mimic is None
        else Mimic(
            mimic.attrib['joint'],
            float(mimic.get('multiplier', '1')),
            float(mimic.get('offset', '0')),
        ),
        damping=0.0 if dynamics is None else float(dynamics.get('damping', '0')),
    )


def _body(link: ElementTree.Element) -> Body | None:
    inertial = link.find('inertial')
    if inertial is None:
        return None
    T_link_centre = _origin(inertial)
    given = _child(inertial, 'inertia').attrib
    xx, xy, xz, yy, yz, zz = (
        float(given.get(key, '0')) for key in ('ixx', 'ixy', 'ixz', 'iyy', 'iyz', 'izz')
    )
    R = T_link_centre[:3, :3]
    inertia = R @ np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]) @ R.T
    mass = float(_child(inertial, 'mass').attrib['value'])
    return Body(mass, frozen(T_link_centre[:3, 3]), frozen(inertia))


def _origin(element: ElementTree.Element) -> Array:
    origin = element.find('origin')
    zero = (0.0, 0.0, 0.0)
    return frozen(
        pose(rotation_from_rpy(_numbers(origin, 'rpy', zero)), _numbers(origin, 'xyz', zero))
    )


def _numbers(element: ElementTree.Element | None, key: str, default: tuple[float, ...]) -> Array:
    text = None if element is None else element.get(key)
    return np.array(default if text is None else [float(word) for word in text.split()])


def _child(element: ElementTree.Element, tag: str) -> ElementTree.Element:
    child = element.find(tag)
    if child is None:
        raise ValueError(f'{element.tag} {element.get("name", "")} without <{tag}>')
    return child
