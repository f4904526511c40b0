"""Where the links of one model are, out of the poses that Gazebo publishes with every step.

A message names the models that moved and all links of theirs, relative to the model, and lights.
What is in it changes now and then (a dropped needle moves, a lying one does not), so what was
learnt of a message is kept, and learnt anew when it does not fit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array, pose, rotation_from_quaternion
from telesurgery_gazebo.classic.messages import Time
from telesurgery_gazebo.classic.pose_layout import PoseLayout
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse

_TIME_TAG = 0x0A  # field 1, length-delimited: the time comes first
_MOST_LAYOUTS = 64


@dataclass(frozen=True, slots=True)
class LinkStates:
    """Positions ``(m, 3)`` [m] and quaternions ``(m, 4)`` (x, y, z, w) of ``m`` links."""

    p_model_link: Array
    q_model_link: Array
    p_world_model: Array
    """``(3,)`` [m]."""
    q_world_model: Array
    """``(4,)``."""

    @property
    def T_world_link(self) -> Array:
        """Poses of the links in the world ``(m, 4, 4)``."""
        T_world_model = pose(rotation_from_quaternion(self.q_world_model), self.p_world_model)
        T_model_link = pose(rotation_from_quaternion(self.q_model_link), self.p_model_link)
        T: Array = T_world_model @ T_model_link
        return T


class LinkStateReader:
    """Reads the link states of one model."""

    def __init__(self, model: str, links: Collection[str]) -> None:
        """Read the model of this name; of ``links``, Gazebo has those that move by themselves."""
        self._model = model
        self._known = links
        self._layouts: dict[int, tuple[PoseLayout, Array | None]] = {}
        self.links: tuple[str, ...] = ()
        """Names of the links, in the order of the states; known after the first reading."""

    def read(self, message: bytes) -> LinkStates | None:
        """Return the states in a PosesStamped; None when the model is not in it: it did not move.

        Raises WireError when the bytes are no such message.
        """
        poses = message[_end_of_time(message) :]
        layout, rows = self._layout_of(poses)
        if rows is None:
            return None
        values = layout.values(poses)[rows]
        model, links = values[0], values[1:]
        return LinkStates(links[:, :3], links[:, 3:], model[:3], model[3:])

    def _layout_of(self, poses: bytes) -> tuple[PoseLayout, Array | None]:
        known = self._layouts.get(len(poses))
        if known is None or not known[0].fits(poses):
            if len(self._layouts) >= _MOST_LAYOUTS:
                self._layouts.clear()
            layout = PoseLayout(poses)
            known = self._layouts[len(poses)] = (layout, self._rows(layout.names))
        return known

    def _rows(self, names: tuple[str, ...]) -> Array | None:
        """Return in which rows the model and its links stand; None when it is not there."""
        if self._model not in names:
            return None
        prefix = f'{self._model}::'
        if not self.links:
            parts = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
            self.links = tuple(part for part in parts if part in self._known)
        wanted = (self._model, *(prefix + link for link in self.links))
        return np.array([names.index(name) for name in wanted])


def sim_time_of(message: bytes) -> float:
    """Return the simulated time [s] of a PosesStamped without looking at its poses.

    Raises WireError when the bytes do not start with a time.
    """
    time = parse(Time, message[2 : _end_of_time(message)])
    return float(time.sec + 1e-9 * time.nsec)


def _end_of_time(message: bytes) -> int:
    if len(message) < 2 or message[0] != _TIME_TAG or len(message) < 2 + message[1]:
        raise WireError(
            f'{len(message)} bytes are no gazebo.msgs.PosesStamped; allowed: a time and poses; '
            'check that the topic is pose/local/info'
        )
    return 2 + message[1]
