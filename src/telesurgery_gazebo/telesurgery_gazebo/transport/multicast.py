"""The UDP socket of gz-transport's discovery on one network interface."""

from __future__ import annotations

import logging
import socket
import time

from telesurgery_gazebo.errors import SimulatorError, WireError
from telesurgery_gazebo.transport.discovery import Discovery, Event

GROUP = '239.255.0.7'
TOPIC_PORT = 10317
SERVICE_PORT = 10318

_log = logging.getLogger(__name__)


class DiscoverySocket:
    """Carries the datagrams of one ``Discovery``."""

    def __init__(self, discovery: Discovery, address: str, port: int) -> None:
        """Join the group on the interface with the given address; SimulatorError if it cannot."""
        self.discovery = discovery
        self._port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._join(address)
        except OSError as error:
            self._socket.close()
            raise SimulatorError(
                f'UDP multicast {GROUP}:{port} on {address} is not to be had ({error.strerror}); '
                'allowed: a port that others share, too; end whoever holds it alone'
            ) from error

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._socket.fileno()

    def receive(self) -> list[Event]:
        """Take one waiting datagram and return what it changed; rubbish changes nothing."""
        try:
            return self.discovery.receive(self._socket.recv(65536), time.monotonic())
        except WireError as error:
            _log.debug('%s', error)  # the group is shared: others' errors are not ours to report
        except OSError as error:
            _log.warning('discovery: %s', error)
        return []

    def send_due(self) -> list[Event]:
        """Multicast what is due, and return who has fallen silent."""
        now = time.monotonic()
        try:
            for datagram in self.discovery.datagrams_to_send(now):
                self._socket.sendto(datagram, (GROUP, self._port))
        except OSError as error:  # the next heartbeat says it again
            _log.warning('discovery: %s', error)
        return self.discovery.silent(now)

    def seconds_left(self) -> float:
        """Return the time until ``send_due`` is to be called [s]."""
        return self.discovery.next_deadline() - time.monotonic()

    def close(self) -> None:
        """Say goodbye and close."""
        self.discovery.leave()
        self.send_due()
        self._socket.close()

    def _join(self, address: str) -> None:
        interface = socket.inet_aton(address)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        self._socket.bind(('', self._port))
        membership = socket.inet_aton(GROUP) + interface
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        self._socket.setblocking(False)
