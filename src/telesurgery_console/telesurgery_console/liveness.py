"""Whether what a device reports is still believed."""

from __future__ import annotations

import math
from collections.abc import Iterable

from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.health import Health
from telesurgery_console.mapping import Watch


class Liveness:
    """Judges one reading after the other.

    A repeated value is no motion: a stick that is held by a hand wanders by counts of its
    converter, one that has not moved by a single count for seconds is a memory of a device that
    has dropped off its radio. The same holds, more patiently, for a hand that only holds the
    presence button.
    """

    def __init__(self, watch: Watch, reporting: Reporting) -> None:
        self._watch = watch
        self._reporting = reporting
        self._last: Controls | None = None
        self._heard_at = -math.inf
        self._changed_at = -math.inf

    def judge(
        self, reading: Reading, needed: Iterable[str], *, deflected: bool, held: bool, now: float
    ) -> tuple[Health, str]:
        """Return how well the device is at ``now`` [s], and why in words.

        ``needed`` are the axes that the mapping binds, ``deflected`` says whether one of them is
        off its rest, ``held`` whether the presence button is pressed.
        """
        controls = reading.controls
        if controls is None:
            self._last = None
            return Health.GONE, reading.trouble
        if self._last is None or reading.fresh:
            self._heard_at = now
        if self._last is None or _differ(controls, self._last):
            self._changed_at = now
        self._last = controls
        trouble = reading.trouble or _invalid(controls, needed)
        if trouble:
            return Health.FAULT, trouble
        return self._watched(deflected=deflected, held=held, now=now)

    def _watched(self, *, deflected: bool, held: bool, now: float) -> tuple[Health, str]:
        watch, quiet, unchanged = self._watch, now - self._heard_at, now - self._changed_at
        expected = self._reporting is Reporting.STREAM or (
            self._reporting is Reporting.WHILE_DEFLECTED and deflected
        )
        if expected and quiet > watch.silent_after_s:
            return Health.SILENT, f'nothing for {watch.silent_after_s:g} s'
        if deflected and unchanged > watch.stale_after_s:
            return Health.STALE, f'deflected, and not one count of change in {unchanged:.1f} s'
        if held and unchanged > watch.idle_after_s:
            return Health.IDLE, f'{watch.idle_after_s:g} s'
        return Health.OK, ''


def _differ(a: Controls, b: Controls) -> bool:
    return a.buttons != b.buttons or dict(a.axes) != dict(b.axes)


def _invalid(controls: Controls, needed: Iterable[str]) -> str:
    for axis in needed:
        value = controls.axes.get(axis)
        if value is None:
            return f'{axis} is not among its axes ({", ".join(controls.axes) or "none"})'
        if not math.isfinite(value):
            return f'{axis} is {value}; allowed: a finite number'
    return ''
