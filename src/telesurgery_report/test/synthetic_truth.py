"""What a synthetic session contains, and what went wrong in recording it."""

from __future__ import annotations

from dataclasses import dataclass

START_NS = 1_760_000_000_000_000_000
MS = 1_000_000


@dataclass(frozen=True)
class Truth:
    """What the session contains."""

    seconds: float = 12.0
    software_ms: tuple[float, float] = (2.0, 4.0)
    """The software latency is spread evenly between these, in an order without pattern."""
    injected_ms: float = 67.5
    relay_ms: tuple[float, float] = (0.6, 1.4)
    relays: int = 4
    lag_ms: float = 12.0
    noise_mm: float = 0.2
    """RMS of the tip's distance from where it would be."""
    offset_mm: float = 0.0
    """A steady error of the tip."""
    rcm_mm: tuple[float, ...] = (0.31, 0.2, 0.05, 0.42)
    """Largest distance of each arm's shaft from its port: PSM1, PSM2, PSM3, ECM."""
    real_time_factor: float = 0.98
    endoscope_hz: float = 15.0
    frames_sent: tuple[int, int] = (2400, 3600)
    """By the surgeon's side, by the patient's side."""
    frames_lost: tuple[int, int] = (7, 5)
    """Of what the surgeon's side sent, of what the patient's side sent."""
    holds: int = 2
    moves: bool = True
    broken_images: bool = False
    """The cameras' frames are no JPEGs."""


@dataclass(frozen=True)
class Faults:
    """What went wrong in recording."""

    without: frozenset[str] = frozenset()
    """Topics that were not recorded."""
    lost_target_batches: frozenset[int] = frozenset()
    doubled: bool = False
    """Every batch of a trace is there twice."""
    shuffled: bool = False
    """Batches of traces, and poses, stand out of order."""
    superseded: bool = False
    """The simulator never took every fifth target: the next came before it looked."""
