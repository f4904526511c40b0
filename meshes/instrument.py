"""The visible parts of an instrument arm beyond its carriage: shaft, wrist and fingers.

Each function returns a link's meshes in that link's own frame.
"""

from __future__ import annotations

import numpy as np
from mesh import Mesh
from solids import about, circle, cylinder, drawn, rounded_box, rounded_rectangle, turned

from telesurgery_arm.description import ArmModel

SHAFT_RADIUS = 0.0042
WRIST_RADIUS = 0.0039
PLATE = 0.0013


def shaft(model: ArmModel) -> list[Mesh]:
    """Return the roll link: z along the tool, its origin on the wrist-pitch axis (y)."""
    length = next(joint.d for joint in model.joints if joint.name == 'roll')
    tube = cylinder(SHAFT_RADIUS, -length, -0.011, 'shaft', sides=20)
    collar = cylinder(WRIST_RADIUS, -0.0115, -0.006, 'steel', sides=20)
    return [tube, collar, *_fork(reach=0.0024, along='z')]


def wrist_pitch(model: ArmModel) -> list[Mesh]:
    """Return the part between the wrist's axes: from z at the origin to the yaw axis along x."""
    reach = next(joint.a for joint in model.joints if joint.name == 'wrist_yaw')
    knuckle = cylinder(0.0024, -0.0022, 0.0022, 'steel', sides=16)
    neck = rounded_box((reach - 0.003, 0.0046, 0.0042), 0.0008, 'steel')
    fork = [plate.moved((reach, 0.0, 0.0)) for plate in _fork(reach=0.0024, along='x')]
    return [knuckle, neck.moved((reach / 2 - 0.0015, 0.0, 0.0)), *fork]


def wrist_yaw() -> list[Mesh]:
    """Return the pulley on the yaw axis (z), on which both fingers turn."""
    return [cylinder(0.0021, -0.0024, 0.0024, 'dark', sides=16)]


def finger(model: ArmModel, side: float) -> list[Mesh]:
    """Return one finger, closed against x = 0 and lying on the ``side`` (-1 or 1) of x.

    It turns about z and points along +y; ``jaw_length`` is where it ends.
    """
    end = model.jaw_length
    place = np.array([-0.0005, 0.35 * end, 0.75 * end, end])
    width = np.array([1.0, 0.95, 0.75, 0.5])
    path = np.stack([side * 0.00105 * width, place, np.zeros(4)], -1)
    outline = rounded_rectangle(0.0042, 0.0021, 0.0007)
    blade = drawn(outline, path, 'steel', lateral=(0.0, 0.0, 1.0), scale=width)
    teeth = [
        cylinder(0.0002, -0.0012, 0.0012, 'dark', sides=6).moved((side * 0.00012, y, 0.0))
        for y in np.linspace(0.42 * end, 0.92 * end, 6)
    ]
    low, high = sorted((side * 0.0001, side * 0.0020))
    eye = cylinder(0.0023, low, high, 'steel', sides=16)
    return [blade, *teeth, eye]


def cannula(inside: float) -> list[Mesh]:
    """Return the cannula about z, which ends ``inside`` [m] below its mark at the origin."""
    profile = [(0.0046, -inside), (0.0056, -inside), (0.0056, 0.045), (0.0065, 0.05)]
    profile += [(0.014, 0.075), (0.014, 0.1), (0.0, 0.101)]
    mark = turned([(0.0057, -0.002), (0.0059, -0.002), (0.0059, 0.002), (0.0057, 0.002)], 'dark')
    return [turned(profile, 'steel', sides=20), mark]


def scope(model: ArmModel) -> list[Mesh]:
    """Return the endoscope's tube: z along it, the lens just behind the origin."""
    length = next(joint.d for joint in model.joints if joint.name == 'roll')
    tube = cylinder(0.0049, -length, -0.004, 'shaft', sides=20)
    return [tube, cylinder(0.0049, -0.004, -0.0006, 'steel', sides=20)]


def _fork(*, reach: float, along: str) -> list[Mesh]:
    """Return two plates that reach past the origin, and the pin along y that they hold there."""
    turn = {'z': np.eye(3), 'x': about('y', 90.0)}[along]
    outline = rounded_rectangle(0.0048, PLATE, 0.0005)
    path = [(0.0, 0.0, -0.0075), (0.0, 0.0, reach)]
    plates = [
        drawn(outline, path, 'steel').moved((0.0, side * 0.0030, 0.0), None) for side in (-1, 1)
    ]
    axle = drawn(circle(0.0011), [(0.0, -0.0039, 0.0), (0.0, 0.0039, 0.0)], 'dark')
    return [mesh.moved(R=turn) for mesh in (*plates, axle)]
