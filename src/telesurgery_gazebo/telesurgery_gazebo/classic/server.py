"""A Gazebo 11 server with everything around it: its folder, its screen, its window."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from telesurgery_gazebo.classic.installation import Installation
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.folder import new_folder
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.program import Program
from telesurgery_gazebo.hosting.scene import write_model, write_scene
from telesurgery_gazebo.hosting.screen import Screen

_log = logging.getLogger(__name__)

HOST = '127.0.0.1'

_FREE_PORTS = range(20000, 32000)
_ATTEMPTS = 100


class GazeboServer:
    """The running server. Make it in a thread that lives on: the server ends with that thread.

    Attributes:
        process: the server itself.
        port: TCP port of its master.
        partition: its partition of gz-transport.
        scene: what it has loaded.
    """

    def __init__(self, options: ServerOptions, on_death: Callable[[str], None]) -> None:
        """Start it, paused; ``on_death(reason)`` is called from another thread when it ends.

        Raises SimulatorError when it cannot be started; nothing is left running then.
        """
        installation = Installation.find(os.environ)
        self.port = _port(options.master_port)
        self.partition = options.partition or f'telesurgery_{os.getpid()}_{self.port}'
        self._folder = new_folder()
        self._processes: list[ManagedProcess] = []
        try:
            folder = Path(self._folder.name)
            model = write_model(folder, options.robot, options.arms_file)
            self.scene = write_scene(folder, model, options.world, options.arms_file, 'classic')
            environment = self._environment(installation, folder)
            screen = Screen.for_server(
                options,
                installation.display_server,
                environment,
                folder / 'xvfb.log',
                own_display_serves=not installation.renders_in_software,
            )
            environment |= screen.environment
            self._processes += screen.processes
            world = str(self.scene.world)
            self.process = self._start(
                'gzserver', installation.server, environment, '-u', '--verbose', world
            )
            self.process.prefer()  # physics that waits for a core falls behind real time
            self.process.watch(on_death)
            if options.gui:
                window = self._start('gzclient', installation.client, environment, '--verbose')
                window.watch(lambda reason: _log.warning('the window is closed: %s', reason))
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End every process that was started, newest first, and remove the folder."""
        while self._processes:
            self._processes.pop().end()
        self._folder.cleanup()

    def _environment(self, installation: Installation, folder: Path) -> dict[str, str]:
        home = os.environ.get('HOME', '')
        return {
            # Mesa's software renderer takes all cores unless told otherwise, and then the physics
            # stands still for 10 ms with every picture; one core is left to it.
            'LP_NUM_THREADS': str(max(1, len(os.sched_getaffinity(0)) - 1)),
            **os.environ,
            'XAUTHORITY': os.environ.get('XAUTHORITY') or str(Path(home) / '.Xauthority'),
            **installation.environment,
            'HOME': str(folder),  # Gazebo's logs and settings go where the rest of it goes
            'GAZEBO_MASTER_URI': f'http://{HOST}:{self.port}',
            'GAZEBO_IP': HOST,
            'GAZEBO_MODEL_DATABASE_URI': '',
            'IGN_IP': HOST,
            'IGN_PARTITION': self.partition,
        }

    def _start(
        self, name: str, program: Program | None, environment: dict[str, str], *arguments: str
    ) -> ManagedProcess:
        if program is None:
            raise SimulatorError(
                f'there is no {name}; allowed: a complete Gazebo 11; install the package gazebo, '
                'or run without gui'
            )
        log = Path(self._folder.name) / f'{name}.log'
        process = ManagedProcess(name, program, arguments, environment=environment, log=log)
        self._processes.append(process)
        return process


def _port(wanted: int) -> int:
    """Return ``wanted``, or a free port for 0; SimulatorError when the port is in use.

    A free one is taken from below those that the kernel gives to whoever asks for any port: such
    a one could be given away before the server has it.
    """
    if wanted:
        if not _is_free(wanted):
            raise SimulatorError(
                f'master_port {wanted} is in use; allowed: 0 (a free one) or a port that nobody '
                'listens on; end the other Gazebo or choose another port'
            )
        return wanted
    for _ in range(_ATTEMPTS):
        port = _FREE_PORTS.start + secrets.randbelow(len(_FREE_PORTS))
        if _is_free(port):
            return port
    raise SimulatorError(
        f'no port of {_FREE_PORTS.start} .. {_FREE_PORTS.stop - 1} is free; allowed: one that '
        'nobody listens on; name one with master_port'
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('', port))
        except OSError:
            return False
    return True
