"""The socket of spacenavd."""

from __future__ import annotations

import socket
from pathlib import Path

SOCKET = Path('/run/spnav.sock')
"""Where the daemon listens: its ``SOCK_NAME``, /var/run being /run."""


class UnixStream:
    """A connection to a Unix socket that never waits."""

    def __init__(self, path: Path = SOCKET) -> None:
        self._path = path
        self._socket: socket.socket | None = None

    def connect(self) -> bool:
        """Connect; return whether it worked."""
        self.close()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            return False
        connection.setblocking(False)
        self._socket = connection
        return True

    def send(self, data: bytes) -> None:
        """Send a few bytes; OSError when the connection is lost."""
        self._connection().sendall(data)

    def receive(self) -> bytes | None:
        """Return what has arrived, empty if nothing; None when the other end has closed."""
        try:
            return self._connection().recv(4096) or None
        except BlockingIOError:
            return b''

    def close(self) -> None:
        """Let go of it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connection(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionError('not connected')
        return self._socket
