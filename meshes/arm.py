"""The visible parts of an arm that hold and move its tool about the remote centre.

A curved guide of constant radius about the remote centre stands in for the closed parallelogram
of other robots: it makes the same motion, and each of its parts is rigid with yaw or with pitch.
The parts are drawn with all joints at zero, in the frame of the remote centre: z outwards along
the tool, the yaw axis along y with its housing at -y, the pitch axis along x.
"""

from __future__ import annotations

import numpy as np
from instrument import cannula
from mesh import Array, Mesh, moved
from solids import about, cylinder, drawn, rounded_box, rounded_rectangle, smooth, turned

GUIDE_RADIUS = 0.36
GUIDE_AT_X = 0.11
SPAR_AT_X = 0.058
# The guide goes on past the pitch limits by half of its shoe.
GUIDE_MARGIN = 0.17


def housing(half_length: float) -> list[Mesh]:
    """Return a joint's housing about z: a drum with a seam, a lit ring and a cap."""
    drum = [(0.0, -half_length), (0.040, -half_length), (0.047, 0.007 - half_length)]
    drum += [(0.047, half_length - 0.016), (0.044, half_length - 0.016)]
    ring = cylinder(0.0445, half_length - 0.020, half_length - 0.010, 'lit')
    cap = cylinder(0.047, half_length - 0.010, half_length, 'grey')
    return [turned([*drum, (0.0, half_length - 0.016)], 'shell', sides=28), ring, cap]


def yaw(lower: float, upper: float, housing_at: float, half_length: float) -> list[Mesh]:
    """Return what turns with yaw: rotor, bracket and the curved guide for pitch in its limits."""
    angles = np.linspace(lower - GUIDE_MARGIN, upper + GUIDE_MARGIN, 25)
    guide = drawn(rounded_rectangle(0.030, 0.052, 0.010), _arc(angles), 'shell')
    rail = drawn(rounded_rectangle(0.006, 0.020, 0.002), _arc(angles) - (0.0155, 0.0, 0.0), 'dark')
    start = -housing_at + half_length
    foot, end = (0.0, start + 0.035, 0.0), _arc(angles[:2])
    bend = [foot, (0.045, start + 0.045, 0.035), end[0] - 0.35 * (end[1] - end[0]), end[1]]
    bracket = drawn(
        rounded_rectangle(0.050, 0.044, 0.014), smooth(bend, 12), 'shell', lateral=(1.0, 0.0, 0.3)
    )
    rotor = cylinder(0.045, start + 0.002, start + 0.055, 'shell').moved(R=about('x', -90.0))
    joint = cylinder(0.034, 0.0, 0.056, 'grey').moved(R=about('y', 90.0))
    return [guide, rail, bracket, rotor, joint.moved(end[0] - (0.028, 0.0, 0.0))]


def pitch(inside: float) -> list[Mesh]:
    """Return what turns with pitch: the shoe on the guide, the spar and the cannula.

    ``inside`` [m] is how far the cannula goes past the remote centre.
    """
    shoe = rounded_box((0.062, 0.105, 0.088), 0.014, 'grey')
    cover = rounded_box((0.010, 0.070, 0.058), 0.004, 'accent')
    spar = rounded_box((0.034, 0.060, 0.52), 0.012, 'shell', steps=3)
    rail = rounded_box((0.008, 0.030, 0.48), 0.003, 'dark')
    lamp = rounded_box((0.004, 0.036, 0.006), 0.0015, 'lit')
    hand = smooth([(SPAR_AT_X, 0.0, 0.115), (0.045, 0.0, 0.092), (0.012, 0.0, 0.088)], 7)
    return [
        shoe.moved((GUIDE_AT_X - 0.006, 0.0, GUIDE_RADIUS)),
        cover.moved((GUIDE_AT_X + 0.026, 0.0, GUIDE_RADIUS)),
        spar.moved((SPAR_AT_X, 0.0, 0.36)),
        rail.moved((SPAR_AT_X - 0.016, 0.0, 0.36)),
        lamp.moved((SPAR_AT_X - 0.0165, 0.0, 0.605)),
        drawn(rounded_rectangle(0.026, 0.022, 0.006), hand, 'grey', lateral=(0.0, 1.0, 0.0)),
        *cannula(inside),
    ]


def instrument_carriage() -> list[Mesh]:
    """Return what slides on the spar with an instrument: motor pack and instrument, origin low.

    Its own z is outwards along the tool; the shaft leaves at the origin.
    """
    slider = rounded_box((0.016, 0.050, 0.085), 0.005, 'dark').moved((0.034, 0.0, 0.060))
    motors = rounded_box((0.052, 0.064, 0.088), 0.016, 'shell', steps=3).moved((0.0, 0.0, 0.116))
    badge = rounded_box((0.004, 0.034, 0.040), 0.0015, 'accent').moved((-0.026, 0.0, 0.116))
    adapter = rounded_box((0.048, 0.060, 0.010), 0.004, 'grey').moved((0.0, 0.0, 0.067))
    body = rounded_box((0.040, 0.054, 0.056), 0.009, 'dark', steps=3).moved((0.0, 0.0, 0.034))
    mark = rounded_box((0.003, 0.036, 0.010), 0.001, 'lit').moved((-0.0198, 0.0, 0.040))
    neck = turned([(0.0055, -0.012), (0.0085, 0.0), (0.014, 0.010)], 'grey', sides=20)
    return [slider, motors, badge, adapter, body, mark, neck]


def scope_carriage() -> list[Mesh]:
    """Return what slides on the spar with the endoscope: holder and camera head, origin low."""
    slider = rounded_box((0.016, 0.050, 0.085), 0.005, 'dark').moved((0.034, 0.0, 0.060))
    clamp = rounded_box((0.058, 0.060, 0.052), 0.014, 'shell', steps=3).moved((0.0, 0.0, 0.060))
    head = [(0.0055, -0.012), (0.010, 0.0), (0.018, 0.012), (0.021, 0.02), (0.021, 0.128)]
    head += [(0.017, 0.138), (0.008, 0.142), (0.007, 0.17), (0.0, 0.171)]
    band = cylinder(0.0216, 0.098, 0.106, 'accent')
    cable = smooth(
        [(0.0, 0.0, 0.165), (0.0, 0.01, 0.22), (0.02, 0.06, 0.25), (0.05, 0.12, 0.22)], 14
    )
    cord = drawn(rounded_rectangle(0.011, 0.011, 0.0054, steps=2), cable, 'dark')
    return [slider, clamp, turned(head, 'grey'), band, cord]


def for_link(meshes: list[Mesh], T_link_rcm: Array) -> list[Mesh]:
    """Return meshes drawn about the remote centre in the frame of a link."""
    return [mesh.posed(T_link_rcm) for mesh in meshes]


def at_origin_of(meshes: list[Mesh], T_link_rcm: Array) -> list[Mesh]:
    """Return meshes drawn about a link's origin with the remote centre's axes."""
    return moved(meshes, (0.0, 0.0, 0.0), T_link_rcm[:3, :3])


def _arc(angles: Array) -> Array:
    """Return points ``(n, 3)`` of the guide; at pitch p the tool's axis passes angle p."""
    height = GUIDE_RADIUS * np.cos(angles)
    return np.stack([np.full_like(angles, GUIDE_AT_X), GUIDE_RADIUS * np.sin(angles), height], -1)
