"""What stands between sparse commands and joints: lag, smoothness and overshoot of the candidates.

    ./telesurgery bench interpolation [--seconds 40] [--recording FOLDER]

A surgeon's hand (JIGSAWS, scaled by 0.2) is sampled as a link would deliver it, each candidate
turns what comes into a setpoint at 500 Hz, and the setpoint is compared with the hand itself. All
of them keep the newest command only. `ruckig` is measured where it is there: pip install ruckig.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import harness
import numpy as np
from scipy.interpolate import CubicSpline

from telesurgery_arm.axes import Axes
from telesurgery_arm.interval import ArrivalInterval
from telesurgery_arm.limits import AxisLimits
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import load_timeline
from telesurgery_core.transforms import Array
from telesurgery_safety.parameters import SafetyParameters

TICK_S = 0.002
SCALE = 0.2
SPEED, ACCELERATION = 0.2, 2.0
"""Limits of the tip's axes here [m/s], [m/s^2]: those of the insertion in arms.yaml."""
JIGSAWS = harness.WORKSPACE.parent / 'shared' / 'data' / 'jigsaws' / 'Suturing_B002'

Step = Callable[[float, 'Array | None'], 'Sequence[float] | Array']
"""Takes the time [s] and a command that came in this tick ``(3,)``; returns the setpoint."""


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seconds', type=float, default=40.0, help='of the recording')
    parser.add_argument('--recording', type=Path, default=JIGSAWS, help='its right hand is taken')
    arguments = parser.parse_args(argv)
    hand = hand_of(arguments.recording)
    rows = []
    for pattern, arrivals in patterns(arguments.seconds).items():
        for name, make in candidates().items():
            rows.append({'commands': pattern, 'candidate': name, **judged(hand, arrivals, make)})
    harness.report(
        'interpolation',
        rows,
        settings={'seconds_s': arguments.seconds, 'recording': arguments.recording.name},
        notes='lag: the shift at which the setpoint lies closest to the hand; error: what is left '
        'there (RMS). jerk: third differences at 500 Hz. speed: the fastest setpoint over the '
        'fastest hand. beyond: the furthest that any axis left the range of the commands of the '
        'last 0.3 s.',
    )
    return 0


def hand_of(recording: Path) -> CubicSpline:
    """Return the right hand's scaled position [m] as a function of time [s]."""
    samples = load_timeline(recording, TimeSource.HEADER, 200.0).samples
    stamps = np.array([sample.stamp_ns for sample in samples]) * 1e-9
    p = np.array([sample.right.T_view_hand[:3, 3] for sample in samples if sample.right])
    return CubicSpline(stamps - stamps[0], SCALE * p)


