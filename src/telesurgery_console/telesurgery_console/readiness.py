"""Whether the arms are ready to be driven, as their operating states tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_core.types import OperatingState


@dataclass(frozen=True, slots=True)
class ArmState:
    """What an arm says of itself."""

    state: str
    is_homed: bool
    is_busy: bool

    @property
    def ready(self) -> bool:
        """Whether it can be driven."""
        return self.state == OperatingState.ENABLED.value and self.is_homed and not self.is_busy

    def describe(self) -> str:
        """Return the state in words."""
        homed = 'homed' if self.is_homed else 'not homed'
        return f'{self.state}, {homed}{", busy" if self.is_busy else ""}'


class Readiness:
    """Gathers the states of the arms that a session needs."""

    def __init__(self, arms: Sequence[str]) -> None:
        self._arms: dict[str, ArmState | None] = dict.fromkeys(arms)

    def hear(self, arm: str, state: ArmState) -> None:
        """Take the newest state of an arm."""
        self._arms[arm] = state

    @property
    def ready(self) -> bool:
        """Whether every arm can be driven."""
        return all(state is not None and state.ready for state in self._arms.values())

    def describe(self) -> str:
        """Return what every arm that is not ready says."""
        return '; '.join(
            f'{arm}: {"not heard of" if state is None else state.describe()}'
            for arm, state in self._arms.items()
            if state is None or not state.ready
        )
