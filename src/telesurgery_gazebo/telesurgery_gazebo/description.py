"""Reading a robot's or a world's description, which are written in xacro."""

from __future__ import annotations

from pathlib import Path

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.urdf_tree import UrdfTree


def expand(path: Path, **arguments: str) -> str:
    """Return the XML document that a xacro file makes; SimulatorError when it makes none."""
    import xacro

    try:
        return str(xacro.process_file(str(path), mappings=arguments).toxml())
    except Exception as error:  # xacro lets errors of parsers and of evaluated Python through
        problem = ' '.join(str(error).split()) or type(error).__name__
        raise SimulatorError(
            f'file {str(path)!r} cannot be expanded by xacro ({problem}); allowed: a readable '
            'xacro file; check the path and the file'
        ) from error


def read_robot(path: Path, arms_file: Path) -> UrdfTree:
    """Return the tree of the robot that a xacro file describes."""
    return UrdfTree.parse(expand(path, arms_file=str(arms_file)))
