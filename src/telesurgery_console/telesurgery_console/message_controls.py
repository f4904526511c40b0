"""Controls out of the fields of ``sensor_msgs/Joy`` and ``geometry_msgs/Twist``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from telesurgery_console.vocabulary import CAP_AXES, NUMBERED_BUTTONS


class Vector(Protocol):
    """``geometry_msgs/Vector3``."""

    @property
    def x(self) -> float:
        """First component."""

    @property
    def y(self) -> float:
        """Second component."""

    @property
    def z(self) -> float:
        """Third component."""


def joy_axes(values: Sequence[float], full_deflection: float) -> dict[str, float]:
    """Return the axes of a Joy message by their names."""
    return {f'axis{k}': value / full_deflection for k, value in enumerate(values)}


def joy_buttons(values: Sequence[int]) -> frozenset[str]:
    """Return the buttons of a Joy message that are pressed; more than 48 are left out."""
    return frozenset(
        name for name, value in zip(NUMBERED_BUTTONS, values, strict=False) if value != 0
    )


def twist_axes(linear: Vector, angular: Vector, full_deflection: float) -> dict[str, float]:
    """Return the six axes of a Twist in the axes of REP-103: x forward, y left, z up."""
    values = (linear.x, linear.y, linear.z, angular.x, angular.y, angular.z)
    return {name: v / full_deflection for name, v in zip(CAP_AXES, values, strict=True)}
