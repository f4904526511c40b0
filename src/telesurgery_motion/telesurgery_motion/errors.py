"""What can be wrong with a request to the motion part."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class RequestRefusedError(TelesurgeryError):
    """A request that cannot be met; nothing has changed."""
