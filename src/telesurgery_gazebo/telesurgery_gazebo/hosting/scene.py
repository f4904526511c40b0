"""The folder that a Gazebo server loads: the world, and the robot as a model beside it.

Both come from xacro, so that robot and world are one source for both generations of Gazebo.
"""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from telesurgery_gazebo.description import expand
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.urdf_tree import UrdfTree


@dataclass(frozen=True, slots=True)
class Scene:
    """A written scene."""

    world: Path
    """The file to load."""
    world_name: str
    robot: UrdfTree
    """Its name is that of the model."""


@dataclass(frozen=True, slots=True)
class Model:
    """The robot, written as a model."""

    folder: Path
    tree: UrdfTree


def write_model(folder: Path, robot: Path, arms_file: Path, controllers: str = '') -> Model:
    """Expand the xacro file ``robot`` into a folder in ``folder``, named after the robot.

    ``controllers`` is the file of ros2_control's controllers, if these control the joints. Raises
    SimulatorError when it is not what it should be.
    """
    arguments = {'controllers': controllers} if controllers else {}
    urdf = expand(robot, arms_file=str(arms_file), **arguments)
    tree = UrdfTree.parse(urdf)
    model = folder / tree.name
    model.mkdir()
    (model / f'{tree.name}.urdf').write_text(urdf, encoding='utf-8')
    try:
        shutil.copy(robot.with_name('model.config'), model)
    except OSError as error:
        raise SimulatorError(
            f'the model.config beside {str(robot)!r} cannot be read ({error.strerror}); allowed: '
            'one that names the expanded URDF; put it there'
        ) from error
    return Model(model, tree)


def write_scene(
    folder: Path, model: Model, world: Path, arms_file: Path, generation: str, **arguments: str
) -> Scene:
    """Expand the xacro file ``world`` into ``folder``, for 'classic' or 'gz', with the robot.

    ``arguments`` are those that only one generation's world takes. Raises SimulatorError when it
    is not what it should be.
    """
    sdf = expand(
        world,
        arms_file=str(arms_file),
        generation=generation,
        robot=str(model.folder),
        **arguments,
    )
    file = folder / 'world.sdf'
    file.write_text(sdf, encoding='utf-8')
    return Scene(file, _world_name(sdf, world), model.tree)


def _world_name(sdf: str, source: Path) -> str:
    world = ElementTree.fromstring(sdf).find('world')
    if world is None or not world.get('name'):
        raise SimulatorError(
            f'{str(source)!r} describes no named world; allowed: an SDF file with <world '
            'name="...">; correct it'
        )
    return str(world.get('name'))
