"""What can be wrong with a recording."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class RecordingError(TelesurgeryError):
    """A recording that cannot be read, or cannot be written where it was asked for."""
