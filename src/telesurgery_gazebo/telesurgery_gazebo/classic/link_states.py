"""Where the links of one model are, out of the poses that Gazebo publishes with every step.

A message names the models that moved and all links of theirs, relative to the model, and lights.
What is in it changes from step to step (a dropped needle moves, a lying one does not), so the rows
of the robot's links are looked up once for every list of names that occurs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array, pose, rotation_from_quaternion
from telesurgery_gazebo.classic.messages import PosesStamped, Time
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse

_TIME_TAG = 0x0A  # field 1, length-delimited: the time comes first
_MOST_LAYOUTS = 64


@dataclass(frozen=True, slots=True)
class LinkStates:
    """Positions ``(m, 3)`` [m] and quaternions ``(m, 4)`` (x, y, z, w) of ``m`` links."""

    p_model_link: Array
    q_model_link: Array
    T_world_model: Array


class LinkStateReader:
    """Reads the link states of one model."""

    def __init__(self, model: str, links: Collection[str]) -> None:
        """Read the model of this name; of ``links``, Gazebo has those that move by themselves."""
        self._model = model
        self._known = links
        self._rows: dict[tuple[str, ...], Array | None] = {}
        self.links: tuple[str, ...] = ()
        """Names of the links, in the order of the states; known after the first reading."""

    def read(self, message: bytes) -> LinkStates | None:
        """Return the states in a PosesStamped; None when the model is not in it: it did not move.

        Raises WireError when the bytes are no such message.
        """
        poses = parse(PosesStamped, message).pose
        names = tuple(item.name for item in poses)
        if names not in self._rows:
            self._learn(names)
        rows = self._rows[names]
        if rows is None:
            return None
        values = np.array(
            [
                (p.x, p.y, p.z, q.x, q.y, q.z, q.w)
                for item in poses
                for p, q in [(item.position, item.orientation)]
            ]
        )[rows]
        model, links = values[0], values[1:]
        T_world_model = pose(rotation_from_quaternion(model[3:]), model[:3])
        return LinkStates(links[:, :3], links[:, 3:], T_world_model)

    def _learn(self, names: tuple[str, ...]) -> None:
        if len(self._rows) >= _MOST_LAYOUTS:
            self._rows.clear()
        if self._model not in names:
            self._rows[names] = None
            return
        prefix = f'{self._model}::'
        if not self.links:
            parts = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
            self.links = tuple(part for part in parts if part in self._known)
        wanted = (self._model, *(prefix + link for link in self.links))
        self._rows[names] = np.array([names.index(name) for name in wanted])


def sim_time_of(message: bytes) -> float:
    """Return the simulated time [s] of a PosesStamped without parsing its poses.

    Raises WireError when the bytes do not start with a time.
    """
    if len(message) < 2 or message[0] != _TIME_TAG or len(message) < 2 + message[1]:
        raise WireError(
            f'{len(message)} bytes are no gazebo.msgs.PosesStamped; allowed: a time and poses; '
            'check that the topic is pose/local/info'
        )
    time = parse(Time, message[2 : 2 + message[1]])
    return float(time.sec + 1e-9 * time.nsec)
