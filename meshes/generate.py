"""Write the meshes of the robot and of the operating room: ``python3 meshes/generate.py``.

The files that it writes are committed; a test makes them anew and compares. It needs Pillow for
the picture on the tissue.
"""

from __future__ import annotations

import sys
from pathlib import Path

import materials
import numpy as np
import robot
import room
import textures
import wavefront

from telesurgery_arm.description import RobotDescription

WORKSPACE = Path(__file__).resolve().parent.parent
PICTURE = Path('worlds/meshes/tissue.png')


def files(workspace: Path) -> dict[Path, str]:
    """Return the text of every mesh and material file by its path in the workspace."""
    description = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    the_robot = robot.meshes(description, workspace / 'urdf' / 'cart.yaml')
    the_room = room.meshes(description, workspace / 'worlds' / 'board.yaml')
    return {
        Path('urdf/meshes/robot.mtl'): wavefront.mtl(materials.ROBOT.items()),
        Path('worlds/meshes/room.mtl'): wavefront.mtl(materials.ROOM.items()),
        **{
            Path(f'urdf/meshes/{name}.obj'): wavefront.obj(meshes, 'robot.mtl')
            for name, meshes in the_robot.items()
        },
        **{
            Path(f'worlds/meshes/{name}.obj'): wavefront.obj(meshes, 'room.mtl')
            for name, meshes in the_room.items()
        },
    }


def main() -> int:
    """Write every file below the workspace."""
    from PIL import Image

    for path, text in files(WORKSPACE).items():
        (WORKSPACE / path).parent.mkdir(parents=True, exist_ok=True)
        (WORKSPACE / path).write_text(text)
        print(f'{path}  {len(text) // 1000} kB')
    picture = Image.fromarray(textures.tissue(np.random.default_rng(textures.SEED)))
    picture.quantize(96).save(WORKSPACE / PICTURE, optimize=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
