"""Errors of the qualification."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class QualifyError(TelesurgeryError):
    """Root of the qualification's errors."""


class ArgumentsError(QualifyError):
    """Arguments that contradict one another or are out of bounds."""


class MalformedError(QualifyError):
    """A message of the other end that says nothing sensible."""
