"""From Gazebo's stream of poses to joint states and link poses at their own, lower rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telesurgery_core.transforms import frozen
from telesurgery_core.types import JointSample
from telesurgery_gazebo.classic.joint_reader import JointReader
from telesurgery_gazebo.classic.link_states import LinkStateReader, LinkStates, sim_time_of
from telesurgery_gazebo.mean_velocity import MeanVelocity
from telesurgery_gazebo.rates import Metronome, Reporting
from telesurgery_gazebo.simulator import LinkPose
from telesurgery_gazebo.urdf_tree import UrdfTree

_MOST_TOGETHER = 24
"""Messages that are read when more have come together: a freeze is not made up for."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What one message is good for; None: not due."""

    sim_time_s: float
    stamp_ns: int
    joints: JointSample | None
    links: tuple[LinkPose, ...] | None


class StateStream:
    """Reads messages of Gazebo's topic ``pose/local/info`` (gazebo.msgs.PosesStamped)."""

    def __init__(
        self,
        tree: UrdfTree,
        joints: Sequence[str],
        reporting: Reporting,
        completes: Callable[[float], bool] = lambda _: False,
        ask: Callable[[], bytes] = bytes,
    ) -> None:
        """Read the named joints, and the poses of the watched links.

        ``completes`` says whether the state of a simulated time is wanted in any case; where its
        message does not hold it, ``ask`` returns the poses of the world that stands at this time.
        """
        self._completes, self._ask = completes, ask
        self._tree, self._joints, self._watched = tree, joints, reporting.watched_links
        self._joints_due = Metronome(reporting.joint_rate_hz)
        self._links_due = Metronome(reporting.link_rate_hz)
        self._links = LinkStateReader(tree.name, tree.links)
        self._newest: LinkStates | None = None
        self._reader: JointReader | None = None
        self._velocity = MeanVelocity()
        self._stamp_ns = 0
        self._sim_time_s = -1.0

    def read(self, messages: Sequence[bytes], stamp_ns: int) -> list[Readings]:
        """Return what is due in messages that came together at ``stamp_ns`` on the wall clock.

        The newest state carries this stamp and the others earlier ones, by their simulated time,
        but none an earlier one than was given before; of many, only the newest ones are read.

        Raises WireError for bytes that are no such message, SimulatorError for a robot other than
        the described one.
        """
        newest_s = sim_time_of(messages[-1])
        readings = []
        for sim_time_s, message in self._news(messages)[-_MOST_TOGETHER:]:
            behind_ns = max(0, round(1e9 * (newest_s - sim_time_s)))
            self._stamp_ns = max(self._stamp_ns, stamp_ns - behind_ns)
            readings.append(self._read_one(message, sim_time_s, self._stamp_ns))
        return readings or [Readings(newest_s, stamp_ns, None, None)]

    def _news(self, messages: Sequence[bytes]) -> list[tuple[float, bytes]]:
        """Return the messages with their times, without those that repeat the one before.

        Standing still, Gazebo goes on publishing, and what is in such a message is empty.
        """
        news, known_s = [], self._sim_time_s
        for message in messages:
            sim_time_s = sim_time_of(message)
            if sim_time_s != known_s:
                news.append((sim_time_s, message))
                known_s = sim_time_s
        return news

    def _read_one(self, message: bytes, sim_time_s: float, stamp_ns: int) -> Readings:
        if sim_time_s < self._sim_time_s and self._reader is not None:
            self._reader.forget()
        self._sim_time_s = sim_time_s
        due, awaited = self._joints_due.due(sim_time_s), self._completes(sim_time_s)
        if due or awaited:
            states = self._links.read(message)
            if states is None and awaited:
                states = self._links.read(self._ask())
            self._newest = states or self._newest
            if self._newest is not None:
                joints = self._sample(self._newest, sim_time_s, stamp_ns)
                due = self._links_due.due(sim_time_s)  # link poses come with joint states
                return Readings(
                    sim_time_s, stamp_ns, joints, self._poses(self._newest) if due else None
                )
        return Readings(sim_time_s, stamp_ns, None, None)

    def _sample(self, states: LinkStates, sim_time_s: float, stamp_ns: int) -> JointSample:
        if self._reader is None:
            self._reader = JointReader(self._tree, self._joints, self._links.links)
        position = self._reader.positions(states.p_model_link, states.q_model_link)
        velocity = self._velocity.update(position, sim_time_s)
        return JointSample(stamp_ns, frozen(position), frozen(velocity))

    def _poses(self, states: LinkStates) -> tuple[LinkPose, ...]:
        return tuple(
            LinkPose(name, frozen(T))
            for name, T in zip(self._links.links, states.T_world_link, strict=True)
            if name.endswith(self._watched)
        )
