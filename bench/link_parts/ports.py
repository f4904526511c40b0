"""UDP ports for measurements."""

from __future__ import annotations

import socket

from telesurgery_bringup.reservations import Reservations

LOCAL = '127.0.0.1'
PORTS = range(47300, 47390)


def udp_port(reservations: Reservations) -> int:
    """Return a UDP port that nobody uses."""
    return reservations.take('udp-port', filter(_is_free, PORTS))


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
        return True
