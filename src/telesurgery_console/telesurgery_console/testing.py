"""For tests: devices without hardware, which say what a test tells them to say.

The HID reports are made by formula after the published layout (``spacemouse_reports.py``); they
are no captures of real devices.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np

from telesurgery_console.controls import Controls, Reading, Reporting, Source
from telesurgery_console.device import Device
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.pose_unit import PoseReading
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.spacemouse import HidHandle, HidInfo
from telesurgery_console.unit import Unit
from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import ConsoleSample, Hand

RATE_HZ = 200.0


class ScriptedSource:
    """A source that reports as a test wants; ``rest`` are the axes that it always has."""

    def __init__(
        self,
        name: str = 'scripted pad',
        reporting: Reporting = Reporting.POLLED,
        rest: Mapping[str, float] | None = None,
    ) -> None:
        self.name = name
        self.reporting = reporting
        self.buttons: tuple[str, ...] = ()
        self.closed = False
        self._rest = dict(rest or {})
        self.press()

    def press(self, *buttons: str, **axes: float) -> None:
        """Hold these buttons and axes, and no others, from now on."""
        self.reading = Reading(Controls({**self._rest, **axes}, frozenset(buttons)))

    def fall_silent(self) -> None:
        """Keep the last values and report nothing any more."""
        self.reading = Reading(self.reading.controls, fresh=False)

    def unplug(self) -> None:
        """Be no longer there."""
        self.reading = Reading(None, trouble='unplugged')

    def label(self, control: str) -> str:
        """Return the control's own name."""
        return control

    def read(self, now: float) -> Reading:
        """Return what the test has said."""
        return self.reading

    def close(self) -> None:
        """Remember it."""
        self.closed = True


class ScriptedMaster:
    """A position device that is where a test puts it."""

    def __init__(self, name: str = 'scripted master') -> None:
        self.name = name
        self.closed = False
        self.put()

    def put(
        self,
        *held: str,
        at: Sequence[float] = (0.0, 0.0, 0.0),
        R: Array | None = None,
        gripper: float | None = None,
    ) -> None:
        """Be there, with these buttons held, from now on."""
        T_base_hand = pose(np.eye(3) if R is None else R, at)
        self.reading = PoseReading(T_base_hand, gripper, frozenset(held))

    def read(self, now: float) -> PoseReading:
        """Return what the test has said."""
        return self.reading

    def close(self) -> None:
        """Remember it."""
        self.closed = True


class FakeHid:
    """HID devices: what is connected, and the reports that wait in it."""

    def __init__(self, *infos: HidInfo) -> None:
        self.infos = {info.path: info for info in infos}
        self.reports: dict[str, list[bytes]] = {info.path: [] for info in infos}
        self.permitted = True

    def enumerate(self) -> list[HidInfo]:
        """Return what is connected."""
        return list(self.infos.values())

    def open(self, path: str) -> HidHandle:
        """Open one, if that is permitted."""
        if not self.permitted:
            raise OSError('open failed')
        return FakeHandle(self, path)

    def unplug(self, path: str) -> None:
        """Take one away."""
        del self.infos[path]
        self.reports[path].clear()

    def plug_in(self, info: HidInfo) -> None:
        """Connect one."""
        self.infos[info.path] = info
        self.reports[info.path] = []

    def send(self, path: str, *reports: bytes) -> None:
        """Let reports wait in one."""
        self.reports[path] += reports


class FakeHandle:
    """An open one of them."""

    def __init__(self, hid: FakeHid, path: str) -> None:
        self._hid, self._path = hid, path

    def read(self) -> bytes:
        """Return the next report that waits."""
        if self._path not in self._hid.infos:
            raise OSError('read error')
        waiting = self._hid.reports[self._path]
        return waiting.pop(0) if waiting else b''

    def close(self) -> None:
        """Nothing is held."""


def translation_report(right: int, back: int, down: int) -> bytes:
    """Return report 1 of a wired SpaceMouse, in counts."""
    return b'\x01' + struct.pack('<3h', right, back, down)


def rotation_report(right: int, back: int, down: int) -> bytes:
    """Return report 2 of a wired SpaceMouse: turns about these axes, in counts."""
    return b'\x02' + struct.pack('<3h', right, back, down)


