"""How a program is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """A command and where it runs."""

    command: tuple[str, ...]
    folder: Path | None = None
    """Working directory that it needs, if any."""
