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
    command_age_excess_limit_s: float = parameter(
        0.15,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Greatest age of a command beyond what its path usually takes. Beyond the jitter of '
        'every shipped profile that can be driven over at all; a step of the delay passes it.',
    )
    path_delay_time_s: float = parameter(
        5.0,
        unit='s',
        low=0.1,
        high=600.0,
        doc='Time in which what a path usually takes is learnt anew when it changes.',
    )
    loss_limit: float = parameter(
        0.5,
        low=0.01,
        high=1.0,
        doc='Greatest share of frames that the link may lose for long. At 200 commands a second '
        'half of them still leaves one every 10 ms.',
    )
    jitter_limit_s: float = parameter(
        0.1,
        unit='s',
        low=0.001,
        high=1.0,
        doc='Greatest jitter (RFC 3550) that the link may have for long: as much as the longest '
        'gap.',
    )
    trend_time_s: float = parameter(
        2.0,
        unit='s',
        low=0.0,
        high=60.0,
        doc='How long loss or jitter must be beyond its limit before it is a hold.',
    )
    heartbeat_limit_s: float = parameter(
        3.0,
        unit='s',
        low=0.1,
        high=60.0,
        doc='Longest silence of a process that says something at a steady rate: the gateway '
        '(10 Hz), the simulator (2 Hz): six of the slowest. Watched once it was heard.',
    )
    clock_jump_limit_s: float = parameter(
        1.0,
        unit='s',
        low=0.05,
        high=60.0,
        doc="By how much a clock may be set at once, this side's or a console's. Slewing moves it "
        'by 0.5 ms a second.',
    )
    tick_limit_s: float = parameter(
        0.1,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Longest time between two ticks of the control loop: as much as the longest gap, '
        'since it is one for the arms.',
    )
    setpoint_jump_limit_m: float = parameter(
        0.005,
        unit='m',
        low=0.0001,
        high=1.0,
        doc='Greatest jump of what a hand asks for from one command to the next, beside what its '
        'speed allows.',
    )
    setpoint_speed_limit_m_s: float = parameter(
        1.0,
        unit='m/s',
        low=0.01,
        high=10.0,
        doc='Greatest speed of what a hand asks for, after scaling. Surgical hands move at '
        '20 mm/s in the mean; an arm goes 0.2 m/s along its tool.',
    )
    setpoint_turn_limit_rad: float = parameter(
        0.35,
        unit='rad',
        low=0.01,
        high=3.2,
        doc='Greatest turn of what a hand asks for from one command to the next, beside what its '
        'speed allows.',
    )
    setpoint_turn_speed_limit_rad_s: float = parameter(
        20.0,
        unit='rad/s',
        low=0.1,
        high=100.0,
        doc="Greatest turning speed of what a hand asks for; the wrist's joints go 18.8 rad/s.",
    )
    tracking_limit_m: float = parameter(
        0.02,
        unit='m',
        low=0.001,
        high=1.0,
        doc='Greatest distance of an arm from where it was told to be, at its tip. At its '
        'greatest speed (0.25 m/s) a plant that lags 40 ms is 10 mm behind.',
    )
    tracking_time_s: float = parameter(
        0.1,
        unit='s',
        low=0.0,
        high=5.0,
        doc='How long that must last before it is a hold: joint states that were late once are no '
        'error of the arm.',
    )
    rcm_limit_m: float = parameter(
        0.003,
        unit='m',
        low=0.0001,
        high=0.1,
        doc="Greatest distance of a tool's shaft from its remote centre, by the simulator's "
        'ground truth where it is published. A choice: as little as a wall of skin and muscle '
        'gives way to.',
    )
    force_limit_n: float = parameter(
        10.0,
        unit='N',
        low=0.1,
        high=1000.0,
        doc='Greatest contact force at a tool, where one is published. A choice: pulling sutures '
        'tight takes a few newton.',
    )
    force_time_s: float = parameter(
        0.02,
        unit='s',
        low=0.0,
        high=1.0,
        doc='How long that must last before it is a hold: contact solvers ring for a few steps.',
    )
    real_time_factor_limit: float = parameter(
        0.3,
        low=0.0,
        high=1.0,
        doc='Least real-time factor of the simulator while an arm moves: below it the arms go '
        'nowhere near as fast as the operator believes.',
    )
    warning_share: float = parameter(
        0.7,
        low=0.1,
        high=1.0,
        doc='From which share of its limit on a monitor warns.',
    )
    slow_down_least: float = parameter(
        1.0,
        low=0.1,
        high=1.0,
        doc="Least factor of the arms' speed limits: it falls from 1 where a monitor of the path "
        'warns to this where it trips. 1: arms are not slowed down.',
    )
    reset_window_s: float = parameter(
        30.0,
        unit='s',
        low=1.0,
        high=600.0,
        doc='Time within which the second step of resetting an emergency stop must follow the '
        'first.',
    )
    gate_acceleration_factor: float = parameter(
        20.0,
        low=1.0,
        high=100.0,
        doc='What the gate lets pass of acceleration, as a multiple of the deceleration of a '
        'stop. Arms keep to 1 by themselves, but one that pushes against a fixture which is '
        'switched off is at full speed a tick later, which is 17; what is refused is to turn '
        'round at full speed.',
    )
    joint_state_wait_s: float = parameter(
        0.02,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Longest time without joint states before arms brake and wait for the next ones: what '
        'they would be told meanwhile, a plant that stood would do all at once afterwards, joint '
        'by joint beside the commanded path (after 40 ms by up to 0.18 mm).',
    )
    joint_state_gap_limit_s: float = parameter(
        0.15,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Longest time without joint states before arms that move are put on hold: the '
        'operator must know within 200 ms. The simulators give 250 a second.',
    )
    joint_state_timeout_s: float = parameter(
        0.5,
        unit='s',
        low=0.01,
        high=5.0,
        doc='Longest time without joint states before all arms go to fault: what is silent for '
        'so long has not only been late.',
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
