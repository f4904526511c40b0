"""Making the simulator that was chosen."""

from __future__ import annotations

from telesurgery_arm.description import RobotDescription
from telesurgery_core.parameters import load_yaml
from telesurgery_gazebo.classic.simulator import ClassicSimulator
from telesurgery_gazebo.description import read_robot
from telesurgery_gazebo.gz.simulator import GzSimulator
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback_simulator import LoopbackSimulator
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import Simulator


def make_simulator(
    name: str,
    parameters: SimulatorParameters,
    files: SceneFiles,
    robot: RobotDescription,
    *,
    lockstep: bool = False,
) -> Simulator:
    """Return the simulator of this name, not started yet; in ``lockstep`` it will be stepped.

    Raises ParameterError or SimulatorError when its files are not what they should be.
    """
    reporting = reporting_of(parameters)
    if name == 'loopback':
        tree = read_robot(files.robot, files.arms)
        return LoopbackSimulator(Joints.of(robot), tree, reporting, lockstep=lockstep)
    settings = load_yaml(GazeboSettings, files.gazebo)
    options = options_of(parameters, files, lockstep=lockstep)
    kind = GzSimulator if name == 'gz' else ClassicSimulator
    return kind(robot, options, settings, reporting)


def reporting_of(parameters: SimulatorParameters) -> Reporting:
    """Return what a simulator is to report."""
    return Reporting(
        parameters.joint_rate_hz,
        parameters.link_rate_hz,
        parameters.watched_links,
        parameters.force_rate_hz,
        parameters.start_limit_s,
        parameters.silence_limit_s,
    )


def options_of(
    parameters: SimulatorParameters, files: SceneFiles, *, lockstep: bool = False
) -> ServerOptions:
    """Return what a server of Gazebo is told."""
    return ServerOptions(
        robot=files.robot,
        world=files.world,
        arms_file=files.arms,
        master_port=parameters.master_port,
        partition=parameters.partition,
        cameras=parameters.cameras,
        gui=parameters.gui,
        lockstep=lockstep,
        attach=parameters.attach,
        render_engine=parameters.render_engine,
        least_picture_rate_hz=parameters.least_picture_rate_hz,
    )
