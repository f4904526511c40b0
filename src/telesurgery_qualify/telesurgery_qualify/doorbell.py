"""Waits at a UDP port for whoever calls, and says where from.

The link talks with one peer whose address it knows. A listening end learns it from the first
datagram; who that was is only shown by the session that follows, so that a stranger who rings is
left standing and the port is listened at again.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from telesurgery_link.errors import PortError

Address = tuple[str, int]

LOOK_EVERY_S = 0.2
"""How often is asked whether to stop."""


def await_caller(
    host: str,
    port: int,
    *,
    is_welcome: Callable[[Address], bool],
    stopped: Callable[[], bool],
) -> Address | None:
    """Return the address of the next welcome caller; None when it was told to stop.

    PortError when the port cannot be used.
    """
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as ear:
        try:
            ear.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, 'strerror', None) or str(error)
            raise PortError(
                f'UDP port {port} of {host} cannot be used ({reason}); allowed: a free port of '
                'this machine; end the program that uses it or listen at another port'
            ) from None
        ear.settimeout(LOOK_EVERY_S)
        while not stopped():
            try:
                _, caller = ear.recvfrom(65_535)
            except TimeoutError:
                continue
            except OSError:  # an ICMP error of an earlier datagram
                continue
            address = (str(caller[0]), int(caller[1]))
            if is_welcome(address):
                return address
    return None
