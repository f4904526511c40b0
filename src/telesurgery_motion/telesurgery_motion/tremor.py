"""Tremor filters: one interface for poses, a table of the filters by name.

A filter sees the displacement of one hand since its engagement, before scaling. It is reset when
an engagement begins, at the identity, so that no transient of an older motion reaches the arm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from telesurgery_core.transforms import Array
from telesurgery_motion.one_euro import OneEuro
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pose_filter import PoseFilter


class TremorFilter(Protocol):
    """What every tremor filter is: state since the engagement, one pose in, one pose out."""

    def reset(self) -> None:
        """Forget everything; the engagement begins at the identity."""

    def step(self, T_displacement: Array, dt: float) -> Array:
        """Return the filtered displacement ``(4, 4)``, ``dt`` [s] after the one before."""


class Unfiltered:
    """The hand as it is."""

    def reset(self) -> None:
        """There is nothing to forget."""

    def step(self, T_displacement: Array, dt: float) -> Array:
        """Return the displacement unchanged, to the bit."""
        return T_displacement


def _one_euro(parameters: MotionParameters) -> TremorFilter:
    def signal_filter(beta: float) -> OneEuro:
        return OneEuro(
            min_cutoff_hz=parameters.one_euro_min_cutoff_hz,
            beta=beta,
            derivative_cutoff_hz=parameters.one_euro_derivative_cutoff_hz,
        )

    return PoseFilter(
        translation=signal_filter(parameters.one_euro_translation_beta),
        # A unit quaternion's components move by half of the angle.
        rotation=signal_filter(2.0 * parameters.one_euro_rotation_beta),
    )


FILTERS: dict[str, Callable[[MotionParameters], TremorFilter]] = {
    'none': lambda _: Unfiltered(),
    'one_euro': _one_euro,
}
"""The filters by the name that ``motion.yaml`` gives; MotionParameters.filter lists the same."""


def make_filter(parameters: MotionParameters) -> TremorFilter:
    """Return a fresh filter as the parameters name it."""
    return FILTERS[parameters.filter](parameters)
