"""What a device says right now, as lines for a terminal."""

from __future__ import annotations

import math

from telesurgery_console.controls import Controls, Reading, Reporting, Source
from telesurgery_console.device import Device
from telesurgery_console.mapping import ControlMapping
from telesurgery_core.types import ConsoleSample, Hand

HALF_WIDTH = 10
"""Characters of a bar on each side of its middle."""


class Tapped:
    """A source that remembers its last reading for whoever looks on."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.reading = Reading(None)

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._source.name

    @property
    def reporting(self) -> Reporting:
        """What its silence means."""
        return self._source.reporting

    @property
    def buttons(self) -> tuple[str, ...]:
        """The buttons of the source."""
        return self._source.buttons

    def label(self, control: str) -> str:
        """Return what is printed on a control."""
        return self._source.label(control)

    def read(self, now: float) -> Reading:
        """Read the source and remember what it said."""
        self.reading = self._source.read(now)
        return self.reading

    def close(self) -> None:
        """Let go of the source."""
        self._source.close()


def control_lines(source: Tapped, mapping: ControlMapping) -> list[str]:
    """Return a line for each axis and one for the buttons that are pressed."""
    controls = source.reading.controls
    if controls is None:
        return [f'{source.name}: {source.reading.trouble}']
    lines = [source.name]
    for name in sorted(set(controls.axes) | set(mapping.axes), key=_order):
        value = controls.axes.get(name, math.nan)
        lines.append(f'  {name:<14}{bar(value)} {value:+.3f}  {_meaning_of_axis(name, mapping)}')
    lines.append(f'  pressed: {_pressed(source, controls, mapping) or "-"}')
    return lines


def sample_lines(device: Device, sample: ConsoleSample | None) -> list[str]:
    """Return what comes out of the mapping: health, presence, pedals, hands."""
    lines = [device.status().detail]
    if sample is None:
        return lines
    pedals = ('operator_present', 'clutch', 'camera', 'stop')
    lines.append(
        '  '.join(f'{name} {"YES" if getattr(sample, name) else "no"}' for name in pedals)
    )
    for hand in (Hand.LEFT, Hand.RIGHT):
        held = sample.hand(hand)
        if held is not None:
            x, y, z = (1000.0 * float(component) for component in held.T_view_hand[:3, 3])
            lines.append(
                f'{hand.value}  x {x:+8.1f}  y {y:+8.1f}  z {z:+8.1f} mm (left, up, away)  '
                f'gripper {math.degrees(held.gripper):5.1f} deg'
            )
    return lines


def bar(value: float) -> str:
    """Return a bar for -1..1; a question mark where there is no number."""
    if not math.isfinite(value):
        return f'[{"?" * (2 * HALF_WIDTH + 1)}]'
    length = round(min(abs(value), 1.0) * HALF_WIDTH)
    filled = '#' * length
    left = filled.rjust(HALF_WIDTH) if value < 0 else ' ' * HALF_WIDTH
    right = filled.ljust(HALF_WIDTH) if value >= 0 else ' ' * HALF_WIDTH
    return f'[{left}|{right}]'


def _order(name: str) -> tuple[int, str]:
    return len(name), name


def _meaning_of_axis(name: str, mapping: ControlMapping) -> str:
    binding = mapping.axes.get(name)
    if binding is None:
        return 'bound to nothing'
    words = [_drive(binding.normal.drives.value, binding.normal.sign)]
    if binding.shifted is not None:
        words.append(f'{_drive(binding.shifted.drives.value, binding.shifted.sign)} with shift')
    return ', '.join(words)


def _drive(motion: str, sign: int) -> str:
    return f'{"+" if sign > 0 else "-"}{motion}'


def _pressed(source: Tapped, controls: Controls, mapping: ControlMapping) -> str:
    return ', '.join(
        f'{source.label(name)} = {mapping.buttons[name].value if name in mapping.buttons else "-"}'
        for name in sorted(controls.buttons)
    )
