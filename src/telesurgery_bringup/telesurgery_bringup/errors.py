"""What can go wrong before and around a session; every text is one line for the terminal.

These do not derive from telesurgery_core's TelesurgeryError: the commands that raise them run on
a machine where nothing is set up yet.
"""

from __future__ import annotations

from collections.abc import Iterable


class BringupError(Exception):
    """Root of this package's errors."""


class UsageError(BringupError):
    """A command or an argument that does not exist or cannot be meant."""


class SetupError(BringupError):
    """The machine lacks something that set-up cannot bring, or bringing it failed."""


class BuildError(BringupError):
    """colcon could not build the workspace."""


class LaunchFileError(BringupError):
    """A launch file says something that this program does not do, or that is wrong."""


class ReservationError(BringupError):
    """Every number of a kind is in use on this machine."""


def one_of(what: str, value: object, allowed: Iterable[object], remedy: str) -> str:
    """Return the standard sentence: ``what`` is ``value``; allowed: ...; ``remedy``."""
    return f'{what} is {value!r}; allowed: {", ".join(map(str, allowed))}; {remedy}'
