"""What can go wrong while a simulator is chosen, started or talked to."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class SimulatorError(TelesurgeryError):
    """A simulator cannot be chosen or started, or a target is none that it can take."""


class WireError(TelesurgeryError):
    """Bytes of a simulator's transport that are no message of it."""
