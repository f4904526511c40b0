"""Parameters of the motion node, one set for the whole chain from master to command."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_motion.assignment import CAMERA_HANDS, Assignment
from telesurgery_motion.filters.parameters import TremorParameters


@dataclass(frozen=True, slots=True)
class MotionParameters(TremorParameters):
    """How the operator's hands become commands; ``config/motion.yaml`` has the shipped values."""

    site: str = parameter(
        'A', doc="Name of this console, as the patient side's config/authority.yaml has it."
    )
    right_arm: str = parameter('PSM1', doc='Arm that the right hand drives; empty: none.')
    left_arm: str = parameter('PSM2', doc='Arm that the left hand drives; empty: none.')
    camera_hands: str = parameter(
        'right',
        choices=CAMERA_HANDS,
        doc='Who drives the endoscope while the camera pedal is pressed: one hand carries it, '
        'both together hold the world.',
    )
    scale: float = parameter(
        0.2, low=0.05, high=1.0, doc='Metres of the tip per metre of the hand, at the start.'
    )
    rotation_scale: float = parameter(
        1.0, low=0.05, high=1.0, doc='Radians of the tip per radian of the hand, at the start.'
    )
    camera_scale: float = parameter(
        0.2, low=0.05, high=1.0, doc="Metres of the endoscope's tip per metre, at the start."
    )
    lock_translation: bool = parameter(False, doc='At the start the tips only turn.')
    lock_rotation: bool = parameter(False, doc='At the start the tips only move.')
    alignment: str = parameter(
        'relative',
        choices=('relative', 'absolute'),
        doc="absolute: a hand engages only when it is turned like the arm's tip is in the view "
        '(masters with an orientation); relative: as it is (rate devices, recordings).',
    )
    align_within_deg: float = parameter(
        5.0, unit='deg', low=0.1, high=180.0, doc='Largest misalignment at an engagement.'
    )
    realign_within_deg: float = parameter(
        2.0, unit='deg', low=0.1, high=180.0, doc='The same after a clutch.'
    )
    presence_gesture: bool = parameter(
        False, doc='A hand engages only after its fingers have shown themselves (true masters).'
    )
    presence_gripper_deg: float = parameter(
        40.0, unit='deg', low=1.0, high=90.0, doc='Opening of the gripper that shows fingers.'
    )
    presence_roll_deg: float = parameter(
        4.0, unit='deg', low=0.5, high=90.0, doc='Roll of the wrist that shows fingers.'
    )
    delay_scaling: bool = parameter(
        False, doc='Scale less at more delay, see delay_scaling.py; for translation.'
    )
    delay_scaling_from_ms: float = parameter(
        100.0, unit='ms', low=0.0, high=2000.0, doc='Round trip up to which nothing is changed.'
    )
    delay_scaling_to_ms: float = parameter(
        500.0, unit='ms', low=1.0, high=5000.0, doc='Round trip from which the least factor holds.'
    )
    delay_scaling_least: float = parameter(
        0.5, low=0.05, high=1.0, doc='Factor of the scale at that round trip and beyond.'
    )
    delay_scaling_time_s: float = parameter(
        2.0, unit='s', low=0.1, high=60.0, doc='Time constant with which the factor changes.'
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
    far_side_silence_limit_s: float = parameter(
        0.15,
        unit='s',
        low=0.05,
        high=10.0,
        doc='Longest time without anything from the patient side, once something has come: no '
        'hand drives an arm that its operator cannot see.',
    )
    keep_alive_hz: float = parameter(
        20.0, unit='Hz', low=1.0, high=200.0, doc='Rate of commands while the masters are silent.'
    )
    realtime_priority: int = parameter(
        10, low=0, high=99, doc='Priority of all threads where permitted; 0: ordinary.'
    )

    def __post_init__(self) -> None:
        Assignment(right=self.right_arm, left=self.left_arm)
        self.check_tremor()
        _ordered(
            'gripper_closed_rad',
            self.gripper_closed_rad,
            'gripper_open_rad',
            self.gripper_open_rad,
        )
        _ordered('jaw_lower_rad', self.jaw_lower_rad, 'jaw_upper_rad', self.jaw_upper_rad)
        _ordered(
            'delay_scaling_from_ms',
            self.delay_scaling_from_ms,
            'delay_scaling_to_ms',
            self.delay_scaling_to_ms,
        )

    @property
    def assignment(self) -> Assignment:
        """Which hand drives which arm."""
        return Assignment(self.right_arm, self.left_arm, self.camera_hands)


def _ordered(small_name: str, small: float, large_name: str, large: float) -> None:
    if small >= large:
        raise ParameterError(
            f'{small_name} is {small!r}; allowed: less than {large_name} ({large!r}); correct one'
        )
