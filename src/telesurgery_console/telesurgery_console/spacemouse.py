"""A SpaceMouse through raw HID reports, whichever library brings them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from telesurgery_console.choosing import Found, choose
from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.errors import DeviceError
from telesurgery_console.mapping import ButtonLayout
from telesurgery_console.spacemouse_products import (
    MULTI_AXIS,
    Product,
    button_name,
    button_names,
    product_of,
)
from telesurgery_console.spacemouse_reports import Ignored, Moved, Pressed, decode
from telesurgery_console.vocabulary import CAP_AXES

LOOK_AGAIN_S = 1.0
"""How often a lost device is looked for."""
REPORTS_A_LOOK = 64
"""More are never waiting: a device sends one or two in 8 ms."""
UNTOLD = (0, 0)
"""The usage of an interface whose library does not tell it."""
UDEV_RULE = '70-telesurgery-spacemouse.rules'
HOW_TO_CONNECT = (
    f'connect one and see that its /dev/hidraw* may be read (udev rule config/udev/{UDEV_RULE})'
)


@dataclass(frozen=True, slots=True)
class HidInfo:
    """What the system tells of a HID interface without opening it."""

    path: str
    vendor: int
    product: int
    serial: str = ''
    usage: tuple[int, int] = (0, 0)
    port: str = ''
    """Where it is plugged in; unlike the path it is the same after it was plugged in again."""


class HidHandle(Protocol):
    """An open HID interface."""

    def read(self) -> bytes:
        """Return the next report, empty if there is none; OSError when it is gone."""

    def close(self) -> None:
        """Let go of it."""


class HidBackend(Protocol):
    """What the system knows of HID devices."""

    def enumerate(self) -> list[HidInfo]:
        """Return every HID interface."""

    def open(self, path: str) -> HidHandle:
        """Open one; OSError when that is not possible or not permitted."""


class SpaceMouse:
    """A source over a HID backend; it may be unplugged and plugged in again.

    ``unit`` chooses among several: an order from 1, a serial number, a port or a path. A device
    that is meant so is waited for when it is lost; with an empty ``unit`` any one will do.
    DeviceError when it is not there, may not be read, or is ``taken`` by the other hand.

    Attributes:
        key: what tells it from others, also after it was plugged in again.
        name: what it is.
    """

    reporting = Reporting.WHILE_DEFLECTED

    def __init__(
        self,
        backend: HidBackend,
        unit: str = '',
        layout: ButtonLayout = ButtonLayout.AUTO,
        taken: tuple[SpaceMouse, ...] = (),
    ) -> None:
        self._backend = backend
        self._wanted_layout = layout
        found = find_caps(backend)
        chosen = choose('spacemouse', list(found), unit, HOW_TO_CONNECT)
        self.key = chosen.key
        self._anyone = not unit
        if any(other.key == self.key for other in taken):
            raise DeviceError(
                f'spacemouse {unit!r} is {self.key}, which moves the other hand; allowed: one a '
                'hand; name another one, or use unit for one that moves both by turns'
            )
        self._handle: HidHandle | None = None
        self._pressed: frozenset[str] = frozenset()
        self._looked_at = 0.0
        try:
            self._open(chosen, found[chosen])
        except OSError as error:
            raise DeviceError(
                f'spacemouse {chosen.path} cannot be opened ({error}); allowed: one that this '
                f'user may read; install the udev rule config/udev/{UDEV_RULE} and plug it in '
                'again'
            ) from error

    @property
    def buttons(self) -> tuple[str, ...]:
        """The buttons with names; empty where only numbers are known."""
        return button_names(self._layout)

    def label(self, control: str) -> str:
        """Return what is printed on a button: its name says it."""
        return control

    def read(self, now: float) -> Reading:
        """Return the state after the reports that have arrived; lost, look for it again.

        A change of buttons ends the look, so that no press is missed that was as short as a look.
        """
        if self._handle is None:
            self._look_again(now)
        fresh, pressed = False, self._pressed
        try:
            for _ in range(REPORTS_A_LOOK):
                report = self._handle.read() if self._handle is not None else b''
                if not report:
                    break
                fresh = self._take(report) or fresh
                if self._pressed != pressed:
                    break
        except OSError:
            self._lose(now)
        if self._handle is None:
            return Reading(None, trouble='unplugged')
        return Reading(Controls(axes=dict(self._axes), buttons=self._pressed), fresh)

    def close(self) -> None:
        """Let go of it."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _take(self, report: bytes) -> bool:
        """Take a report; return whether it says anything of axes or buttons."""
        said = decode(report)
        if isinstance(said, Moved):
            self._axes.update(said.axes)
        elif isinstance(said, Pressed):
            self._pressed = frozenset(button_name(bit, self._layout) for bit in said.bits)
        return not isinstance(said, Ignored)

    def _open(self, found: Found, product: Product) -> None:
        self._handle = self._backend.open(found.path)
        self.name = f'spacemouse {product.name}'
        auto = self._wanted_layout is ButtonLayout.AUTO
        self._layout = product.layout if auto else self._wanted_layout
        self._axes = dict.fromkeys(CAP_AXES, 0.0)
        self._pressed = frozenset()

    def _lose(self, now: float) -> None:
        self.close()
        self._looked_at = now

    def _look_again(self, now: float) -> None:
        if now - self._looked_at < LOOK_AGAIN_S:
            return
        self._looked_at = now
        for found, product in find_caps(self._backend).items():
            if found.key == self.key or self._anyone:
                try:
                    self._open(found, product)
                except OSError:  # its permissions come a moment after it
                    self._handle = None
                return


def is_readable(path: str) -> bool:
    """Return whether this user may open a device; a path that is no file is libusb's affair."""
    return not path.startswith('/') or os.access(path, os.R_OK | os.W_OK)


def find_caps(backend: HidBackend) -> dict[Found, Product]:
    """Return the devices with a cap, in the order of their paths."""
    caps: dict[Found, Product] = {}
    for info in sorted(backend.enumerate(), key=lambda info: info.path):
        product = product_of(info.vendor, info.product, info.usage)
        if product is None or info.usage not in (UNTOLD, MULTI_AXIS):
            continue
        found = Found(
            key=info.serial or info.port or info.path,
            name=product.name,
            detail=', '.join(
                part
                for part in (
                    f'{info.vendor:04x}:{info.product:04x}',
                    info.path,
                    f'serial number {info.serial}' if info.serial else info.port,
                )
                if part
            ),
            path=info.path,
        )
        caps[found] = product
    return caps
