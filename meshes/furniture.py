"""What else stands in the operating room."""

from __future__ import annotations

import body
import numpy as np
from mesh import Mesh, moved
from solids import about, circle, cylinder, drawn, rounded_box, rounded_rectangle, smooth, turned

LAMP_DROP = 0.75


def table(patient_height: float) -> list[Mesh]:
    """Return the operating table on the floor; its top carries the patient frame's body."""
    top = patient_height + body.TABLE_TOP
    middle = (body.HEAD_END + body.FOOT_END) / 2
    length = body.FOOT_END - body.HEAD_END
    sections = [
        rounded_box((0.54, length * share - 0.02, 0.07), 0.02, 'mattress').moved(
            (0.0, body.HEAD_END + length * at, top - 0.045)
        )
        for at, share in ((0.10, 0.20), (0.40, 0.40), (0.80, 0.40))
    ]
    deck = rounded_box((0.50, length - 0.06, 0.04), 0.01, 'metal').moved((0.0, middle, top - 0.10))
    rails = [
        rounded_box((0.012, length - 0.3, 0.03), 0.004, 'metal').moved((x, middle, top - 0.10))
        for x in (-0.285, 0.285)
    ]
    column = rounded_box((0.24, 0.34, top - 0.22), 0.04, 'enamel').moved(
        (0.0, 0.05, (top - 0.12) / 2 + 0.05)
    )
    foot = rounded_box((0.46, 0.95, 0.11), 0.035, 'enamel', steps=3).moved((0.0, 0.10, 0.065))
    return [*sections, deck, *rails, column, foot]


def lamp() -> list[Mesh]:
    """Return a ceiling lamp: the ceiling's plate at the origin, the lamp head below, facing -z."""
    plate = cylinder(0.13, -0.06, 0.0, 'enamel')
    pole = cylinder(0.030, -0.35, -0.05, 'enamel')
    arm = drawn(
        circle(0.026), smooth([(0, 0, -0.34), (0.28, 0, -0.36), (0.56, 0, -0.40)], 8), 'enamel',
        lateral=(0.0, 0.0, 1.0),
    )  # fmt: skip
    drop = cylinder(0.024, -LAMP_DROP + 0.05, -0.37, 'enamel').moved((0.56, 0.0, 0.0))
    bowl = [(0.0, 0.055), (0.09, 0.050), (0.24, 0.022), (0.285, 0.0), (0.28, -0.018)]
    shell = turned(bowl[::-1], 'enamel', sides=36)
    face = cylinder(0.278, -0.022, -0.012, 'metal', sides=36)
    spots = [
        cylinder(0.043, -0.028, -0.02, 'bulb', sides=16).moved(
            (reach * np.cos(angle), reach * np.sin(angle), 0.0)
        )
        for reach, count in ((0.0, 1), (0.105, 6), (0.205, 11))
        for angle in np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    ]
    handle = cylinder(0.018, -0.12, -0.02, 'metal')
    head = moved([shell, face, *spots, handle], (0.56, 0.0, -LAMP_DROP), about('y', 14.0))
    return [plate, pole, arm, drop, *head]


def vision_tower() -> list[Mesh]:
    """Return the tower beside the table: light source, insufflator and a screen, facing +x."""
    cabinet = rounded_box((0.52, 0.52, 1.05), 0.03, 'enamel').moved((0.0, 0.0, 0.62))
    devices = [
        rounded_box((0.02, 0.44, 0.15), 0.008, colour).moved((0.262, 0.0, z))
        for z, colour in ((0.34, 'metal'), (0.56, 'mattress'), (0.78, 'metal'), (1.0, 'mattress'))
    ]
    lights = [
        rounded_box((0.006, 0.05, 0.016), 0.002, 'screen').moved((0.274, y, z))
        for z in (0.36, 0.58, 0.8, 1.02)
        for y in (-0.13, 0.12)
    ]
    mast = cylinder(0.03, 1.14, 1.42, 'metal')
    screen = rounded_box((0.05, 0.80, 0.48), 0.015, 'mattress').moved((0.05, 0.0, 1.60))
    picture = rounded_box((0.004, 0.75, 0.43), 0.0015, 'screen').moved((0.076, 0.0, 1.60))
    wheels = [
        cylinder(0.05, -0.02, 0.02, 'mattress').moved((x, y, 0.05), about('x', 90.0))
        for x in (-0.2, 0.2)
        for y in (-0.2, 0.2)
    ]
    return [cabinet, *devices, *lights, mast, screen, picture, *wheels]


def side_table() -> list[Mesh]:
    """Return a side table under a cloth with instruments laid out."""
    legs = [
        cylinder(0.016, 0.0, 0.86, 'metal').moved((x, y, 0.0))
        for x in (-0.2, 0.2)
        for y in (-0.35, 0.35)
    ]
    cloth = rounded_box((0.52, 0.84, 0.16), 0.02, 'drape').moved((0.0, 0.0, 0.83))
    tools = [
        drawn(
            circle(0.006, sides=8),
            [(-0.14, y, 0.917), (0.16, y + 0.02, 0.917)],
            'metal',
            lateral=(0, 0, 1),
        )
        for y in np.linspace(-0.3, 0.05, 8)
    ]
    bowl = turned(
        [(0.05, 0.912), (0.09, 0.97), (0.086, 0.97), (0.048, 0.918), (0.0, 0.918)], 'metal'
    )
    tray = rounded_rectangle(0.2, 0.16, 0.02)
    dish = drawn(tray, [(0, 0, 0.911), (0, 0, 0.921)], 'rim').moved((0.02, 0.25, 0.0))
    return [*legs, cloth, *tools, bowl.moved((-0.1, 0.3, 0.0)), dish]
