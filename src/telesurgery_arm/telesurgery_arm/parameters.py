"""The parameters of the arms' process (``config/arms_node.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.parameters import parameter
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.parameters import SafetyParameters


@dataclass(frozen=True)
class ArmsParameters:
    """How the four arms start and move.

    No slots: the node's parameter set inherits from this one beside the supervisor's.
    """

    start_enabled: bool = parameter(
        True, doc='Enable all arms when the first joint states have come.'
    )
    home_on_start: bool = parameter(
        True,
        doc='Home enabled arms at the start: by a move, or where they stand if their tool is '
        'through its cannula already (the process was restarted in the middle of something).',
    )
    move_ratio: float = parameter(
        0.5, low=0.01, high=1.0, doc='Speed and acceleration of moves, as a share of the limits.'
    )
    move_jerk_time_s: float = parameter(
        0.05,
        unit='s',
        low=0.001,
        high=1.0,
        doc='Time in which a move builds up its acceleration.',
    )
    setpoint_smoothing_s: float = parameter(
        0.002,
        unit='s',
        low=0.0005,
        high=0.05,
        doc='Time constant of the last smoothing of a setpoint; it adds as much delay; jerk is '
        'at most twice the deceleration of a stop over it.',
    )
    goal_spread_limit_s: float = parameter(
        0.05,
        unit='s',
        low=0.0,
        high=0.1,
        doc='Longest time over which the way to one wanted pose is spread. It is spread over the '
        'mean time between them, which adds half of it as delay; wanted poses that are further '
        'apart than this limit are followed in steps.',
    )
    instruments_keep: str = parameter(
        'world',
        choices=('world', 'view'),
        doc='In what the instruments stay where they are while the endoscope moves.',
    )
    horizon: str = parameter(
        'free',
        choices=('free', 'level'),
        doc='free: a hand that drives the endoscope rolls the view; level: the horizon comes '
        'level as the endoscope moves, and stays so.',
    )
    jaw_approach_deg_s: float = parameter(
        36.0,
        unit='deg/s',
        low=1.0,
        high=720.0,
        doc='Speed of the jaw from an engagement until it is near the gripper; after that it is '
        "the jaw's own limit in arms.yaml, 720 deg/s.",
    )
    jaw_near_deg: float = parameter(
        2.0, unit='deg', low=0.0, high=90.0, doc='How near to the gripper that is.'
    )
    out_of_reach: str = parameter(
        'nearest',
        choices=('nearest', 'stay'),
        doc='What an arm does with a wanted tip pose beyond its limits: nearest: it goes to the '
        'nearest one, position before orientation; stay: it stays where it was going, and a '
        "client's command is refused. A point that the tool cannot reach through its port is "
        'never gone to.',
    )
    workspace_radius_m: float = parameter(
        0.2,
        unit='m',
        low=0.01,
        high=1.0,
        doc='Cartesian goals stay within a ball of this radius around the patient frame; the '
        'ports lie on the ball of 0.2 m.',
    )


@dataclass(frozen=True)
class ArmsNodeParameters(ArmsParameters, SafetyParameters, AuthorityParameters):
    """All parameters of the node ``arms``."""

    arms_file: str = parameter(
        '', doc="Path of arms.yaml; empty: the one that telesurgery_bringup's share folder has."
    )
    guarding_file: str = parameter(
        '', doc='Path of guarding.yaml; empty: the one in the folder of arms.yaml.'
    )
    event_log_folder: str = parameter(
        '', doc='Folder that takes the event log, a new file at every start; empty: no file.'
    )
    control_rate_hz: float = parameter(
        500.0, unit='Hz', low=100.0, high=1000.0, doc='Rate of the joint targets.'
    )
    realtime_priority: int = parameter(
        10, low=0, high=99, doc='Priority of the control loop where permitted; 0: ordinary.'
    )
    stream_rate_hz: float = parameter(
        50.0, unit='Hz', low=1.0, high=500.0, doc='Rate of the CRTK streams, while subscribed.'
    )
