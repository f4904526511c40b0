"""What a launch file comes to once its arguments are known: processes, in starting order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

ParameterValue = bool | int | float | str | list[bool] | list[int] | list[float] | list[str]


class Output(Enum):
    """Where a process's output goes."""

    SCREEN = 'screen'
    LOG = 'log'
    """Into the log file; standard error on the screen, too."""
    BOTH = 'both'

    @property
    def shows_stdout(self) -> bool:
        """Whether standard output is shown; standard error always is."""
        return self is not Output.LOG

    @property
    def is_logged(self) -> bool:
        """Whether the output is kept in the log file."""
        return self is not Output.SCREEN


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters that the node receives in a file; this stands where the file's path will."""

    node: str
    """The name that the file is for; ``/**`` is any."""
    values: Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True)
class Process:
    """One process to start."""

    name: str
    """For people: the executable and a number, ``arms-2``."""
    command: tuple[str | Parameters, ...]
    environment: Mapping[str, str]
    cwd: str | None = None
    output: Output = Output.LOG
    is_required: bool = False
    """Whether its end, with whatever result, ends everything."""
    respawn: bool = False
    respawn_delay_s: float = 0.0
    sigterm_after_s: float = 5.0
    """How long it may take to end after SIGINT."""
    sigkill_after_s: float = 5.0
    """How long it may take to end after SIGTERM."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that a launch file declares."""

    name: str
    description: str = ''
    default: str | None = None
    """As written, substitutions and all; None: the argument must be given."""


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """Everything that a launch file starts."""

    processes: tuple[Process, ...] = ()
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """Every argument that the file and its includes declare, by name."""
