"""A gz-sim server with everything around it: its folder, its screen, its window."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_gazebo.gz.installation import Installation
from telesurgery_gazebo.gz.systems import write_systems
from telesurgery_gazebo.hosting.folder import new_folder
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.scene import Scene, write_model, write_scene
from telesurgery_gazebo.hosting.screen import Screen
from telesurgery_gazebo.joint_control import ControlledJoints, gains_at_home
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings

_log = logging.getLogger(__name__)

HOST = '127.0.0.1'


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


class GzServer:
    """The running server. Make it in a thread that lives on: the server ends with that thread.

    Attributes:
        process: the server itself; None when it was somebody else who started it.
        partition: its partition of gz-transport.
        scene: what it has loaded.
    """

    def __init__(
        self,
        robot: RobotDescription,
        options: ServerOptions,
        settings: GazeboSettings,
        reporting: Reporting,
        on_death: Callable[[str], None],
    ) -> None:
        """Start it, paused; ``on_death(reason)`` is called from another thread when it ends.

        With ``options.attach`` nothing is started: the server runs in the partition already, and
        has loaded this scene. Raises SimulatorError when it cannot be started; nothing is left
        running then.
        """
        self.process: ManagedProcess | None = None
        self.partition = options.partition or f'telesurgery_{os.getpid()}_{secrets.token_hex(4)}'
        self._folder = new_folder()
        self._processes: list[ManagedProcess] = []
        try:
            self.scene = write_gz_scene(
                Path(self._folder.name), robot, options, settings, reporting
            )
            if not options.attach:
                self._start_all(options, on_death)
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End every process that was started, newest first, and remove the folder."""
        while self._processes:
            self._processes.pop().end()
        self._folder.cleanup()

    def last_error(self) -> str:
        """Return the server's last error; empty when it is not ours."""
        return '' if self.process is None else self.process.last_error()

    def _start_all(self, options: ServerOptions, on_death: Callable[[str], None]) -> None:
        installation = Installation.find(os.environ)
        folder = Path(self._folder.name)
        environment = self._environment(folder)
        engine = installation.render_engine(options.render_engine)
        arguments = ['-s', '-v', '1', '--render-engine-server', engine]
        if options.cameras and not options.gui and engine == 'ogre2':
            arguments.append('--headless-rendering')  # by EGL: no screen is needed
        else:
            screen = Screen.for_server(
                options, installation.display_server, environment, folder / 'xvfb.log'
            )
            environment |= screen.environment
            self._processes += screen.processes
        server = self._start(
            'gz sim', installation, environment, *arguments, str(self.scene.world)
        )
        server.prefer()  # physics that waits for a core falls behind real time
        server.watch(on_death)
        self.process = server
        if options.gui:
            window = self._start('gz sim -g', installation, environment, '-g', '-v', '1')
            window.watch(lambda reason: _log.warning('the window is closed: %s', reason))

    def _environment(self, folder: Path) -> dict[str, str]:
        home = os.environ.get('HOME', '')
        return {
            # Mesa's software renderer takes all cores unless told otherwise, and then the physics
            # stands still for 10 ms with every picture; one core is left to it.
            'LP_NUM_THREADS': str(max(1, len(os.sched_getaffinity(0)) - 1)),
            **os.environ,
            'XAUTHORITY': os.environ.get('XAUTHORITY') or str(Path(home) / '.Xauthority'),
            'HOME': str(folder),  # logs and settings go where the rest of it goes
            'GZ_IP': HOST,
            'GZ_PARTITION': self.partition,
        }

    def _start(
        self,
        name: str,
        installation: Installation,
        environment: dict[str, str],
        *arguments: str,
    ) -> ManagedProcess:
        log = Path(self._folder.name) / f'{name.replace(" ", "_")}.log'
        process = ManagedProcess(
            name, installation.program, ('sim', *arguments), environment=environment, log=log
        )
        self._processes.append(process)
        return process
