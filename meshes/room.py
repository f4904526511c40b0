"""Every mesh of the operating room by file name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cavity
import furniture
import numpy as np
import patient
import training_board
import yaml
from mesh import Mesh

from telesurgery_arm.description import RobotDescription


def meshes(description: RobotDescription, board_file: Path) -> dict[str, list[Mesh]]:
    """Return the room's meshes: patient and cavity in the frame `patient`, furniture on the floor.

    ``board_file`` is ``worlds/board.yaml``.
    """
    board: dict[str, Any] = yaml.safe_load(board_file.read_text())
    rng = np.random.default_rng(7)
    radius = dome_radius(description)
    return {
        'drape': patient.drape(),
        'abdomen': patient.abdomen(radius),
        'cavity': cavity.wall(radius, rng),
        **cavity.organs(rng),
        'board': training_board.board(board),
        'ring': training_board.ring(board),
        'table': furniture.table(description.T_world_patient.xyz[2]),
        'lamp': furniture.lamp(),
        'tower': furniture.vision_tower(),
        'side_table': furniture.side_table(),
    }


def dome_radius(description: RobotDescription) -> float:
    """Return the distance [m] of the ports from the patient frame's origin.

    ValueError if they do not lie on one sphere, for then the abdomen needs another shape.
    """
    reach = [np.linalg.norm(arm.T_patient_rcm.xyz) for arm in description.arms.values()]
    if max(reach) - min(reach) > 0.001:
        raise ValueError(f'ports lie {reach} m from the patient frame; allowed: one distance')
    return float(np.mean(reach))
