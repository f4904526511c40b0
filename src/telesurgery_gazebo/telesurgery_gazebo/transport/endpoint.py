"""Where a ZeroMQ socket of this process can be reached."""

from __future__ import annotations

import zmq


def bind(socket: zmq.Socket[bytes], address: str) -> str:
    """Bind to a free port of the interface ``address`` and return the endpoint."""
    port = socket.bind_to_random_port(f'tcp://{address}')
    return f'tcp://{address}:{port}'
