"""Who has authority over an arm, as far as the supervisor must know it."""

from __future__ import annotations

from typing import Protocol

FIRST_CONSOLE = 'A'
"""The console whose commands arrive on ``/teleop/command``."""


class Authority(Protocol):
    """Keeps one holder for every arm."""

    def holder(self, arm: str) -> str:
        """Return the site that has authority: a console, the bedside, or nobody (empty)."""


class SoleAuthority:
    """All arms belong to one site, for ever: a session with one console."""

    def __init__(self, site: str = FIRST_CONSOLE) -> None:
        self._site = site

    def holder(self, arm: str) -> str:
        """Return the one site that there is."""
        return self._site
