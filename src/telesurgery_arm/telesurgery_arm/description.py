"""The robot as ``config/arms.yaml`` describes it: the one source of its kinematics and limits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from pathlib import Path

import numpy as np

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import load_yaml, parameter
from telesurgery_core.transforms import (
    Array,
    frozen,
    pose,
    rotation_about,
    rotation_from_rpy,
)


class JointType(Enum):
    """How a joint moves along or about its z axis."""

    REVOLUTE = 'revolute'
    PRISMATIC = 'prismatic'


@dataclass(frozen=True)
class Placement:
    """A fixed pose as URDF writes it."""

    xyz: tuple[float, float, float] = parameter(doc='Translation.', unit='m')
    rpy: tuple[float, float, float] = parameter(doc='Fixed-axis roll, pitch, yaw.', unit='rad')

    @cached_property
    def T(self) -> Array:
        """The pose as a matrix ``(4, 4)``."""
        return frozen(pose(rotation_from_rpy(self.rpy), self.xyz))


@dataclass(frozen=True)
class JointDescription:
    """One joint in modified Denavit-Hartenberg form (Craig), with its limits."""

    name: str = parameter(doc='Name within the arm.')
    type: JointType = parameter(doc='revolute or prismatic.')
    alpha: float = parameter(doc='Twist about the previous x axis.', unit='rad')
    a: float = parameter(doc='Length along the previous x axis.', unit='m')
    d: float = parameter(doc='Offset along z (revolute joints).', unit='m')
    offset: float = parameter(doc='Added to the joint value.', unit='rad or m')
    lower: float = parameter(doc='Lower position limit.', unit='rad or m')
    upper: float = parameter(doc='Upper position limit.', unit='rad or m')
    velocity: float = parameter(doc='Speed limit.', unit='rad/s or m/s', low=0.0)
    acceleration: float = parameter(doc='Acceleration limit.', unit='rad/s^2 or m/s^2', low=0.0)
    effort: float = parameter(doc='Effort limit.', unit='N m or N', low=0.0)


@dataclass(frozen=True)
class JawDescription:
    """The two-fingered jaw; its angle is the opening between the fingers."""

    name: str = parameter(doc='Name within the arm.')
    lower: float = parameter(doc='Smallest angle (negative: squeezing).', unit='rad')
    upper: float = parameter(doc='Largest angle.', unit='rad')
    velocity: float = parameter(doc='Speed limit.', unit='rad/s', low=0.0)
    acceleration: float = parameter(doc='Acceleration limit.', unit='rad/s^2', low=0.0)
    effort: float = parameter(doc='Effort limit.', unit='N m', low=0.0)


@dataclass(frozen=True)
class ArmModel:
    """A kind of arm: its chain from the remote centre of motion to the tip."""

    joints: tuple[JointDescription, ...] = parameter(doc='The chain, base to tip.')
    jaw: JawDescription | None = parameter(doc='The jaw, or null.')
    R_last_tip: tuple[tuple[float, ...], ...] = parameter(doc='Last joint frame to tip, rows.')
    home: tuple[float, ...] = parameter(doc='Joint positions after homing.', unit='rad or m')
    cannula_insertion: float = parameter(
        doc='Insertion from which the tool is through its cannula.', unit='m', low=0.0
    )
    jaw_length: float = parameter(doc="From the tip frame to the jaws' ends.", unit='m', low=0.0)

    def __post_init__(self) -> None:
        if len(self.home) != len(self.joints):
            raise ParameterError(
                f'home has {len(self.home)} values; allowed: one per joint '
                f'({len(self.joints)}); correct it'
            )

    @cached_property
    def T_last_tip(self) -> Array:
        """Pose of the tip in the last joint's frame ``(4, 4)``."""
        return frozen(pose(np.array(self.R_last_tip), np.zeros(3)))

    @cached_property
    def dh(self) -> tuple[tuple[float, float, float, float, float, bool], ...]:
        """The chain as scalars, per joint: cos and sin of alpha, a, d, offset, is prismatic."""
        return tuple(
            (
                math.cos(joint.alpha),
                math.sin(joint.alpha),
                joint.a,
                joint.d,
                joint.offset,
                joint.type is JointType.PRISMATIC,
            )
            for joint in self.joints
        )

    @cached_property
    def lower(self) -> Array:
        """Lower joint limits ``(n,)`` [rad or m]."""
        return frozen([joint.lower for joint in self.joints])

    @cached_property
    def upper(self) -> Array:
        """Upper joint limits ``(n,)`` [rad or m]."""
        return frozen([joint.upper for joint in self.joints])

    @cached_property
    def velocity(self) -> Array:
        """Joint speed limits ``(n,)`` [rad/s or m/s]."""
        return frozen([joint.velocity for joint in self.joints])

    @cached_property
    def acceleration(self) -> Array:
        """Joint acceleration limits ``(n,)`` [rad/s^2 or m/s^2]."""
        return frozen([joint.acceleration for joint in self.joints])


