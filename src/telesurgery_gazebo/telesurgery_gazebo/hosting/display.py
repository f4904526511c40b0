"""A display for Gazebo's cameras: the machine's own where it works, else a screen in memory."""

from __future__ import annotations

import os
import re
import select
import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.program import Program

SOCKETS = Path('/tmp/.X11-unix')
"""Where X servers of this machine listen."""

_SCREEN = '1024x768x24'
_START_S = 10.0
_ACCEPTED = 1
_COOKIE = b'MIT-MAGIC-COOKIE-1'


def accepts(environment: Mapping[str, str]) -> bool:
    """Return whether the X server that DISPLAY names lets a program of this user in.

    Only displays of this machine (``:0``, ``:1.0``) are tried.
    """
    display = re.fullmatch(r':(\d+)(\.\d+)?', environment.get('DISPLAY', ''))
    if display is None:
        return False
    number = display.group(1)
    cookie = _cookie(environment, number.encode())
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.settimeout(2.0)
            server.connect(str(SOCKETS / f'X{number}'))
            server.sendall(greeting(cookie))
            answer = server.recv(1)
    except OSError:
        return False
    return answer == bytes([_ACCEPTED])


def greeting(cookie: bytes) -> bytes:
    """Return the first bytes that an X11 client sends, with its authority cookie or without."""
    name = _COOKIE if cookie else b''
    head = struct.pack('<BxHHHHxx', ord('l'), 11, 0, len(name), len(cookie))
    return head + b''.join(text + b'\0' * (-len(text) % 4) for text in (name, cookie))


def cookie_in(authority: bytes, display: bytes) -> bytes:
    """Return the cookie for a display number in the bytes of an Xauthority file; else nothing.

    An entry is the family (two bytes, big-endian), then four strings, each after two bytes of
    length: address, display number, kind, cookie.
    """
    at = 0
    while at + 2 <= len(authority):
        at += 2
        strings = []
        for _ in range(4):
            (length,) = struct.unpack_from('>H', authority.ljust(at + 2, b'\0'), at)
            strings.append(authority[at + 2 : at + 2 + length])
            at += 2 + length
        if strings[1] in (display, b'') and strings[2] == _COOKIE:
            return strings[3]
    return b''


def start_screen(
    xvfb: Program | None, environment: Mapping[str, str], log: Path
) -> tuple[ManagedProcess, str]:
    """Start Xvfb on a free display and return it with the name of the display.

    Raises SimulatorError when there is no Xvfb or when it does not come up.
    """
    if xvfb is None:
        raise SimulatorError(
            'no display works and there is no Xvfb; allowed: either of them; install the package '
            'xvfb, or turn the cameras off with the parameter cameras:=false'
        )
    read, write = os.pipe()
    arguments = ('-displayfd', str(write), '-screen', '0', _SCREEN, '+extension', 'GLX')
    try:
        screen = ManagedProcess(
            'Xvfb',
            xvfb,
            (*arguments, '-nolisten', 'tcp', '-noreset'),
            # Gazebo asks for four samples a pixel wherever the screen offers them, which costs a
            # third of its rendering; Mesa's plain rasteriser, unlike llvmpipe, offers one. Gazebo
            # itself still renders with llvmpipe.
            environment={**environment, 'GALLIUM_DRIVER': 'softpipe'},
            log=log,
            inherited=(write,),
        )
        os.close(write)
        number = _line_from(read, time.monotonic() + _START_S)
    finally:
        os.close(read)
    if not number:
        screen.end()
        raise SimulatorError(
            f'no screen in memory for the cameras: {screen.obituary()}; allowed: an Xvfb that '
            'starts; turn the cameras off with the parameter cameras:=false to go on without'
        )
    return screen, f':{number.decode()}'


def _line_from(pipe: int, give_up: float) -> bytes:
    """Return the first line written to a pipe, without its end; empty when none comes in time."""
    line = b''
    while not line.endswith(b'\n'):
        ready, _, _ = select.select([pipe], [], [], max(0.0, give_up - time.monotonic()))
        piece = os.read(pipe, 16) if ready else b''
        if not piece:
            return b''
        line += piece
    return line.strip()


def _cookie(environment: Mapping[str, str], display: bytes) -> bytes:
    default = Path(environment.get('HOME', '/')) / '.Xauthority'
    try:
        return cookie_in(Path(environment.get('XAUTHORITY') or default).read_bytes(), display)
    except OSError:
        return b''
