"""The limits of the supervisor (``config/safety.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.parameters import parameter


@dataclass(frozen=True)
class SafetyParameters:
    """When an arm is put on hold or into fault, and how hard it brakes.

    No slots: a node's parameter set inherits from this one beside others.
    """

    command_gap_limit_s: float = parameter(
        0.1,
        unit='s',
        low=0.01,
        high=2.0,
        doc='Longest time without a newer command while following. It is watched between '
        'arrivals, not against stamps, so that a long but steady path does not trip it.',
    )
    command_age_limit_s: float = parameter(
        0.3,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Greatest age of a command at its arrival; surgeons judge up to 300 ms as safe. '
        'A stamp that lies further than this in the future is refused as well.',
    )
    joint_state_timeout_s: float = parameter(
        0.5,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Longest time without joint states before all arms go to fault.',
    )
    braking_factor: float = parameter(
        3.0,
        low=0.1,
        high=10.0,
        doc="Deceleration of a stop, as a multiple of the joints' acceleration limits.",
    )
    extrapolation_limit_s: float = parameter(
        0.0,
        unit='s',
        low=0.0,
        high=0.05,
        doc='How long the motion of the wanted poses may be continued past the newest one, by at '
        'most as much as the last step between two; 0: no arm ever goes beyond a pose that '
        'was commanded.',
    )
