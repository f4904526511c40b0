"""What can go wrong in a virtual session."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class VirtualSessionError(TelesurgeryError):
    """The session did not get where it was told to go."""
