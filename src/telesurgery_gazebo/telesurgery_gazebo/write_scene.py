"""``ros2 run telesurgery_gazebo write_scene FOLDER``: the scene of gz-sim, to load it by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import TelesurgeryError
from telesurgery_core.parameters import load_yaml
from telesurgery_gazebo.gz.server import write_gz_scene
from telesurgery_gazebo.making import options_of, reporting_of
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.settings import GazeboSettings

CONTROLLERS = 'config/ros2_control/controllers.yaml'


def main(argv: Sequence[str] | None = None) -> int:
    """Write the scene and say where; 2 when it cannot be written."""
    parser = argparse.ArgumentParser(prog='write_scene', description=__doc__)
    parser.add_argument('folder', type=Path, help='a new folder')
    parser.add_argument(
        '--share', type=Path, help='folder with urdf/, worlds/ and config/ (telesurgery_bringup)'
    )
    parser.add_argument(
        '--ros2-control',
        action='store_true',
        help="for gz_ros2_control, with share's config/ros2_control/controllers.yaml",
    )
    arguments = parser.parse_args(argv)
    parameters = SimulatorParameters()
    try:
        share = (arguments.share or _installed_share()).absolute()
        files = SceneFiles.of(parameters, share)
        arguments.folder.mkdir(parents=True)
        scene = write_gz_scene(
            arguments.folder.absolute(),
            RobotDescription.load(files.arms),
            options_of(parameters, files),
            load_yaml(GazeboSettings, files.gazebo),
            reporting_of(parameters),
            str(share / CONTROLLERS) if arguments.ros2_control else '',
        )
    except (TelesurgeryError, OSError) as error:
        print(f'write_scene: error: {error}', file=sys.stderr)
        return 2
    print(scene.world)
    return 0


def _installed_share() -> Path:
    from ament_index_python.packages import get_package_share_directory

    return Path(get_package_share_directory('telesurgery_bringup'))


if __name__ == '__main__':
    sys.exit(main())
