"""Parameters of the simulator node."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telesurgery_core.parameters import parameter


@dataclass(frozen=True, slots=True)
class SimulatorParameters:
    """Which simulator runs, what it loads and what it reports."""

    simulator: str = parameter(
        'auto',
        choices=('auto', 'classic', 'gz', 'loopback'),
        doc='auto: gz-sim if there is one, else Gazebo 11 (classic), else loopback, an in-memory '
        'plant without pictures.',
    )
    gui: bool = parameter(False, doc="Open Gazebo's window, which asks for a display.")
    cameras: bool = parameter(True, doc='Render pictures; where no display is, on one in memory.')
    share: str = parameter(
        '', doc='Folder with urdf/, worlds/ and config/; empty: that of telesurgery_bringup.'
    )
    robot_file: str = parameter('', doc='Xacro file of the robot; empty: the one in share.')
    world_file: str = parameter('', doc='Xacro file of the world; empty: the one in share.')
    arms_file: str = parameter('', doc='Kinematics and limits; empty: the one in share.')
    gazebo_file: str = parameter(
        '', doc='How Gazebo controls joints and where its cameras are; empty: the one in share.'
    )
    master_port: int = parameter(
        0, low=0, high=65535, doc="TCP port of Gazebo 11's master; 0: a free one."
    )
    partition: str = parameter(
        '', doc="Partition of Gazebo's transport; empty: one of this process's own."
    )
    attach: bool = parameter(
        False,
        doc='Join a gz-sim that runs in partition already and has loaded the scene that '
        'write_scene writes, instead of starting one.',
    )
    render_engine: str = parameter(
        'auto',
        choices=('auto', 'ogre2', 'ogre'),
        doc='Of the cameras of gz-sim. ogre2 renders without a screen; ogre is the older one; '
        'auto: ogre only where it is installed beside gz and ogre2 is not.',
    )
    least_picture_rate_hz: float = parameter(
        0.5,
        unit='Hz',
        low=0.2,
        high=1000.0,
        doc='Where the machine is too slow, pictures become rarer so that motion keeps real time, '
        "but never rarer than this; with a camera's own rate or more they never give way.",
    )
    joint_rate_hz: float = parameter(
        250.0, unit='Hz', low=10.0, high=1000.0, doc='Rate of joint_states in simulated time.'
    )
    link_rate_hz: float = parameter(
        50.0,
        unit='Hz',
        low=1.0,
        high=1000.0,
        doc='Rate of simulator/link_poses, likewise; at most joint_rate_hz.',
    )
    force_rate_hz: float = parameter(
        50.0,
        unit='Hz',
        low=1.0,
        high=250.0,
        doc="Rate of the tools' contact and wrist forces, likewise; at most joint_rate_hz.",
    )
    clock_rate_hz: float = parameter(
        100.0,
        unit='Hz',
        low=1.0,
        high=250.0,
        doc='Rate of clock, likewise; at most joint_rate_hz.',
    )
    watched_links: tuple[str, ...] = parameter(
        ('_roll_link', '_wrist_yaw_link'),
        doc='Ends of the names of the links whose poses are published.',
    )
    jpeg_quality: int = parameter(70, low=1, high=95, doc='Of compressed pictures.')
    realtime_priority: int = parameter(
        10,
        low=0,
        high=99,
        doc='Priority of the thread that hands targets over, where permitted; 0: ordinary.',
    )
    start_limit_s: float = parameter(
        60.0,
        unit='s',
        low=1.0,
        high=600.0,
        doc='A simulator that says nothing for so long is dead.',
    )
    silence_limit_s: float = parameter(
        1.0,
        unit='s',
        low=0.1,
        high=60.0,
        doc='A running simulator that says nothing for so long is dead.',
    )


@dataclass(frozen=True, slots=True)
class SceneFiles:
    """The files that make the scene."""

    robot: Path
    world: Path
    arms: Path
    gazebo: Path

    @classmethod
    def of(cls, parameters: SimulatorParameters, share: Path) -> SceneFiles:
        """Return the files that the parameters name, and those in ``share`` where they do not."""

        def file(named: str, default: str) -> Path:
            return Path(named).expanduser() if named else share / default

        return cls(
            robot=file(parameters.robot_file, 'urdf/telesurgery.urdf.xacro'),
            world=file(parameters.world_file, 'worlds/operating_room.sdf.xacro'),
            arms=file(parameters.arms_file, 'config/arms.yaml'),
            gazebo=file(parameters.gazebo_file, 'config/gazebo.yaml'),
        )
