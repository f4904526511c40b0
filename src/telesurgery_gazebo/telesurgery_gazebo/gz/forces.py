"""What tools feel, out of gz-sim's contact and force/torque sensors.

The system Contact publishes with every step that touches and is silent else: a thousand messages
a second and link, of which all are counted and two are read. With DART a contact has one force in
the axes of the world, but it is not said upon which of the two it acts: the force is turned so
that it pushes the tool's link away from the point of contact.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from telesurgery_core.transforms import Array, frozen
from telesurgery_gazebo.gz import messages
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.simulator import ToolForces, Wrench
from telesurgery_gazebo.stepping import STEP_S
from telesurgery_gazebo.tool_forces import ToolForceReader, Touch
from telesurgery_gazebo.urdf_tree import UrdfTree


class ForceStates:
    """Gathers ``gz.msgs.Contacts`` and ``gz.msgs.Wrench``. Call it from one thread."""

    def __init__(self, tree: UrdfTree) -> None:
        self._tree = tree
        self._reader = ToolForceReader(tree)
        self._contacts: dict[str, deque[bytes]] = {}
        self._touched: Counter[str] = Counter()
        self._wrists: dict[str, list[Wrench]] = {}
        self._taken_s = 0.0

    def hear_contacts(self, link: str, message: bytes) -> None:
        """Keep what touched a link in one step.

        Two steps are kept, for friction sideways may change its sign from step to step.
        """
        self._contacts.setdefault(link, deque(maxlen=2)).append(message)
        self._touched[link] += 1

    def hear_wrist(self, joint: str, message: bytes) -> None:
        """Keep what a force/torque sensor measured; WireError for bytes that are no wrench."""
        self._wrists.setdefault(joint, []).append(wrench_of(message))

    def take(self, sim_time_s: float, positions: Mapping[str, float]) -> tuple[ToolForces, ...]:
        """Return about the mean since the last call; ``positions`` [rad or m] go by joint.

        Raises WireError for bytes that are no contacts.
        """
        steps = max(1, round((sim_time_s - self._taken_s) / STEP_S))
        contacts, touched, wrists = self._contacts, self._touched, self._wrists
        self._contacts, self._touched, self._wrists = {}, Counter(), {}
        self._taken_s = sim_time_s
        touches = {
            link: list(self._touches(link, heard, min(1.0, touched[link] / steps), positions))
            for link, heard in contacts.items()
        }
        return self._reader.read(touches, wrists, positions)

    def _touches(
        self, link: str, heard: Sequence[bytes], share: float, positions: Mapping[str, float]
    ) -> Iterator[Touch]:
        T_world_link = self._tree.pose_of(link, positions)
        p_world_centre = T_world_link[:3, :3] @ self._tree.bodies[link].p_link_centre
        p_world_centre += T_world_link[:3, 3]
        for message in heard:
            yield from touches_of(message, p_world_centre, share / len(heard))


def touches_of(message: bytes, p_world_centre: Array, share: float = 1.0) -> Iterator[Touch]:
    """Return the contacts in a message, their forces upon a link with this centre of mass.

    A tool's links are convex and have their centre of mass inside. Forces come with the factor
    ``share``. Raises WireError for bytes that are none.
    """
    for contact in parse(messages.Contacts, message).contact:
        for position, normal, wrench in zip(
            contact.position, contact.normal, contact.wrench, strict=True
        ):
            p_world = _vector(position)
            force = share * _vector(wrench.body_1_wrench.force)
            inwards = float(_vector(normal) @ (p_world_centre - p_world))
            yield Touch(p_world, frozen(force if inwards >= 0.0 else -force))


def wrench_of(message: bytes) -> Wrench:
    """Return what a force/torque sensor says; WireError for bytes that are no wrench."""
    wrench = parse(messages.Wrench, message)
    return Wrench(frozen(_vector(wrench.force)), frozen(_vector(wrench.torque)))


def _vector(item: messages.Message) -> Array:
    return np.array([item.x, item.y, item.z])
