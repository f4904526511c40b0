"""What both generations of Gazebo have in common as a ``Simulator``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Protocol

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample
from telesurgery_gazebo.camera_feed import CameraFeed
from telesurgery_gazebo.errors import SimulatorError, WireError
from telesurgery_gazebo.health_reporting import HealthReporting
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.server import HostedServer
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.rates import Metronome, Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import SimulatorHealth, SimulatorListener, ToolForces
from telesurgery_gazebo.stepping import Stepping, not_paused, require_steps
from telesurgery_gazebo.target_commander import TargetCommander
from telesurgery_gazebo.transport.client import TransportClient

_PART = 20
"""So many steps are done at once in lockstep, that is so often it is looked for new targets."""
_log = logging.getLogger(__name__)


class WorldControls(Protocol):
    """The control of a world."""

    def pause(self, paused: bool) -> None:
        """Stop the world's time, or let it run."""

    def step(self, count: int) -> None:
        """Let a paused world do ``count`` steps."""


class GazeboSimulator(ABC):
    """A server, a thread that reads it, and what the listener is told."""

    name: str
    """As in the parameter ``simulator``."""
    program: str
    """As people call it."""
    _server: HostedServer
    _commander: TargetCommander
    _cameras: CameraFeed

    def __init__(
        self,
        robot: RobotDescription,
        options: ServerOptions,
        settings: GazeboSettings,
        reporting: Reporting,
    ) -> None:
        self._robot = robot
        self._joints = Joints.of(robot)
        self.joint_names = self._joints.names
        self._options, self._settings, self._reporting = options, settings, reporting
        self._health = HealthReporting(reporting)
        self._running: WorldControls | None = None
        self._paused = options.lockstep
        self._stepping = Stepping()
        self._forces_due = Metronome(reporting.force_rate_hz)
        self._closing = threading.Event()
        self._begun = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._run, name=self.program, daemon=True)

    def start(self, listener: SimulatorListener) -> None:
        """Start server, screen and threads."""
        self._listener = listener
        self._health.tell_to(listener)
        with contextlib.ExitStack() as begun:
            self._start(begun)
            self._begun = begun.pop_all()
        self._health.tell()
        self._thread.start()

    def health(self) -> SimulatorHealth:
        """Return how it is now."""
        return self._health.health()

    def command(self, position: Array) -> None:
        """Hand over joint targets; one beyond a stop leads to the stop."""
        target = self._joints.checked(position).clip(self._joints.lower, self._joints.upper)
        lockstep = self._options.lockstep
        self._commander.command(
            target, self._stepping.sim_time_s if lockstep else time.monotonic()
        )

    def watch(self, camera: str, wanted: bool) -> None:
        """Subscribe to a camera, which renders only then, or no more."""
        self._cameras.watch(camera, wanted)

    def pause(self, paused: bool) -> None:
        """Let the world's time stand, or pass again."""
        self._world().pause(paused)
        self._paused = paused
        self._health.paused(paused)

    def step(self, count: int) -> None:
        """Let the world do ``count`` steps, with the newest targets in force."""
        controls = self._world()
        if not self._paused:
            raise not_paused(self.health().state)
        require_steps(count)
        for part in self._parts(count):
            self._settle()
            self._step(controls, part)

    def reset(self) -> None:
        """Put the world to its beginning."""
        self._commander.forget()
        self._world()
        self._reset()

    def close(self) -> None:
        """End threads, server and screen."""
        self._closing.set()
        self._begun.close()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def _start(self, begun: contextlib.ExitStack) -> None:
        """Start everything but the thread, and leave its end to ``begun``."""

    @abstractmethod
    def _talk(self) -> None:
        """Read and control the server until this is closed; in the thread."""

    @abstractmethod
    def _settle(self) -> None:
        """Return when the newest targets will be in force in the next step."""

    @abstractmethod
    def _reset(self) -> None:
        """Put a world that runs to its beginning."""

    @abstractmethod
    def _take_forces(
        self, sim_time_s: float, positions: Mapping[str, float]
    ) -> tuple[ToolForces, ...]:
        """Return what the tools feel now, with the joints where they are."""

    def _parts(self, count: int) -> Iterator[int]:
        """Yield numbers of steps; in lockstep, joints whose targets stop coming stand between."""
        while self._options.lockstep and count > 0:
            self._commander.rest(self._stepping.sim_time_s)
            yield min(count, _PART)
            count -= _PART
        if count > 0:
            yield count

    def _step(self, controls: WorldControls, count: int) -> None:
        done = self._stepping.expect(count)
        controls.step(count)
        self._stepping.wait_for(done)

    def _hand_on(self, sample: JointSample, sim_time_s: float) -> None:
        """Hand on the joints' state, and what the tools feel when that is due."""
        self._listener.on_joints(sample, sim_time_s)
        if self._forces_due.due(sim_time_s):
            positions = dict(zip(self.joint_names, sample.position.tolist(), strict=True))
            forces = self._take_forces(sim_time_s, positions)
            self._listener.on_forces(sample.stamp_ns, forces)

    def _tend(self) -> None:
        """Do what is to be done often while it runs by itself; from the thread that reads it."""
        if not self._options.lockstep:
            now = time.monotonic()
            self._commander.rest(now)
            self._cameras.tend(now, self.health().real_time_factor)
        self._health.tell()

    def _camera_feed(self, client: TransportClient, topics: Mapping[str, str]) -> CameraFeed:
        longest_pause_s = 1.0 / self._options.least_picture_rate_hz
        return CameraFeed(client, topics, self._listener.on_image, longest_pause_s)

    def _world(self) -> WorldControls:
        if self._running is None:
            raise SimulatorError(
                f'the simulator is {self.health().state.value}; allowed: to pause or reset one '
                'that runs; wait until it does'
            )
        return self._running

    def _run(self) -> None:
        try:
            self._talk()
        except (SimulatorError, WireError, OSError) as error:
            self._lost(str(error))
        except Exception as error:  # ours, and no reason to let the arms believe that all is well
            _log.exception('talking to %s failed', self.program)
            self._lost(f'{type(error).__name__}: {error}')

    def _lost(self, reason: str) -> None:
        """Report why it is talked to no more, unless it has ended: that is reported better."""
        server = self._server.process
        if not self._closing.is_set() and (server is None or not server.ends_within(1.0)):
            words = self._server.last_error()
            self._health.died(
                f'lost {self.program}: {reason}' + (f'; its last words: {words}' * bool(words))
            )