def patterns(seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Return how commands come: pairs of arrival and of the hand's time they speak of [s]."""
    steady = {
        f'{rate} Hz': [(t, t) for t in np.arange(0.0, seconds, 1.0 / rate)]
        for rate in (200, 50, 20)
    }
    fast = np.arange(0.0, seconds, 0.005)
    bursts = [(math.ceil(t / 0.025 - 1e-9) * 0.025, t) for t in fast]
    rng = np.random.default_rng(3)
    late = fast + rng.exponential(0.002, fast.size)
    pauses = np.arange(1.0, seconds, 1.0)
    for pause in pauses:  # 60 ms in which nothing comes, and then everything
        held = (fast >= pause) & (late < pause + 0.06)
        late[held] = pause + 0.06
    return {
        **steady,
        '200 Hz in bursts of 5': bursts,
        '200 Hz, jitter 2 ms, 60 ms gaps': sorted(zip(late, fast, strict=True)),
    }


def candidates() -> dict[str, Callable[[Array], Step]]:
    """Return what is compared: each is begun at a position ``(3,)``."""
    own = ArmsParameters()
    found: dict[str, Callable[[Array], Step]] = {
        'none': lambda p: _Held(p).step,
        'linear, 10 ms': lambda p: _Linear(p, 0.01).step,
        'critically damped, 2 x 5 ms': lambda p: _Lags(p, 2, 0.005).step,
        'critically damped, 3 x 4 ms': lambda p: _Lags(p, 3, 0.004).step,
        'pursuit without interpolation': lambda p: _Pursued(p, 0.0).step,
        'ours': lambda p: _Pursued(p, own.goal_spread_limit_s).step,
    }
    try:
        import ruckig
    except ImportError:
        return found
    found['ruckig, stop at the newest'] = lambda p: _Ruckig(p, ruckig).step
    return found


def judged(
    hand: CubicSpline, arrivals: list[tuple[float, float]], make: Callable[[Array], Step]
) -> dict[str, object]:
    """Run a candidate and return its figures."""
    end, begin = arrivals[-1][1], 1.0
    ticks = np.arange(0.0, end, TICK_S)
    step, index = make(hand(0.0)), 0
    setpoint, commands, cost = [], [], time.process_time()
    newest = hand(0.0)
    for now in ticks:
        command = None
        while index < len(arrivals) and arrivals[index][0] <= now + 1e-9:
            command = hand(arrivals[index][1])
            index += 1
        newest = newest if command is None else command
        commands.append(newest)
        setpoint.append(list(step(float(now), command)))
    cost = time.process_time() - cost
    x = np.array(setpoint)
    lag, error = best_shift(ticks, x, hand, begin)
    jerk = np.diff(x, 3, axis=0)[round(begin / TICK_S) :] / TICK_S**3
    speed = np.linalg.norm(np.diff(x, axis=0), axis=1) / TICK_S
    fastest = np.linalg.norm(hand(ticks, 1), axis=1).max()
    return {
        'lag_ms': 1e3 * lag,
        'error_um': 1e6 * error,
        'jerk_rms_m_per_s3': float(np.sqrt((jerk**2).sum(axis=1).mean())),
        'jerk_max_m_per_s3': float(np.abs(jerk).max()),
        'speed_ratio': float(speed[round(begin / TICK_S) :].max() / fastest),
        'beyond_um': 1e6 * beyond(x, np.array(commands)),
        'cost_us': 1e6 * cost / len(ticks),
    }


def best_shift(ticks: Array, x: Array, hand: CubicSpline, begin: float) -> tuple[float, float]:
    """Return the lag [s] at which ``x`` ``(n, 3)`` lies closest to the hand, and the RMS there."""
    chosen = ticks > begin

    def error(lag: float) -> float:
        return float(np.sqrt(((x - hand(ticks - lag))[chosen] ** 2).sum(axis=1).mean()))

    coarse = np.arange(0.0, 0.1, 0.001)
    near = float(coarse[int(np.argmin([error(lag) for lag in coarse]))])
    fine = np.arange(max(near - 0.001, 0.0), near + 0.001, 0.0001)
    errors = [error(lag) for lag in fine]
    return float(fine[int(np.argmin(errors))]), min(errors)


def beyond(x: Array, commands: Array) -> float:
    """Return how far ``x`` ``(n, 3)`` left the range of the commands of the last 0.3 s."""
    n = round(0.3 / TICK_S)
    windows = np.lib.stride_tricks.sliding_window_view(commands, n, axis=0)
    inside = x[n - 1 :]
    return float(
        max((inside - windows.max(axis=2)).max(), (windows.min(axis=2) - inside).max(), 0)
    )


class _Held:
    """Every tick sends the newest command."""

    def __init__(self, p: Array) -> None:
        self._p = p

    def step(self, _now: float, command: Array | None) -> Array:
        self._p = self._p if command is None else command
        return self._p


class _Linear:
    """Every command is approached at a steady speed, within the usual interval up to a limit."""

    def __init__(self, p: Array, limit: float) -> None:
        self._p = self._goal = p
        self._interval, self._left = ArrivalInterval(limit), 0.0

    def step(self, now: float, command: Array | None) -> Array:
        if command is not None:
            self._goal, self._left = command, self._interval.arrived(now)
        share = 1.0 if self._left <= TICK_S else TICK_S / self._left
        self._left -= TICK_S
        self._p = self._p + share * (self._goal - self._p)
        return self._p


class _Lags:
    """A chain of equal first-order lags: critically damped, so without overshoot."""

    def __init__(self, p: Array, count: int, time_s: float) -> None:
        self._stages = [p] * (count + 1)
        self._share = -math.expm1(-TICK_S / time_s)

    def step(self, _now: float, command: Array | None) -> Array:
        if command is not None:
            self._stages[0] = command
        for index in range(1, len(self._stages)):
            before = self._stages[index - 1]
            self._stages[index] = self._stages[index] + self._share * (
                before - self._stages[index]
            )
        return self._stages[-1]


class _Pursued:
    """Ours, on the three coordinates of the tip."""

    def __init__(self, p: Array, spread_s: float) -> None:
        limits = AxisLimits(
            ('x', 'y', 'z'),
            ('m',) * 3,
            (-1.0,) * 3,
            (1.0,) * 3,
            (SPEED,) * 3,
            (ACCELERATION,) * 3,
        )
        self._axes = Axes(
            limits,
            braking_factor=SafetyParameters().braking_factor,
            smoothing_s=ArmsParameters().setpoint_smoothing_s,
        )
        self._axes.place(p.tolist())
        self._interval, self._limit = ArrivalInterval(spread_s), spread_s

    def step(self, now: float, command: Array | None) -> Sequence[float]:
        if command is not None:
            spread = self._interval.arrived(now) if self._limit else 0.0
            self._axes.follow(command.tolist(), spread)
        self._axes.step(TICK_S)
        return self._axes.q


class _Ruckig:
    """Time-optimal to rest at the newest command, within speed, acceleration and jerk."""

    def __init__(self, p: Array, ruckig: Any) -> None:
        self._otg = ruckig.Ruckig(3, TICK_S)
        self._in, self._out = ruckig.InputParameter(3), ruckig.OutputParameter(3)
        self._in.current_position = self._in.target_position = p.tolist()
        brake = SafetyParameters().braking_factor * ACCELERATION
        self._in.max_velocity = [SPEED] * 3
        self._in.max_acceleration = [brake] * 3
        self._in.max_jerk = [2.0 * brake / ArmsParameters().setpoint_smoothing_s] * 3

    def step(self, _now: float, command: Array | None) -> Sequence[float]:
        if command is not None:
            self._in.target_position = command.tolist()
        self._otg.update(self._in, self._out)
        self._out.pass_to_input(self._in)
        position: Sequence[float] = self._out.new_position
        return position


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
