"""What the command line of the demo asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line asks for; checked."""

    device: str
    """As the console names it: replay, or one of DEVICES."""
    bag: Path
    link: str
    second_link: str | None
    """The WAN of a second path beside it; None: there is one path."""
    filter: str
    scale: float
    insecure: bool
    sim: str
    lockstep: bool
    gui: bool
    seconds: float
    seed: int
    output: Path
