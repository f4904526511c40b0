"""Guarding as a stage of the control loop: after the arms' setpoints, before what leaves.

The arms' setpoints go first; then all of them together are guarded; then each is where it was
allowed to go. What an arm's state says is held a little, so that a display can show it and a log
does not flicker.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from telesurgery_arm.arm import Arm
from telesurgery_arm.axes import Mode
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.guarding.action import Action, ArmGuard
from telesurgery_arm.guarding.build import build_guard
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_arm.guarding.detour import Detour
from telesurgery_arm.guarding.fixtures import chosen_arms, line_points
from telesurgery_arm.guarding.lines import GuidanceLine, LineGuide
from telesurgery_arm.kinematics import forward_once
from telesurgery_core.errors import one_of

SHOWN_FOR_S = 0.25
"""What was done to an arm is shown for at least so long [s]."""
MOVE_WAITS_S = 1.0
"""A move that is stopped for so long [s] is ended."""
STANDSTILL = 1e-9
"""A move that goes on by less than this [rad or m] in a tick stands."""

_RANK = {Action.FREE: 0, Action.SLOWED: 1, Action.STOPPED: 2, Action.INSIDE: 3}


class GuardingStage:
    """Guards the arms of a robot.

    Attributes:
        guard: what keeps the arms apart from volumes and from each other.
        lines: per arm, the lines that guide it.
    """

    def __init__(
        self,
        description: GuardingDescription,
        robot: RobotDescription,
        arms: Sequence[Arm],
        folder: Path = Path(),
    ) -> None:
        """Raise ParameterError for a description that does not fit the robot."""
        self.guard = build_guard(description, robot, folder)
        self.lines = _guides(description, robot)
        self._lines_on = {name: line.on for name, line in description.lines.items()}
        for name, on in self._lines_on.items():
            self._switch_line(name, on)
        self._arms = tuple(_GuardedArm(arm, description.catch_up_s) for arm in arms)
        self._requests: deque[tuple[str, bool]] = deque()

    @property
    def fixtures(self) -> dict[str, bool]:
        """What can be switched by name, and whether it is on."""
        return {**self.guard.names, **self._lines_on}

    def request(self, name: str, on: bool) -> None:
        """Switch a fixture from the next tick on (from any thread); nothing jumps.

        Raises CommandRefusedError for a name that does not exist.
        """
        if name not in self.fixtures:
            raise CommandRefusedError(
                one_of('fixture', name, list(self.fixtures), 'use one of these names')
            )
        self._requests.append((name, on))

    def step(self, dt: float) -> None:
        """Let the arms' setpoints advance by ``dt`` [s], as far as they may."""
        while self._requests:
            self._switch(*self._requests.popleft())
        q = [arm.begin(dt) for arm in self._arms]
        if dt <= 0.0:
            return
        wanted = [arm.wanted(dt) for arm in self._arms]
        allowed = self.guard.step(q, wanted, [arm.on_path for arm in self._arms], dt)
        for number, (arm, end) in enumerate(zip(self._arms, allowed, strict=True)):
            arm.end(end, dt, self.guard.acted(number))

    def status(self) -> tuple[ArmGuard, ...]:
        """Return what is done to every arm, and what is nearest to it within its band."""
        return tuple(
            replace(arm.status(nearest), guided_by=self.lines[nearest.arm].acting)
            for arm, nearest in zip(self._arms, self.guard.nearest(), strict=True)
        )

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is done to the arms just now."""
        return tuple(arm.shown.action for arm in self._arms)

    def _switch(self, name: str, on: bool) -> None:
        if name in self._lines_on:
            self._lines_on[name] = on
            self._switch_line(name, on)
        else:
            self.guard.switch(name, on)

    def _switch_line(self, name: str, on: bool) -> None:
        for guide in self.lines.values():
            guide.switch(name, on)


class _GuardedArm:
    """One arm in the stage."""

    def __init__(self, arm: Arm, catch_up_s: float) -> None:
        self.shown = ArmGuard(arm.name)
        self.on_path = False
        self._arm = arm
        self._detours = [Detour(arm.chain, catch_up_s)]
        if arm.jaw is not None:
            self._detours.append(Detour(arm.jaw, catch_up_s))
        self._from: list[float] = []
        self._own: list[float] | None = None
        self._is_free = True
        self._shown_for = math.inf
        self._waits = 0.0

    def begin(self, dt: float) -> list[float]:
        """Advance the arm's own setpoint; return where its joints are before it."""
        self._is_free = True
        for detour in self._detours:
            detour.begin()
            self._is_free = self._is_free and detour.reference is None
        self._from = self._arm.targets
        self._arm.step(dt)
        self.on_path = self._arm.chain.mode is not Mode.FOLLOWING
        return self._from

    def wanted(self, dt: float) -> list[float]:
        """Return where its joints want to be."""
        if self._is_free:
            self._own = self._arm.targets
            return self._own
        self._own = None
        chain = self._detours[0].wanted(dt)
        if len(self._detours) == 1:
            return chain
        return [*chain, 0.5 * self._detours[1].wanted(dt)[0]]

    def end(self, allowed: list[float], dt: float, acted: ArmGuard | None) -> None:
        """Be where the joints were allowed to go."""
        if acted is None and allowed is self._own and self._shown_for == math.inf:
            self._waits = 0.0
            return  # where its own setpoint is, and nothing to show
        n = len(self._arm.chain.q)
        self._detours[0].end(allowed[:n], dt)
        if len(self._detours) > 1:
            self._detours[1].end([2.0 * allowed[n]], dt)
        self._end_a_hopeless_move(allowed, dt, acted)
        self._shown_for += dt
        if acted is not None and _RANK[acted.action] >= _RANK[self.shown.action]:
            self.shown, self._shown_for = acted, 0.0
        elif self._shown_for > SHOWN_FOR_S:
            self.shown = ArmGuard(self._arm.name) if acted is None else acted
            self._shown_for = math.inf if acted is None else 0.0

    def status(self, nearest: ArmGuard) -> ArmGuard:
        """Return what is shown: what was done to the arm, else what is nearest to it."""
        shown = nearest if self.shown.action is Action.FREE else self.shown
        return replace(shown, kept_back_m=self._kept_back())

    def _kept_back(self) -> float:
        reference = self._detours[0].reference
        if reference is None:
            return 0.0
        wanted = forward_once(self._arm.model, reference)[:3, 3]
        return math.dist(wanted.tolist(), self._arm.tip()[:3, 3].tolist())

    def _end_a_hopeless_move(
        self, allowed: list[float], dt: float, acted: ArmGuard | None
    ) -> None:
        stuck = (
            acted is not None and self._arm.is_busy and math.dist(self._from, allowed) < STANDSTILL
        )
        self._waits = self._waits + dt if stuck else 0.0
        if self._waits > MOVE_WAITS_S:
            self._waits = 0.0
            self._arm.stop()


def _guides(description: GuardingDescription, robot: RobotDescription) -> dict[str, LineGuide]:
    lines: dict[str, list[GuidanceLine]] = {name: [] for name in robot.arms}
    for name, line in description.lines.items():
        built = GuidanceLine(name, line_points(line, robot), line.gain, line.reach_m, line.ease_m)
        for arm in chosen_arms(line.arms, robot, f'lines.{name}'):
            lines[arm].append(built)
    return {name: LineGuide(own, robot.arms[name].T_patient_rcm.T) for name, own in lines.items()}
