"""What is watched of the robot's own side: arms, simulator, clock, control loop."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from telesurgery_safety.clocks import OwnClock
from telesurgery_safety.monitors import Silence
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.quantity import MILLIMETRES, MILLISECONDS, NEWTON, PERCENT, Quantity, Unit


class Measure(Enum):
    """What is measured of an arm."""

    TRACKING = 'tracking'
    """Distance of the tip from where it was told to be [m]."""
    REMOTE_CENTRE = 'remote centre'
    """Distance of the shaft from its remote centre of motion [m]."""
    FORCE = 'force'
    """Contact force at the tool [N]."""

    __hash__ = object.__hash__  # of the member itself; Enum's is a Python function of its name


class Body:
    """The monitors of the robot's own side; each returns the reason when its limit is passed.

    Attributes:
        joint_states: the silence of joint states; tell it when they arrive.
    """

    def __init__(self, parameters: SafetyParameters, arms: Sequence[str]) -> None:
        p, share = parameters, parameters.warning_share

        def of_arm(
            arm: str, words: str, unit: Unit, limit: float, lasting_s: float = 0.0
        ) -> Quantity:
            return Quantity(f'{arm} {words}', unit, limit, warn_at=share, lasting_s=lasting_s)

        self._measures = {
            arm: {
                Measure.TRACKING: of_arm(
                    arm,
                    'is away from where it was told to be by',
                    MILLIMETRES,
                    p.tracking_limit_m,
                    p.tracking_time_s,
                ),
                Measure.REMOTE_CENTRE: of_arm(
                    arm, 'has its shaft off the remote centre by', MILLIMETRES, p.rcm_limit_m
                ),
                Measure.FORCE: of_arm(
                    arm, 'touches with', NEWTON, p.force_limit_n, p.force_time_s
                ),
            }
            for arm in arms
        }
        self._slowness = Quantity(
            'the simulator is slower than real time by',
            PERCENT,
            1.0 - p.real_time_factor_limit,
            warn_at=share,
        )
        self._overrun = Quantity(
            'the control loop stood for', MILLISECONDS, p.tick_limit_s, warn_at=share
        )
        self.joint_states = Silence('joint states', p.joint_state_gap_limit_s)
        self._simulator = Silence('word from the simulator', p.heartbeat_limit_s)
        self._paused = False
        self._clock = OwnClock(p.clock_jump_limit_s)
        self._ticked_at = math.nan

    def measured(self, now: float, arm: str, measure: Measure, value: float) -> str | None:
        """Take a measurement of an arm at ``now`` [s]."""
        return self._measures[arm][measure].check(value, now)

    def begin_anew(self, arm: str) -> None:
        """Take note of a deliberate act that lets an arm move again.

        One that touches may then be led away: the force may not grow. Where its shaft left the
        remote centre, or the arm is not where it was told to be, no hand makes that good.
        """
        self._measures[arm][Measure.FORCE].concede()

    def simulator_reported(self, now: float, state: str, real_time_factor: float) -> str | None:
        """Take what the simulator says of itself; a factor that is not known is NaN."""
        self._simulator.arrived(now)
        self._paused = state == 'paused'
        return self._slowness.check(1.0 - real_time_factor, now)

    def clocks_read(self, now: float, wall_s: float) -> str | None:
        """Take both clocks of this side [s]."""
        return self._clock.check(now, wall_s)

    def ticked(self, now: float) -> None:
        """Take note of a tick of the control loop."""
        self._ticked_at = now

    def check(self, now: float) -> str | None:
        """Return which limit is passed at ``now`` [s] without anything having been said."""
        since = now - self._ticked_at
        if since > 0.0:
            stood = self._overrun.check(since, now)
            if stood is not None:
                return stood
        if self._paused:
            return 'the simulator is paused'
        return self.joint_states.check(now) or self._simulator.check(now)

    def take_warnings(self, arm: str) -> tuple[str, ...]:
        """Return what came near to a limit of an arm since the last call, in words."""
        return tuple(_warnings(self._measures[arm].values()))

    def take_own_warnings(self) -> tuple[str, ...]:
        """Return what came near to a limit of the side as a whole since the last call."""
        return tuple(_warnings((self._slowness, self._overrun)))


def _warnings(quantities: Iterable[Quantity]) -> Iterator[str]:
    for quantity in quantities:
        warning = quantity.take_warning()
        if warning is not None:
            yield warning
