"""What fails in virtual time: each injury begins at a moment, and ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from faults_study.session import FaultSession
from telesurgery_core.types import ConsoleSample
from telesurgery_link.channels import Side

REPORT_S = 0.5
Rng = np.random.Generator


class Injury(Protocol):
    """Something that fails for a while."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """Let it fail."""
        ...

    def end(self, session: FaultSession) -> None:
        """Let it be as before, as far as that is possible."""
        ...


@dataclass(frozen=True)
class Nothing:
    """Nothing fails: what the measures themselves make of a session."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""


@dataclass(frozen=True)
class Wan(Nothing):
    """Fields of ``telesurgery_link.impairment.Treatment`` for what these sides send."""

    changes: dict[str, object]
    sides: tuple[Side, ...] = tuple(Side)

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        for side in self.sides:
            session.link.suffer(side, _ns(session.now), **self.changes)

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        for side in self.sides:
            session.link.suffer(side, _ns(session.now))


@dataclass(frozen=True)
class Gateway(Nothing):
    """The gateway of a side is gone, and begins anew at the end."""

    side: Side

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.link.out_of_order[self.side] = True

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.link.out_of_order[self.side] = False
        session.link.restart(self.side, _ns(session.now))


@dataclass(frozen=True)
class Console(Nothing):
    """The console says nothing; at the end it speaks again, the operator still present."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.operator.alive = False

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.operator.restart()


@dataclass(frozen=True)
class Motion(Nothing):
    """The motion part is gone and begins anew, its numbers from the clock or from zero."""

    from_clock: bool

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.motion_lives = False

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.restart_motion(
            **({'first_epoch': 10_000, 'first_sequence': 10_000_000} if self.from_clock else {})
        )


@dataclass(frozen=True)
class Arms(Nothing):
    """The arms' process is gone and begins anew."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.arms_live = False

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.restart_arms()


@dataclass(frozen=True)
class Simulator(Nothing):
    """The simulator stands, dies or is slow; how it is afterwards it says itself."""

    paused: bool = False
    frozen: bool = False
    """It stands as well, but says nothing."""
    dead: bool = False
    pace: float = 1.0

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.plantside.paused = self.paused or self.frozen
        session.plantside.dead = self.dead
        session.plantside.pace = self.pace
        if self.pace < 1.0:  # its node says so twice a second
            session.each_tick = self._report(session)
        if self.paused:  # and this at once
            session.robot.supervisor.simulator_reported(session.now, 'paused', math.nan)
        if self.dead:
            session.robot.plant.died('its server has ended')

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.plantside.paused = session.plantside.dead = False
        session.plantside.pace = 1.0
        if self.paused:
            session.robot.supervisor.simulator_reported(session.now, 'running', 1.0)
        session.each_tick = None
        session.robot.plant.lives()

    def _report(self, session: FaultSession) -> Callable[[], None]:
        due = session.now + REPORT_S

        def report() -> None:
            nonlocal due
            if session.now >= due:
                due += REPORT_S
                session.robot.supervisor.simulator_reported(session.now, 'running', self.pace)

        return report


@dataclass(frozen=True)
class Stutter(Nothing):
    """The simulator runs for a fifth of the time, in turns, and says nothing in between."""

    period_s: float = 0.05
    share: float = 0.2

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        begun = session.now

        def turn() -> None:
            passed = (session.now - begun) % self.period_s
            session.plantside.paused = passed < (1.0 - self.share) * self.period_s

        session.each_tick = turn

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.each_tick = None
        session.plantside.paused = False


@dataclass(frozen=True)
class Clock(Nothing):
    """The clock of a side is set, and set back at the end."""

    side: Side
    seconds: float

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.link.shift_clock(self.side, round(self.seconds * 1e9))

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.link.shift_clock(self.side, -round(self.seconds * 1e9))


@dataclass(frozen=True)
class Device(Nothing):
    """The device says something else than what the hands do; None: nothing."""

    spoil: Callable[[ConsoleSample, ConsoleSample], ConsoleSample | None]
    """Of the sample, and the newest one before the fault."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        before = session.operator.genuine
        assert before is not None
        session.operator.spoil = lambda sample, _now: self.spoil(sample, before)

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""
        session.operator.spoil = lambda sample, _now: sample


@dataclass(frozen=True)
class Finished(Nothing):
    """The recording ends while the hands move: its last word is that nobody is present."""

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        session.operator.present = False


@dataclass(frozen=True)
class StateCommand(Nothing):
    """A client at the patient's side sends every arm a CRTK state command."""

    text: str

    def begin(self, session: FaultSession, rng: Rng) -> None:
        """See ``Injury``."""
        for arm in session.arms:
            session.robot.command_state(arm, self.text, session.now)

    def end(self, session: FaultSession) -> None:
        """See ``Injury``."""


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
