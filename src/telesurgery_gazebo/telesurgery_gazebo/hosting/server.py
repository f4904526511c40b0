"""A Gazebo server with everything around it, whichever generation it is."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path

from telesurgery_gazebo.hosting.folder import new_folder
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.program import Program
from telesurgery_gazebo.hosting.scene import Scene

HOST = '127.0.0.1'


class HostedServer(ABC):
    """The running server. Make it in a thread that lives on: the server ends with that thread.

    Attributes:
        process: the server itself; None when it was somebody else who started it.
        partition: its partition of gz-transport.
        scene: what it has loaded.
    """

    scene: Scene

    def __init__(
        self, options: ServerOptions, partition: str, on_death: Callable[[str], None]
    ) -> None:
        """Start it, paused; ``on_death(reason)`` is called from another thread when it ends.

        With ``options.attach`` nothing is started: the server runs already, and has loaded this
        scene. Raises SimulatorError when it cannot be started; nothing is left running then.
        """
        self.process: ManagedProcess | None = None
        self.partition = partition
        self._options, self._on_death = options, on_death
        self._folder = new_folder()
        self._processes: list[ManagedProcess] = []
        self._ended = False
        self._ending = threading.Lock()
        try:
            self.scene = self._write_scene(self.folder, options)
            if not options.attach:
                self._start_and_watch()
        except BaseException:
            self.end()
            raise

    @property
    def folder(self) -> Path:
        """Its own folder, which ends with it."""
        return Path(self._folder.name)

    def start_again(self) -> None:
        """End what is left of all processes, and start them anew with the same scene."""
        with self._ending:
            if not self._ended:
                self._end_processes()
                self._start_and_watch()

    def end(self) -> None:
        """End every process that was started, newest first, and remove the folder."""
        with self._ending:
            self._ended = True
            self._end_processes()
        self._folder.cleanup()

    def last_error(self) -> str:
        """Return the server's last error; empty when it is not ours."""
        return '' if self.process is None else self.process.last_error()

    @abstractmethod
    def _write_scene(self, folder: Path, options: ServerOptions) -> Scene:
        """Write what the server loads."""

    @abstractmethod
    def _start_all(self, options: ServerOptions) -> ManagedProcess:
        """Start screen, server and window, and return the server."""

    def _start_and_watch(self) -> None:
        self.process = self._start_all(self._options)
        self.process.watch(self._on_death)

    def _end_processes(self) -> None:
        while self._processes:
            self._processes.pop().end()

    def _environment(self) -> dict[str, str]:
        """Return what every program of a Gazebo finds in its environment."""
        home = os.environ.get('HOME', '')
        return {
            # Mesa's software renderer takes all cores unless told otherwise, and then the physics
            # stands still for 10 ms with every picture; one core is left to it.
            'LP_NUM_THREADS': str(max(1, len(os.sched_getaffinity(0)) - 1)),
            **os.environ,
            'XAUTHORITY': os.environ.get('XAUTHORITY') or str(Path(home) / '.Xauthority'),
            'HOME': str(self.folder),  # logs and settings go where the rest of it goes
        }

    def _start_server(
        self, name: str, program: Program, environment: Mapping[str, str], *arguments: str
    ) -> ManagedProcess:
        server = self._start(name, program, environment, *arguments)
        server.prefer()  # physics that waits for a core falls behind real time
        return server

    def _start(
        self, name: str, program: Program, environment: Mapping[str, str], *arguments: str
    ) -> ManagedProcess:
        log = self.folder / f'{name.replace(" ", "_")}.log'
        process = ManagedProcess(name, program, arguments, environment=environment, log=log)
        self._processes.append(process)
        return process
