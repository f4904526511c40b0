"""The root of every error that the workspace raises."""

from __future__ import annotations


class TelesurgeryError(Exception):
    """Root of the workspace's errors; its text is one line fit for the terminal.

    A message names the value, what is allowed and the remedy, so that whoever reads it at a
    terminal or in a log needs no traceback.
    """


class ParameterError(TelesurgeryError):
    """A configuration value that is unknown, missing, of the wrong type or out of bounds."""


def one_of(what: str, value: object, allowed: object, remedy: str) -> str:
    """Return the standard sentence: ``what`` is ``value``; allowed: ``allowed``; ``remedy``."""
    names = str(allowed)
    if isinstance(allowed, (list, tuple, set, frozenset, dict)):
        names = ', '.join(str(name) for name in allowed)
    return f'{what} is {value!r}; allowed: {names}; {remedy}'
