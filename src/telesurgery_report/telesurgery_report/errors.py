"""Errors of the report."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class ReportError(TelesurgeryError):
    """The bags cannot be reported on at all."""


class NotMeasuredError(TelesurgeryError):
    """One quantity cannot be computed from the bags; the text is the reason."""
