"""The parts of one arm put together out of what the files of ``config/`` say."""

from __future__ import annotations

import math

from telesurgery_arm.arm import Arm
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.frames import ENDOSCOPE
from telesurgery_arm.horizon import Horizon
from telesurgery_arm.jaw_approach import JawApproach
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.station import Station
from telesurgery_arm.teleoperation import (
    EndoscopeFollowing,
    Following,
    InstrumentFollowing,
    Keep,
)
from telesurgery_arm.workspace import Workspace
from telesurgery_core.transforms import inverse
from telesurgery_safety.gate import Gate
from telesurgery_safety.parameters import SafetyParameters


def station_of(
    name: str, description: RobotDescription, parameters: ArmsParameters, safety: SafetyParameters
) -> Station:
    """Return an arm at its place in the loop: its control, its gate, and how it follows."""
    model = description.model_of(name)
    centre = inverse(description.arms[name].T_patient_rcm.T)[:3, 3]
    arm = Arm(
        name,
        model,
        Workspace(centre, parameters.workspace_radius_m),
        parameters,
        braking_factor=safety.braking_factor,
        extrapolation_s=safety.extrapolation_limit_s,
    )
    chain, jaw = arm.chain.limits, model.jaw
    finger = (
        ()
        if jaw is None
        else tuple(0.5 * x for x in (jaw.lower, jaw.upper, jaw.velocity, jaw.acceleration))
    )
    most = safety.gate_acceleration_factor * max(safety.braking_factor, 1.0)
    gate = Gate(
        description.arm_joint_names(name),
        (*chain.lower, *finger[:1]),
        (*chain.upper, *finger[1:2]),
        (*chain.velocity, *finger[2:3]),
        [most * a for a in (*chain.acceleration, *finger[3:])],
    )
    approach = JawApproach(
        math.radians(parameters.jaw_approach_deg_s), math.radians(parameters.jaw_near_deg)
    )
    following = _following(name, description, parameters)
    return Station(arm, description.joint_slice(name), gate, following, approach)


def _following(name: str, description: RobotDescription, parameters: ArmsParameters) -> Following:
    if name != ENDOSCOPE:
        return InstrumentFollowing(Keep(parameters.instruments_keep))
    level = parameters.horizon == 'level'
    return EndoscopeFollowing(Horizon(description.T_world_rcm(name)[:3, :3]) if level else None)