class Scope(Enum):
    """Where an endoscope looks, from its shaft; it is tilted about the view's X axis (left)."""

    STRAIGHT = 'straight'
    UP = 'up'
    """30 degrees up."""
    DOWN = 'down'
    """30 degrees down."""

    @property
    def R_straight_tip(self) -> Array:
        """Orientation of the tip in that of a straight scope's ``(3, 3)``."""
        degrees = {Scope.STRAIGHT: 0.0, Scope.UP: -30.0, Scope.DOWN: 30.0}[self]
        return rotation_about('x', math.radians(degrees))


@dataclass(frozen=True)
class MountedArm:
    """An arm in the room: which model it is and where its remote centre of motion lies."""

    model: str = parameter(doc='Name of the model.')
    T_patient_rcm: Placement = parameter(doc='Pose of the RCM frame in the patient frame.')
    home: tuple[float, ...] | None = parameter(
        None, doc="Joint positions after homing; null: the model's.", unit='rad or m'
    )
    scope: Scope = parameter(
        Scope.STRAIGHT, doc='Where an endoscope looks: straight, 30 degrees up or down.'
    )

    def mounted(self, model: ArmModel) -> ArmModel:
        """Return the model as it is mounted here: with its own home and scope."""
        home = model.home if self.home is None else self.home
        if self.scope is Scope.STRAIGHT:
            return replace(model, home=home)
        if model.jaw is not None:
            raise ParameterError(
                f'scope of an arm with a jaw is {self.scope.value!r}; allowed: straight; '
                'only an endoscope has another one'
            )
        R = np.array(model.R_last_tip) @ self.scope.R_straight_tip
        return replace(model, home=home, R_last_tip=tuple(map(tuple, R.tolist())))


@dataclass(frozen=True)
class RobotDescription:
    """All four arms. The simulator's joint order is ``joint_names``: arm by arm, jaws last."""

    models: dict[str, ArmModel] = parameter(doc='Kinds of arm.')
    T_world_patient: Placement = parameter(doc='Pose of the patient frame in the world.')
    arms: dict[str, MountedArm] = parameter(doc='The arms by name.')

    def __post_init__(self) -> None:
        for name, arm in self.arms.items():
            if arm.model not in self.models:
                raise ParameterError(
                    one_of(f'model of arm {name}', arm.model, list(self.models), 'correct it')
                )
            self.model_of(name)  # refuses a home that does not fit

    @classmethod
    def load(cls, path: Path) -> RobotDescription:
        """Read the description from ``arms.yaml``; ParameterError when it is not one."""
        return load_yaml(cls, path)

    def model_of(self, arm: str) -> ArmModel:
        """Return the model of the named arm; ParameterError for an unknown name."""
        if arm not in self.arms:
            raise ParameterError(one_of('arm', arm, list(self.arms), 'use one of these names'))
        return self._models[arm]

    @cached_property
    def _models(self) -> dict[str, ArmModel]:
        """The model of every arm, as it is mounted."""
        return {name: arm.mounted(self.models[arm.model]) for name, arm in self.arms.items()}

    def T_world_rcm(self, arm: str) -> Array:
        """Return the pose ``(4, 4)`` of an arm's RCM frame in the world."""
        T: Array = self.T_world_patient.T @ self.arms[arm].T_patient_rcm.T
        return T

    @cached_property
    def joint_names(self) -> tuple[str, ...]:
        """Names of all joints in the order of targets and states, e.g. ``PSM1_yaw``.

        A jaw's joint is one finger and turns by half of the jaw's angle; the other finger
        mimics it.
        """
        return tuple(name for arm in self.arms for name in self.arm_joint_names(arm))

    def arm_joint_names(self, arm: str) -> tuple[str, ...]:
        """Return the joint names of one arm, its jaw last."""
        model = self.model_of(arm)
        chain = tuple(f'{arm}_{joint.name}' for joint in model.joints)
        return chain if model.jaw is None else (*chain, f'{arm}_{model.jaw.name}')

    def joint_slice(self, arm: str) -> slice:
        """Return where the joints of ``arm`` (jaw last) stand in ``joint_names``."""
        start = self.joint_names.index(self.arm_joint_names(arm)[0])
        return slice(start, start + len(self.arm_joint_names(arm)))
