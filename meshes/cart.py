"""What stands still of the robot: the cart, and unit parts that the set-up arms are made of."""

from __future__ import annotations

from mesh import Mesh
from solids import about, cylinder, drawn, rounded_box, rounded_rectangle, smooth


def strut() -> list[Mesh]:
    """Return a straight arm segment along z, one metre long: scale z to its length."""
    return [drawn(rounded_rectangle(0.066, 0.080, 0.020), [(0, 0, 0), (0, 0, 1)], 'shell')]


def sleeve() -> list[Mesh]:
    """Return the thinner inner segment of a telescope along z, one metre long."""
    return [drawn(rounded_rectangle(0.046, 0.058, 0.014), [(0, 0, 0), (0, 0, 1)], 'grey')]


def elbow() -> list[Mesh]:
    """Return a set-up joint about z: where two segments meet at the origin."""
    drum = cylinder(0.056, -0.052, 0.052, 'shell', sides=28)
    seams = [cylinder(0.0565, z - 0.003, z + 0.003, 'dark', sides=28) for z in (-0.03, 0.03)]
    cap = cylinder(0.040, 0.052, 0.058, 'accent')
    return [drum, *seams, cap]


def cart(column: tuple[float, float], platform: tuple[float, float, float]) -> list[Mesh]:
    """Return base, column, boom and platform on a floor at z = 0.

    ``column`` is (x, y) of the column, ``platform`` the middle of the platform [m].
    """
    x, y = column
    top = platform[2] + 0.12
    base = [
        rounded_box((0.66, 0.92, 0.20), 0.07, 'shell', steps=4).moved((x - 0.02, y, 0.20)),
        rounded_box((0.70, 0.96, 0.06), 0.03, 'dark', steps=3).moved((x - 0.02, y, 0.10)),
        rounded_box((0.46, 0.50, 0.52), 0.09, 'shell', steps=4).moved((x - 0.04, y, 0.50)),
        rounded_box((0.02, 0.26, 0.16), 0.008, 'accent').moved((x + 0.19, y, 0.56)),
    ]
    wheels = [
        cylinder(0.075, -0.03, 0.03, 'dark').moved((x + dx, y + dy, 0.075), about('x', 90.0))
        for dx in (-0.30, 0.26)
        for dy in (-0.42, 0.42)
    ]
    post = drawn(rounded_rectangle(0.24, 0.26, 0.07), [(x, y, 0.6), (x, y, top - 0.1)], 'shell')
    collar = drawn(rounded_rectangle(0.26, 0.28, 0.08), [(x, y, 1.30), (x, y, 1.34)], 'grey')
    handle = smooth(
        [(x - 0.12, y - 0.16, 1.1), (x - 0.24, y - 0.16, 1.12), (x - 0.26, y, 1.13),
         (x - 0.24, y + 0.16, 1.12), (x - 0.12, y + 0.16, 1.1)], 18
    )  # fmt: skip
    grip = drawn(rounded_rectangle(0.03, 0.03, 0.014), handle, 'dark', lateral=(0.0, 0.0, 1.0))
    return [*base, *wheels, post, collar, grip, *_boom((x, y, top), platform)]


def _boom(top: tuple[float, float, float], platform: tuple[float, float, float]) -> list[Mesh]:
    x, y, z = top
    px, py, pz = platform
    path = smooth([(x - 0.10, y, z), (x + 0.25, y, z), (px - 0.25, py, z), (px + 0.05, py, z)], 12)
    beam = drawn(rounded_rectangle(0.22, 0.16, 0.06), path, 'shell', lateral=(0.0, 1.0, 0.0))
    line = drawn(
        rounded_rectangle(0.004, 0.02, 0.001), path[1:-1] - (0.0, 0.110, 0.0), 'lit',
        lateral=(0.0, 1.0, 0.0),
    )  # fmt: skip
    shoulder = cylinder(0.17, z - 0.13, z + 0.11, 'shell', sides=32).moved((x, y, 0.0))
    hub = cylinder(0.16, pz + 0.04, z + 0.11, 'shell', sides=36).moved((px, py, 0.0))
    ring = cylinder(0.165, pz + 0.022, pz + 0.042, 'lit', sides=36).moved((px, py, 0.0))
    plate = cylinder(0.24, pz - 0.045, pz + 0.024, 'grey', sides=40).moved((px, py, 0.0))
    return [beam, line, shoulder, hub, ring, plate]
