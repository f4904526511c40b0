"""The bodies of the arms out of their description and ``config/guarding.yaml``.

The tool (tip, jaws, wrist, shaft) follows from ``config/arms.yaml`` and the radii; the outer arm
is listed as capsules in the frames of its links.
"""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_arm.description import ArmModel
from telesurgery_arm.guarding.skeleton import Body
from telesurgery_arm.rcm import INSERTION
from telesurgery_arm.shaft import insertion_offset
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter

TIP, JAWS, WRIST, SHAFT, OUTER = 'tip', 'jaws', 'wrist', 'shaft', 'outer'
PARTS = (TIP, JAWS, WRIST, SHAFT, OUTER)
"""What of an arm can be guarded, from the patient outwards."""

Point = tuple[float, float, float]


@dataclass(frozen=True)
class OuterBody:
    """A capsule on a link of the outer arm."""

    link: str = parameter(doc='The joint that moves it, as in arms.yaml; `patient`: it stands.')
    a: Point = parameter(
        doc="One end of its axis, in the link's frame.", unit='m', low=-10.0, high=10.0
    )
    b: Point = parameter(doc='The other end.', unit='m', low=-10.0, high=10.0)
    radius_m: float = parameter(doc='Its radius.', unit='m', low=0.0, high=1.0)


@dataclass(frozen=True)
class ToolShape:
    """What a kind of arm takes up in space."""

    outer: dict[str, OuterBody] = parameter(doc='The outer arm, by name.')
    shaft_radius_m: float = parameter(0.0042, doc='Of the shaft.', unit='m', low=0.0, high=0.05)
    wrist_radius_m: float = parameter(
        0.0039, doc='Between wrist and tip.', unit='m', low=0.0, high=0.05
    )
    finger_radius_m: float = parameter(
        0.0024, doc='Of each finger of the jaws.', unit='m', low=0.0, high=0.05
    )


def bodies_of(
    model: ArmModel, shape: ToolShape, standing: dict[str, OuterBody], where: str
) -> list[Body]:
    """Return the bodies of one arm: those of its kind, and what of its own stands still.

    Raises ParameterError for a link that does not exist.
    """
    bodies = _tool(model, shape)
    links = {joint.name: index for index, joint in enumerate(model.joints)}
    for name, outer in {**shape.outer, **standing}.items():
        if outer.link != 'patient' and outer.link not in links:
            raise ParameterError(
                one_of(f'{where}{name}: link', outer.link, ['patient', *links], 'correct it')
            )
        link = links.get(outer.link, -1)
        bodies.append(Body(OUTER, link, outer.a, outer.b, outer.radius_m, is_outer=True))
    return bodies


def _tool(model: ArmModel, shape: ToolShape) -> list[Body]:
    origin = (0.0, 0.0, 0.0)
    last = len(model.joints) - 1
    roll = next(index for index, joint in enumerate(model.joints) if joint.name == 'roll')
    inside = (0.0, 0.0, -_inside(model))
    top = (0.0, 0.0, -model.joints[roll].d)
    shaft = Body(SHAFT, roll, origin, inside, shape.shaft_radius_m)
    above = Body(OUTER, roll, inside, top, shape.shaft_radius_m, is_outer=True)
    bodies = [Body(TIP, last, origin, origin, 0.0)]
    if last > roll:
        reach = model.joints[last].a
        bodies.append(Body(WRIST, last - 1, origin, (reach, 0.0, 0.0), shape.wrist_radius_m))
    if model.jaw is not None:
        end = (0.0, model.jaw_length - shape.finger_radius_m, 0.0)
        bodies += [
            Body(JAWS, link, origin, end, shape.finger_radius_m) for link in (last + 1, last + 2)
        ]
    return [*bodies, shaft, above]


def _inside(model: ArmModel) -> float:
    """Return the length of the shaft that is in the patient at the deepest insertion [m]."""
    return model.joints[INSERTION].upper + insertion_offset(model)
