"""Write the meshes of the robot and of the operating room: ``python3 meshes/generate.py``.

The files it writes are committed; a test writes them anew and compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

import materials
import robot
import room
import wavefront

from telesurgery_arm.description import RobotDescription

WORKSPACE = Path(__file__).resolve().parent.parent


def files(workspace: Path) -> dict[Path, str]:
    """Return what is to be written where, relative to the workspace."""
    description = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    texts = {
        Path('urdf/meshes/robot.mtl'): wavefront.mtl(materials.ROBOT.items()),
        Path('worlds/meshes/room.mtl'): wavefront.mtl(materials.ROOM.items()),
    }
    for name, meshes in robot.meshes(description, workspace / 'urdf' / 'cart.yaml').items():
        texts[Path(f'urdf/meshes/{name}.obj')] = wavefront.obj(meshes, 'robot.mtl')
    for name, meshes in room.meshes(description, workspace / 'worlds' / 'board.yaml').items():
        texts[Path(f'worlds/meshes/{name}.obj')] = wavefront.obj(meshes, 'room.mtl')
    return texts


def main() -> int:
    """Write every file below the workspace."""
    for path, text in files(WORKSPACE).items():
        target = WORKSPACE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        print(f'{path}  {len(text) // 1000} kB')
    return 0


if __name__ == '__main__':
    sys.exit(main())
