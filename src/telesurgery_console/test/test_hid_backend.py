"""hidapi's side of SpaceMice, with a library that is made for the test."""

import sys
from types import SimpleNamespace

import pytest

from telesurgery_console.errors import DeviceError
from telesurgery_console.hid_backend import HidApi
from telesurgery_console.spacemouse import HidInfo, SpaceMouse

ENTRY = {
    'path': b'/dev/hidraw3', 'vendor_id': 0x256F, 'product_id': 0xC635, 'serial_number': '',
    'usage_page': 1, 'usage': 8,
}  # fmt: skip


class Library:
    """What hidapi's modules offer."""

    def __init__(self):
        self.entries = [ENTRY]
        self.reports = []
        self.opened = None
        self.broken = None

    def enumerate(self):
        return self.entries

    def device(self):
        return SimpleNamespace(
            open_path=self.open_path, set_nonblocking=lambda _: 0, read=self.read,
            close=lambda: None,
        )  # fmt: skip

    def open_path(self, path):
        self.opened = path

    def read(self, _length):
        if self.broken:
            raise self.broken
        return self.reports.pop(0) if self.reports else []


@pytest.fixture
def library(monkeypatch):
    library = Library()
    monkeypatch.setitem(sys.modules, 'hidraw', library)
    return library


def test_its_entries_become_values_with_their_port(library, tmp_path):
    device = tmp_path / 'hidraw3' / 'device'
    device.mkdir(parents=True)
    (device / 'uevent').write_text(
        'DRIVER=hid-generic\nHID_ID=0003:0000256F:0000C635\n'
        'HID_PHYS=usb-0000:00:14.0-3/input0\nHID_UNIQ=\n'
    )

    assert HidApi(tmp_path).enumerate() == [
        HidInfo('/dev/hidraw3', 0x256F, 0xC635, '', (1, 8), 'usb-0000:00:14.0-3/input0')
    ]


def test_what_the_library_does_not_tell_stays_empty(library, tmp_path):
    library.entries = [{**ENTRY, 'serial_number': None, 'usage_page': None, 'usage': None}]
    (info,) = HidApi(tmp_path).enumerate()

    assert (info.serial, info.usage, info.port) == ('', (0, 0), '')


def test_reports_are_bytes_and_nothing_is_an_empty_one(library):
    library.reports = [[3, 1, 0]]
    handle = HidApi().open('/dev/hidraw3')

    assert library.opened == b'/dev/hidraw3'
    assert handle.read() == b'\x03\x01\x00'
    assert handle.read() == b''


@pytest.mark.parametrize('error', [OSError('read error'), ValueError('not open')])
def test_a_device_that_went_away_is_an_os_error(library, error):
    handle = HidApi().open('/dev/hidraw3')
    library.broken = error
    with pytest.raises(OSError, match=str(error)):
        handle.read()


def test_a_spacemouse_is_read_through_it(library):
    mouse = SpaceMouse(HidApi())
    library.reports = [[3, 1, 0], [1, 94, 1, 0, 0, 0, 0]]
    assert mouse.read(0.0).controls.buttons == {'left'}
    assert mouse.read(0.1).controls.axes['y'] == -1.0
    library.broken = OSError('read error')
    assert mouse.read(0.2).controls is None


def test_without_hidapi_one_line_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, 'hidraw', None)
    monkeypatch.setitem(sys.modules, 'hid', None)
    with pytest.raises(DeviceError, match=r'spacemouse needs hidapi.*apt install python3-hid'):
        HidApi()
