"""A Gazebo 11 server: its scene, its port, its screen, its window."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from telesurgery_gazebo.classic.installation import Installation
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.scene import Scene, write_model, write_scene
from telesurgery_gazebo.hosting.screen import Screen
from telesurgery_gazebo.hosting.server import HOST, HostedServer

_log = logging.getLogger(__name__)

_FREE_PORTS = range(20000, 32000)
_ATTEMPTS = 100


def write_classic_scene(folder: Path, options: ServerOptions) -> Scene:
    """Write robot and world into ``folder``; SimulatorError as ``write_scene`` says."""
    model = write_model(folder, options.robot, options.arms_file)
    return write_scene(folder, model, options.world, options.arms_file, 'classic')


class GazeboServer(HostedServer):
    """Gazebo 11.

    Attributes:
        port: TCP port of its master.
    """

    def __init__(self, options: ServerOptions, on_death: Callable[[str], None]) -> None:
        self.port = options.master_port if options.attach else _port(options.master_port)
        partition = options.partition or f'telesurgery_{os.getpid()}_{self.port}'
        super().__init__(options, partition, on_death)

    def _write_scene(self, folder: Path, options: ServerOptions) -> Scene:
        return write_classic_scene(folder, options)

    def _start_all(self, options: ServerOptions) -> ManagedProcess:
        installation = Installation.find(os.environ)
        environment = self._environment() | {
            **installation.environment,
            'GAZEBO_MASTER_URI': f'http://{HOST}:{self.port}',
            'GAZEBO_IP': HOST,
            'GAZEBO_MODEL_DATABASE_URI': '',
            'IGN_IP': HOST,
            'IGN_PARTITION': self.partition,
        }
        screen = Screen.for_server(
            options,
            installation.display_server,
            environment,
            self.folder / 'xvfb.log',
            own_display_serves=not installation.renders_in_software,
        )
        environment |= screen.environment
        self._processes += screen.processes
        world = str(self.scene.world)
        server = self._start_server(
            'gzserver', installation.server, environment, '-u', '--verbose', world
        )
        if options.gui:
            if installation.client is None:
                raise SimulatorError(
                    'there is no gzclient; allowed: a complete Gazebo 11; install the package '
                    'gazebo, or run without gui'
                )
            window = self._start('gzclient', installation.client, environment, '--verbose')
            window.watch(lambda reason: _log.warning('the window is closed: %s', reason))
        return server


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