def motion_report(moved: Sequence[int], turned: Sequence[int]) -> bytes:
    """Return report 1 of a newer SpaceMouse, which has all six axes."""
    return b'\x01' + struct.pack('<6h', *moved, *turned)


def button_report(*bits: int) -> bytes:
    """Return report 3 with these buttons pressed."""
    return b'\x03' + sum(1 << bit for bit in bits).to_bytes(4, 'little')


class FakeStream:
    """The other end of spacenavd's socket."""

    def __init__(self) -> None:
        self.listening = True
        self.connected = False
        self.sent = b''
        self._waiting = b''

    def connect(self) -> bool:
        """Answer, if anyone listens."""
        self.connected = self.listening
        return self.listening

    def send(self, data: bytes) -> None:
        """Remember what the client has sent."""
        self.sent += data

    def receive(self) -> bytes | None:
        """Return what the daemon has said."""
        if not self.connected:
            return None
        data, self._waiting = self._waiting, b''
        return data

    def close(self) -> None:
        """End the connection."""
        self.connected = False

    def say(self, *words: int) -> None:
        """Let integers wait for the client."""
        self._waiting += struct.pack(f'={len(words)}i', *words)

    def say_motion(self, *six: int) -> None:
        """Let a motion wait: x right, y up, z away and the turns about them, in counts."""
        self.say(0, *six, 16)


class ScriptedKeys:
    """Key strokes."""

    def __init__(self) -> None:
        self.closed = False
        self._waiting: list[str] = []

    def strike(self, *keys: str) -> None:
        """Strike keys."""
        self._waiting += keys

    def read(self) -> list[str]:
        """Return the strokes since the last call."""
        keys, self._waiting = self._waiting, []
        return keys

    def close(self) -> None:
        """Remember it."""
        self.closed = True


def rate_device(source: Source, mapping: ControlMapping) -> RateDevice:
    """Return the device of one source that moves both hands by turns."""
    return RateDevice({None: Unit(source, mapping)}, mapping, RATE_HZ, mapping_name='test')


def polled(
    device: Device, start: float, seconds: float
) -> list[tuple[float, ConsoleSample | None]]:
    """Return what a device says, and when, to someone who asks when it wants to be asked."""
    now, samples = start, []
    while now < start + seconds:
        samples.append((now, device.poll(now)))
        now = device.next_poll(now)
    return samples


def last(device: Device, start: float, seconds: float) -> ConsoleSample:
    """Return the last sample of so many seconds."""
    return [sample for _, sample in polled(device, start, seconds) if sample is not None][-1]


class Operator:
    """Whoever polls a device at its rate."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.now = 100.0

    def step(self, count: int = 1) -> ConsoleSample:
        """Poll so many times; return the last sample."""
        for _ in range(count):
            sample = self.device.poll(self.now)
            self.now = self.device.next_poll(self.now)
        if sample is None:
            raise ValueError('the device has said nothing')
        return sample

    def wait(self, seconds: float) -> ConsoleSample:
        """Poll for so long [s]; return the last sample."""
        return self.step(round(seconds * RATE_HZ))


class Holder(Operator):
    """An operator with one scripted source in both hands."""

    def __init__(self, mapping: ControlMapping, source: ScriptedSource | None = None) -> None:
        self.source = source or ScriptedSource(rest=dict.fromkeys(mapping.axes, 0.0))
        super().__init__(rate_device(self.source, mapping))

    def take(self, *buttons: str) -> ConsoleSample:
        """Be present: hold these buttons after they have been seen released."""
        self.source.press()
        self.step()
        self.source.press(*buttons)
        return self.step()


def moved(before: ConsoleSample, after: ConsoleSample, hand: Hand = Hand.RIGHT) -> list[float]:
    """Return how far a hand has moved in the display frame ``(3,)`` [m], in micrometres' steps."""
    start, end = before.hand(hand), after.hand(hand)
    if start is None or end is None:
        raise ValueError(f'{hand.value} is missing')
    way = end.T_view_hand[:3, 3] - start.T_view_hand[:3, 3]
    return [round(float(component), 6) for component in way]
