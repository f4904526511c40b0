"""What the supervisor takes of a tick of four arms that follow."""

from __future__ import annotations

import time

import numpy as np

from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_safety.body import Measure
from telesurgery_safety.machines import Condition
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.supervisor import Supervisor

ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')
TICK_S = 0.002
COMMAND_TICKS = 2
"""Commands come at 250 Hz, joint states as well."""


def ticks_us(count: int) -> np.ndarray:
    """Return the CPU time of ticks in which two arms follow and every monitor is fed ``(n,)``.

    A tick is what the arms' process does: the clocks, the conditions of all arms, the monitors,
    the verdicts; in every second one also a command and the measurements of all arms.
    """
    supervisor = Supervisor(SafetyParameters(), ARMS)
    took = np.zeros(count)
    for k in range(count):
        now = 100.0 + k * TICK_S
        due = k % COMMAND_TICKS == 0
        command = _command(now, k) if due else None
        before = time.thread_time_ns()
        supervisor.clocks_read(now, now + 1e9)
        if command is not None:
            supervisor.command_arrived(now, 'A', command, 0.07)
            supervisor.body.joint_states.arrived(now)
            for arm in ARMS:
                supervisor.measured(now, arm, Measure.TRACKING, 0.001)
                supervisor.measured(now, arm, Measure.REMOTE_CENTRE, 0.0001)
        for arm in ARMS:
            supervisor.observe(arm, Condition.AVAILABLE, moves=True)
        supervisor.step(now)
        for arm in ARMS:
            supervisor.verdict(arm)
        took[k] = time.thread_time_ns() - before
        for arm in ARMS[:2]:
            supervisor.aligned(arm)
    driven = [supervisor.verdict(arm).state.value for arm in ARMS[:2]]
    if driven != ['following', 'following']:
        raise RuntimeError(f'the arms are {driven}, allowed: following; nothing was measured')
    return took * 1e-3


def _command(now: float, k: int) -> TeleopCommand:
    engaged = k > 0
    left, right = (HandCommand(arm, engaged, int(engaged)) for arm in ARMS[:2])
    return TeleopCommand(round((now - 0.07) * 1e9), k + 1, left, right)
