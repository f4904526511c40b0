"""Parameters of the motion node, one set for the whole chain from master to command."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_motion.assignment import Assignment


@dataclass(frozen=True, slots=True)
class MotionParameters:
    """How the operator's hands become commands; ``config/motion.yaml`` has the shipped values."""

    right_arm: str = parameter('PSM1', doc='Arm that the right hand drives; empty: none.')
    left_arm: str = parameter('PSM2', doc='Arm that the left hand drives; empty: none.')
    scale: float = parameter(
        0.2, low=0.05, high=1.0, doc='Metres of the tip per metre of the hand.'
    )
    filter: str = parameter(
        'one_euro', choices=('none', 'one_euro'), doc='Tremor filter, see tremor.py.'
    )
    one_euro_min_cutoff_hz: float = parameter(
        2.0, unit='Hz', low=0.1, high=100.0, doc='Cut-off of the resting hand.'
    )
    one_euro_translation_beta: float = parameter(
        200.0, unit='Hz/(m/s)', low=0.0, high=1e4, doc='Cut-off gained with the speed of the hand.'
    )
    one_euro_rotation_beta: float = parameter(
        20.0, unit='Hz/(rad/s)', low=0.0, high=1e4, doc='Cut-off gained with the turning rate.'
    )
    one_euro_derivative_cutoff_hz: float = parameter(
        2.0, unit='Hz', low=0.1, high=100.0, doc='Cut-off of the speed estimate.'
    )
    gripper_closed_rad: float = parameter(
        0.0, unit='rad', low=-1.0, high=1.5, doc="Master's gripper angle that means closed."
    )
    gripper_open_rad: float = parameter(
        1.0472, unit='rad', low=-1.0, high=1.5, doc="Master's gripper angle that means open."
    )
    jaw_closed_rad: float = parameter(
        0.0, unit='rad', low=-0.349, high=1.396, doc='Jaw angle of the closed gripper.'
    )
    jaw_open_rad: float = parameter(
        1.396, unit='rad', low=-0.349, high=1.396, doc='Jaw angle of the open gripper.'
    )
    jaw_lower_rad: float = parameter(
        -0.349, unit='rad', low=-0.349, high=1.396, doc='Smallest jaw angle ever commanded.'
    )
    jaw_upper_rad: float = parameter(
        1.396, unit='rad', low=-0.349, high=1.396, doc='Largest jaw angle ever commanded.'
    )
    silence_limit_s: float = parameter(
        0.1, unit='s', low=0.02, high=1.0, doc='Longest time a master may say nothing.'
    )
    keep_alive_hz: float = parameter(
        20.0, unit='Hz', low=1.0, high=200.0, doc='Rate of commands while the masters are silent.'
    )
    realtime_priority: int = parameter(
        10, low=0, high=99, doc='Priority of the commanding thread where permitted; 0: ordinary.'
    )

    def __post_init__(self) -> None:
        Assignment(right=self.right_arm, left=self.left_arm)
        _ordered(
            'gripper_closed_rad',
            self.gripper_closed_rad,
            'gripper_open_rad',
            self.gripper_open_rad,
        )
        _ordered('jaw_lower_rad', self.jaw_lower_rad, 'jaw_upper_rad', self.jaw_upper_rad)

    @property
    def assignment(self) -> Assignment:
        """Which hand drives which arm."""
        return Assignment(right=self.right_arm, left=self.left_arm)


def _ordered(small_name: str, small: float, large_name: str, large: float) -> None:
    if small >= large:
        raise ParameterError(
            f'{small_name} is {small!r}; allowed: less than {large_name} ({large!r}); correct one'
        )
