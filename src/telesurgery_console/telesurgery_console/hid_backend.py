"""HID devices through hidapi."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from telesurgery_console.errors import DeviceError
from telesurgery_console.spacemouse import HidHandle, HidInfo

LONGEST_REPORT = 64
SYSFS = Path('/sys/class/hidraw')


class HidApi:
    """The system's HID devices; DeviceError when hidapi is not installed.

    hidapi brings two libraries for Linux: ``hidraw``, through the kernel, and ``hid``, through
    libusb, which knows no Bluetooth and takes a device away from the kernel. The first is better.
    """

    def __init__(self, sysfs: Path = SYSFS) -> None:
        self._hid = _library()
        self._sysfs = sysfs

    def enumerate(self) -> list[HidInfo]:
        """Return every HID interface."""
        return [
            HidInfo(
                path=_text(entry['path']),
                vendor=entry['vendor_id'],
                product=entry['product_id'],
                serial=_text(entry.get('serial_number') or ''),
                usage=(entry.get('usage_page') or 0, entry.get('usage') or 0),
                port=self._port(_text(entry['path'])),
            )
            for entry in self._hid.enumerate()
        ]

    def open(self, path: str) -> HidHandle:
        """Open one; OSError when that is not possible or not permitted."""
        device = self._hid.device()
        device.open_path(path.encode())
        device.set_nonblocking(1)
        return _Handle(device)

    def _port(self, path: str) -> str:
        """Return the kernel's name of the port, as usb-0000:00:14.0-3/input0; empty: unknown."""
        try:
            told = (self._sysfs / Path(path).name / 'device' / 'uevent').read_text()
        except OSError:
            return ''
        lines = (line.partition('=') for line in told.splitlines())
        return next((value for key, _, value in lines if key == 'HID_PHYS'), '')


class _Handle:
    def __init__(self, device: Any) -> None:
        self._device = device

    def read(self) -> bytes:
        try:
            return bytes(self._device.read(LONGEST_REPORT))
        except ValueError as error:  # hidapi's word for a device that is not open
            raise OSError(str(error)) from error

    def close(self) -> None:
        self._device.close()


def _library() -> Any:
    try:
        try:
            import hidraw as library
        except ImportError:
            import hid as library
    except ImportError as error:
        raise DeviceError(
            f'spacemouse needs hidapi ({error}); allowed: an environment that has it; '
            'run ./telesurgery setup (or apt install python3-hid), or use another device'
        ) from error
    return library


def _text(value: bytes | str) -> str:
    return value.decode(errors='replace') if isinstance(value, bytes) else value
