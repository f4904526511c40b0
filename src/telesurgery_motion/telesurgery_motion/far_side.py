"""What the motion part knows of the patient's side: where the tips are, what the arms do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from telesurgery_core.transforms import Array

_FORGET_AFTER_S = 1.0
"""A tip's pose, or an arm's state, that is older than this says nothing any more."""
UNKNOWN = ''


@dataclass(frozen=True, slots=True)
class ArmReport:
    """What the supervisor of the patient's side said of an arm."""

    state: str
    """As in ``docs/safety-states.md``; empty: not known."""
    reason: str
    holder: str | None = None
    """The site that holds the arm (``docs/authority.md``); empty: nobody; None: not known."""


_SILENT = ArmReport(UNKNOWN, '')


class FarSide:
    """The newest reports; all times are ``now`` [s] of one steady clock."""

    def __init__(self) -> None:
        self._heard_at = math.nan
        self._tips: dict[str, tuple[float, Array]] = {}
        self._arms: dict[str, tuple[float, ArmReport]] = {}

    def tip_measured(self, arm: str, T_view_tip: Array, now: float) -> None:
        """Take the measured pose of an arm's tip in the view ``(4, 4)``."""
        self._heard_at = now
        self._tips[arm] = now, T_view_tip

    def arm_reported(self, arm: str, report: ArmReport, now: float) -> None:
        """Take the supervisor's state of an arm."""
        self._heard_at = now
        self._arms[arm] = now, report

    def silent(self, limit_s: float, now: float) -> bool:
        """Return whether nothing has come for longer than the limit, and something once did."""
        return now - self._heard_at > limit_s

    def tip(self, arm: str, now: float) -> Array | None:
        """Return the pose of an arm's tip in the view, or None while it is not known."""
        at, T = self._tips.get(arm, (-math.inf, None))
        return T if now - at <= _FORGET_AFTER_S else None

    def arm(self, arm: str, now: float) -> ArmReport:
        """Return what an arm does, as far as it is known."""
        at, report = self._arms.get(arm, (-math.inf, _SILENT))
        return report if now - at <= _FORGET_AFTER_S else _SILENT
