"""Every mesh of the robot by file name, each in the frame of the link that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import arm
import cart
import instrument
import numpy as np
import yaml
from mesh import Array, Mesh

from telesurgery_arm.description import ArmModel, RobotDescription
from telesurgery_arm.kinematics import joint_frames
from telesurgery_core.transforms import inverse

# How far the cannulas go past the remote centre [m]. The endoscope's ends before its lens,
# which at home is 21 mm past the remote centre.
INSTRUMENT_CANNULA = 0.029
ENDOSCOPE_CANNULA = 0.004


def meshes(description: RobotDescription, cart_file: Path) -> dict[str, list[Mesh]]:
    """Return the robot's meshes; ``cart_file`` is ``urdf/cart.yaml``."""
    fixed: dict[str, Any] = yaml.safe_load(cart_file.read_text())
    psm, ecm = description.models['PSM'], description.models['ECM']
    psm_at, ecm_at = _remote_centre_at_zero(psm), _remote_centre_at_zero(ecm)
    height = description.T_world_patient.xyz[2]
    x, y, z = fixed['platform']
    return {
        'cart': cart.cart(tuple(fixed['column']), (x, y, z + height)),
        'strut': cart.strut(),
        'sleeve': cart.sleeve(),
        'elbow': cart.elbow(),
        'housing': arm.housing(fixed['housing_half_length']),
        'psm_yaw': arm.for_link(_yaw(psm, fixed), psm_at['yaw']),
        'psm_pitch': arm.for_link(arm.pitch(INSTRUMENT_CANNULA), psm_at['pitch']),
        'psm_insertion': arm.at_origin_of(arm.instrument_carriage(), psm_at['insertion']),
        'psm_roll': instrument.shaft(psm),
        'psm_wrist_pitch': instrument.wrist_pitch(psm),
        'psm_wrist_yaw': instrument.wrist_yaw(),
        'psm_jaw': instrument.finger(psm, -1.0),
        'psm_jaw_mimic': instrument.finger(psm, 1.0),
        'ecm_yaw': arm.for_link(_yaw(ecm, fixed), ecm_at['yaw']),
        'ecm_pitch': arm.for_link(arm.pitch(ENDOSCOPE_CANNULA), ecm_at['pitch']),
        'ecm_insertion': arm.at_origin_of(arm.scope_carriage(), ecm_at['insertion']),
        'ecm_roll': instrument.scope(ecm),
    }


def _remote_centre_at_zero(model: ArmModel) -> dict[str, Array]:
    """Return ``T_link_rcm`` ``(4, 4)`` by joint name while all joints are at zero."""
    T_rcm_link = joint_frames(model, np.zeros(len(model.joints)))
    return {joint.name: inverse(T) for joint, T in zip(model.joints, T_rcm_link, strict=True)}


def _yaw(model: ArmModel, fixed: dict[str, Any]) -> list[Mesh]:
    limits = next(joint for joint in model.joints if joint.name == 'pitch')
    return arm.yaw(limits.lower, limits.upper, fixed['yaw_housing'], fixed['housing_half_length'])
