"""Waiting until a simulator that is stepped has said that it stepped."""

from __future__ import annotations

import threading

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.simulator import SimulatorState

STEP_S = 0.001
"""What one step is in simulated time (worlds/generation.xacro)."""

_ANSWER_S = 20.0


def require_steps(count: int) -> None:
    """Raise SimulatorError for a number of steps that is none."""
    if count < 1:
        raise SimulatorError(f'{count} steps; allowed: 1 or more; ask for at least one')


def not_paused(state: SimulatorState) -> SimulatorError:
    """Return the error of a simulator that is to step and runs by itself."""
    return SimulatorError(
        f'the simulator is {state.value}; allowed: to step one that is paused; pause it'
    )


class Stepping:
    """The simulated time that was heard last, and who waits for a later one."""

    def __init__(self) -> None:
        self._steps = 0
        self._awaited: int | None = None
        self._changed = threading.Condition()

    @property
    def sim_time_s(self) -> float:
        """The newest simulated time that was heard [s]."""
        return self._steps * STEP_S

    def completes(self, sim_time_s: float) -> bool:
        """Return whether a state of this time is the one that is waited for."""
        return self._awaited == round(sim_time_s / STEP_S)

    def heard(self, sim_time_s: float) -> None:
        """Note a time whose state has been handed on; zero begins anew."""
        with self._changed:
            self._steps = round(sim_time_s / STEP_S)
            self._changed.notify_all()

    def expect(self, count: int) -> int:
        """Return the step at which ``count`` more will be done; its state is waited for."""
        require_steps(count)
        self._awaited = self._steps + count
        return self._awaited

    def wait_for(self, step: int) -> None:
        """Return when the state of a step has been handed on; SimulatorError if it never is."""
        with self._changed:
            done = self._changed.wait_for(lambda: self._steps >= step, _ANSWER_S)
        self._awaited = None
        if not done:
            raise SimulatorError(
                f'the simulator stands at step {self._steps} and not at {step} after '
                f'{_ANSWER_S:g} s; allowed: one that steps when it is asked to; look into its log'
            )
