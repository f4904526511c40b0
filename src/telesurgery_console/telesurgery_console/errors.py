"""What can be wrong with an operator's device."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class DeviceError(TelesurgeryError):
    """A device that is not there or cannot serve as a master."""


class NoAnswerError(TelesurgeryError):
    """Whoever decides about authority does not answer, or refuses."""
