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
    mapping: str
    """Which topics of the bag are the hands; empty: its CRTK masters."""
    right_arm: str
    left_arm: str
    time: str
    start_s: float
    speed: float
    lead_in: bool
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
