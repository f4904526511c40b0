"""What can go wrong with a study."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class StudyError(TelesurgeryError):
    """The study cannot be carried out, or its results not be written."""
