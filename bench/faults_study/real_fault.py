"""What fails among real processes, as data; ``faults_real.injuries`` does it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class What(Enum):
    """The kind of fault; its target and value are in ``RealFault``."""

    NOTHING = 'nothing'
    KILL = 'kill'
    """SIGKILL to a process, which is started again at the end."""
    FREEZE = 'freeze'
    """SIGSTOP, and SIGCONT at the end."""
    SLOW = 'slow'
    """SIGSTOP and SIGCONT in turn: it runs for a fifth of the time."""
    LINK = 'link'
    """A link profile for one side's sending, or both (target ``both``); the usual one after."""
    UNPLUG = 'unplug'
    """The masters' topics fall silent."""
    MASTER = 'master'
    """The right master gives every length times ``value``; the target ``leap``: and ``value``
    metres more."""
    DATAGRAMS = 'datagrams'
    """A stranger sends datagrams of chance to both gateways, some 2000 a second."""
    COMMANDS = 'commands'
    """A stranger publishes commands on the patient's graph; the target says what they are."""
    PAUSE = 'pause'
    """The simulator's own pause."""
    STATE = 'state'
    """A client sends every arm a CRTK state command; the value is undone at the end."""
    FLOOD = 'flood'
    """A stranger floods a side's DDS domain."""
    DISK = 'disk'
    """The recorder can write no more."""


@dataclass(frozen=True)
class RealFault:
    """One fault of real processes."""

    what: What
    target: str = ''
    value: float | str = 0.0

    @property
    def concerns_the_simulator(self) -> bool:
        """Whether it is the simulator that fails, or may have to wait."""
        return self.what in (What.PAUSE, What.FLOOD) or self.target in ('simulator', 'gzserver')
