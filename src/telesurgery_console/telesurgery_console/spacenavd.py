"""The daemon spacenavd as a source: the bytes of its socket, without the socket.

Protocol as the projects spacenavd (``src/proto_unix.c``) and libspnav (``src/proto.h``) have it:
packets of eight native 32-bit integers, the first is the type. 0: motion, then x y z rx ry rz and
the milliseconds since the last; 1 and 2: a button is pressed, released, then its number; 3 (since
version 1): a device is added (0) or removed (1). A client of version 1 offers it with one integer
and gets one back; a daemon that knows only version 0 says nothing and takes the offer for a
sensitivity, which is therefore set to 1 then. Its axes are x to the right, y up, z away.
"""

from __future__ import annotations

import struct
from typing import Protocol

from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.errors import DeviceError
from telesurgery_console.vocabulary import CAP_AXES, NUMBERED_BUTTONS

FULL_DEFLECTION = 350.0
PACKET = struct.Struct('=8i')
OFFER = 0x7FAA5500
"""Tag and request of a change of protocol; the lowest byte is the version."""
VERSION = 1
SENSITIVITY_ONE = struct.pack('=f', 1.0)
ANSWER_WITHIN_S = 0.3
CONNECT_AGAIN_S = 1.0
MOTION, PRESS, RELEASE, DEVICE = range(4)
ADDED, REMOVED = 0, 1
HOW_TO_CONNECT = 'start the daemon spacenavd (apt install spacenavd)'


class ByteStream(Protocol):
    """A connection to the daemon that can be made again."""

    def connect(self) -> bool:
        """Connect; return whether it worked."""

    def send(self, data: bytes) -> None:
        """Send; OSError when the connection is lost."""

    def receive(self) -> bytes | None:
        """Return what has arrived, empty if nothing; None when the other end has closed."""

    def close(self) -> None:
        """Let go of it."""


class Spacenavd:
    """A source over the daemon's socket; DeviceError when nobody answers there."""

    reporting = Reporting.WHILE_DEFLECTED
    buttons = ()
    name = 'spacenavd'

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._connected = False
        self._tried_at: float | None = None
        self._begin()
        if not stream.connect():
            raise DeviceError(
                'spacenavd not found; allowed: a running daemon; '
                f'{HOW_TO_CONNECT}, or use the device spacemouse, keyboard or replay'
            )
        self._connected = True

    def label(self, control: str) -> str:
        """Return the name of a button: its number."""
        return control

    def read(self, now: float) -> Reading:
        """Return the state after what the daemon has said, up to a change of buttons."""
        fresh = False
        try:
            if not self._connected:
                self._connect_again(now)
            if self._connected:
                self._offer(now)
                fresh = self._receive()
        except OSError:
            self._lose()
        if not self._connected:
            return Reading(None, trouble='the daemon has ended')
        if not self._has_device:
            return Reading(None, trouble='the daemon has no device any more')
        return Reading(Controls(axes=dict(self._axes), buttons=frozenset(self._buttons)), fresh)

    def close(self) -> None:
        """Let go of the socket."""
        self._stream.close()

    def _begin(self) -> None:
        self._buffer = b''
        self._offered_at: float | None = None
        self._answered = False
        self._rest()
        self._has_device = True

    def _rest(self) -> None:
        self._axes = dict.fromkeys(CAP_AXES, 0.0)
        self._buttons: set[str] = set()

    def _connect_again(self, now: float) -> None:
        if self._tried_at is not None and now - self._tried_at < CONNECT_AGAIN_S:
            return
        self._tried_at = now
        if self._stream.connect():
            self._begin()
            self._connected = True

    def _lose(self) -> None:
        self._connected = False
        self._stream.close()

    def _offer(self, now: float) -> None:
        if self._offered_at is None:
            self._offered_at = now
            self._stream.send(struct.pack('=i', OFFER | VERSION))
        elif not self._answered and now - self._offered_at > ANSWER_WITHIN_S:
            self._answered = True
            self._stream.send(SENSITIVITY_ONE)

    def _receive(self) -> bool:
        """Take all packets; return whether the device was in one."""
        data = self._stream.receive()
        if data is None:
            self._lose()
            return False
        self._buffer += data
        fresh, buttons = False, frozenset(self._buttons)
        while self._buttons == buttons:
            self._take_answer()
            if len(self._buffer) < PACKET.size:
                break
            packet, self._buffer = self._buffer[: PACKET.size], self._buffer[PACKET.size :]
            fresh = self._take(PACKET.unpack(packet)) or fresh
        return fresh

    def _take_answer(self) -> None:
        """Take the answer to the offer, one integer, wherever it stands between packets."""
        if not self._answered and len(self._buffer) >= 4:
            (word,) = struct.unpack('=i', self._buffer[:4])
            if word & 0xFFFFFF00 == OFFER:
                self._answered = True
                self._buffer = self._buffer[4:]

    def _take(self, packet: tuple[int, ...]) -> bool:
        kind, *values = packet
        if kind == MOTION:
            right, up, away, about_right, about_up, about_away = (
                min(max(value / FULL_DEFLECTION, -1.0), 1.0) for value in values[:6]
            )
            moved = (away, -right, up, about_away, -about_right, about_up)
            self._axes = dict(zip(CAP_AXES, moved, strict=True))
        elif kind in (PRESS, RELEASE) and 0 <= values[0] < len(NUMBERED_BUTTONS):
            change = self._buttons.add if kind == PRESS else self._buttons.discard
            change(NUMBERED_BUTTONS[values[0]])
        elif kind == DEVICE:
            self._has_device = values[0] != REMOVED
            self._rest()
        else:
            return False
        return True
