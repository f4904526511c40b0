"""A gz-sim server: its scene, its screen, its window."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_gazebo.gz.installation import Installation
from telesurgery_gazebo.gz.systems import write_systems
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.scene import Scene, write_model, write_scene
from telesurgery_gazebo.hosting.screen import Screen
from telesurgery_gazebo.hosting.server import HOST, HostedServer
from telesurgery_gazebo.joint_control import ControlledJoints, gains_at_home
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings

_log = logging.getLogger(__name__)


def write_gz_scene(
    folder: Path,
    robot: RobotDescription,
    options: ServerOptions,
    settings: GazeboSettings,
    reporting: Reporting,
    controllers: str = '',
) -> Scene:
    """Write robot, world and what its systems are told into ``folder``.

    With ``controllers``, a file of ros2_control, these control the joints and not a system of the
    world. Raises SimulatorError when a file that they come from is not what it should be.
    """
    model = write_model(folder, options.robot, options.arms_file, controllers)
    joints = ControlledJoints(model.tree, robot.joint_names).names
    systems = folder / 'systems.yaml'
    write_systems(
        systems,
        joints,
        gains_at_home(model.tree, robot, joints, settings.control),
        reporting,
    )
    return write_scene(
        folder,
        model,
        options.world,
        options.arms_file,
        'gz',
        systems='' if controllers else str(systems),
        throttled=str(not options.lockstep).lower(),
        cameras=str(options.cameras or options.gui).lower(),
    )


class GzServer(HostedServer):
    """gz-sim."""

    def __init__(
        self,
        robot: RobotDescription,
        options: ServerOptions,
        settings: GazeboSettings,
        reporting: Reporting,
        on_death: Callable[[str], None],
    ) -> None:
        self._robot, self._settings, self._reporting = robot, settings, reporting
        partition = options.partition or f'telesurgery_{os.getpid()}_{secrets.token_hex(4)}'
        super().__init__(options, partition, on_death)

    def _write_scene(self, folder: Path, options: ServerOptions) -> Scene:
        return write_gz_scene(folder, self._robot, options, self._settings, self._reporting)

    def _start_all(self, options: ServerOptions) -> ManagedProcess:
        installation = Installation.find(os.environ)
        program = installation.program
        environment = self._environment() | {'GZ_IP': HOST, 'GZ_PARTITION': self.partition}
        engine = installation.render_engine(options.render_engine)
        arguments = ['sim', '-s', '-v', '1', '--render-engine-server', engine]
        if options.cameras and not options.gui and engine == 'ogre2':
            arguments.append('--headless-rendering')  # by EGL: no screen is needed
        else:
            screen = Screen.for_server(
                options, installation.display_server, environment, self.folder / 'xvfb.log'
            )
            environment |= screen.environment
            self._processes += screen.processes
        server = self._start_server(
            'gz sim', program, environment, *arguments, str(self.scene.world)
        )
        if options.gui:
            window = self._start('gz sim -g', program, environment, 'sim', '-g', '-v', '1')
            window.watch(lambda reason: _log.warning('the window is closed: %s', reason))
        return server
