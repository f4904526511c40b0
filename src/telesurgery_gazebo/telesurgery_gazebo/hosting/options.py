"""What a server of Gazebo is told, whichever generation it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What to run and how."""

    robot: Path
    """Xacro file of the robot."""
    world: Path
    """Xacro file of the world."""
    arms_file: Path
    master_port: int = 0
    """TCP port of Gazebo 11's master; 0: a free one. gz-sim has none."""
    partition: str = ''
    """Partition of gz-transport; empty: one of its own."""
    cameras: bool = True
    """Render the cameras' pictures, which needs a display."""
    gui: bool = False
    lockstep: bool = False
    """Time passes only when it is asked to, and then as fast as it can."""
    attach: bool = False
    """Join a gz-sim that runs already in ``partition``. Gazebo 11 is always started."""
    render_engine: str = 'auto'
    """Of gz-sim's cameras: ogre2, ogre, or auto: ogre where there is no other."""
    least_picture_rate_hz: float = 0.5
    """Of every camera on a machine that is too slow for more."""
