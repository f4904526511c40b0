"""What tools feel, out of Gazebo 11's contact and force/torque sensors.

A contact sensor publishes at its rate whatever touched in all the steps since its last message.
ODE gives each body's wrench in the axes of that body's link. A static body has no wrench: ODE puts
the other body in its place, and so the wrench upon a tool that leans on it stands under the name
of the static one, in its axes.
"""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from telesurgery_core.transforms import Array, frozen, rotation_from_rpy
from telesurgery_gazebo.classic.messages import Contacts, WrenchStamped
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.simulator import ToolForces, Wrench
from telesurgery_gazebo.stepping import STEP_S
from telesurgery_gazebo.tool_forces import ToolForceReader, Touch
from telesurgery_gazebo.urdf_tree import UrdfTree

_STEPS_KEPT = 100
"""Of so many steps a sensor that is late still tells the contacts."""


class ForceStates:
    """Keeps the newest of every sensor. ``hear`` may come from another thread than ``take``."""

    def __init__(self, tree: UrdfTree, world: Path) -> None:
        """Read the sensors of a robot in the world that an SDF file describes."""
        self._tree = tree
        self._static = static_rotations(world)
        self._reader = ToolForceReader(tree)
        self._contacts: dict[str, Any] = {}
        self._steps: dict[str, int] = {}
        self._wrists: dict[str, list[Wrench]] = {}
        self._lock = threading.Lock()

    def hear_contacts(self, link: str, message: bytes) -> None:
        """Keep what touched a link; WireError for bytes that are no ``gazebo.msgs.Contacts``."""
        contacts = parse(Contacts, message)
        with self._lock:
            before = self._contacts.get(link)
            passed_s = _seconds(contacts) - (0.0 if before is None else _seconds(before))
            self._steps[link] = min(max(1, round(passed_s / STEP_S)), _STEPS_KEPT)
            self._contacts[link] = contacts

    def hear_wrist(self, joint: str, message: bytes) -> None:
        """Keep what a force/torque sensor measured; WireError for no ``WrenchStamped``."""
        wrench = parse(WrenchStamped, message).wrench
        with self._lock:
            self._wrists.setdefault(joint, []).append(
                Wrench(frozen(_vector(wrench.force)), frozen(_vector(wrench.torque)))
            )

    def take(self, positions: Mapping[str, float]) -> tuple[ToolForces, ...]:
        """Return the newest means; ``positions`` [rad or m] go by joint."""
        with self._lock:
            touching = {link: item for link, item in self._contacts.items() if item.contact}
            steps, wrists, self._wrists = dict(self._steps), self._wrists, {}
        touches = {
            link: list(self._touches(link, contacts, 1.0 / steps[link], positions))
            for link, contacts in touching.items()
        }
        return self._reader.read(touches, wrists, positions)

    def _touches(
        self, link: str, contacts: Any, share: float, positions: Mapping[str, float]
    ) -> Iterator[Touch]:
        R_world_link = self._tree.pose_of(link, positions)[:3, :3]
        own = f'{self._tree.name}::{link}::'
        yield from touches_of(contacts, own, R_world_link, self._static, share)


def touches_of(
    contacts: Any, own: str, R_world_link: Array, static: Mapping[str, Array], share: float = 1.0
) -> Iterator[Touch]:
    """Return the contacts in a message, their forces upon the link whose collisions begin so.

    ``static`` are the rotations of the static models in the world. Forces come with the factor
    ``share``.
    """
    for contact in contacts.contact:
        first = contact.collision1.startswith(own)
        R_world_static = None if first else static.get(contact.collision1.partition('::')[0])
        R = R_world_link if R_world_static is None else R_world_static
        for position, wrench in zip(contact.position, contact.wrench, strict=True):
            in_place = first or R_world_static is not None
            upon_it = wrench.body_1_wrench if in_place else wrench.body_2_wrench
            yield Touch(frozen(_vector(position)), frozen(share * (R @ _vector(upon_it.force))))


def static_rotations(world: Path) -> dict[str, Array]:
    """Return ``R_world_model`` of the static models of an SDF file, by name."""
    return {
        model.attrib['name']: rotation_from_rpy([float(word) for word in pose.split()[3:]])
        for model in ElementTree.parse(world).getroot().iter('model')
        if model.findtext('static', '0').strip() in ('1', 'true')
        for pose in [model.findtext('pose', '0 0 0 0 0 0')]
    }


def _seconds(contacts: Any) -> float:
    return float(contacts.time.sec + 1e-9 * contacts.time.nsec)


def _vector(item: Any) -> Array:
    return np.array([item.x, item.y, item.z])
