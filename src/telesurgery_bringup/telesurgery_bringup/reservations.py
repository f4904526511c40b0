"""Numbers that only one program of this machine uses at a time: ROS domains, ports, displays.

A number is held by an abstract Unix socket of its name: the kernel gives a name to one process
only and takes it back when that process ends, however it ends. No file is left behind.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from types import TracebackType

from telesurgery_bringup.errors import ReservationError

TEST_DOMAINS = range(40, 101)
"""Domains for tests: below 102, so that DDS's ports stay clear of Linux's ephemeral ports."""

GAZEBO_PORTS = range(11400, 11900)
"""Ports for Gazebo's master; its own default, 11345, is left to whoever runs one by hand."""

UDP_PORTS = range(5600, 6000)
"""Ports for the gateways: no well-known service is there, nor DDS (from 7400)."""

_newest_domain = TEST_DOMAINS[-1]


class Reservations:
    """The numbers that one test, or one session, holds; ``close`` gives them back."""

    def __init__(self) -> None:
        self._held: list[socket.socket] = []

    def take(self, what: str, numbers: Iterable[int]) -> int:
        """Return the first of ``numbers`` that nobody holds under the name ``what``.

        Raises ReservationError when all are taken.
        """
        candidates = list(numbers)
        for number in candidates:
            holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                holder.bind(f'\0telesurgery/{what}/{number}')
            except OSError:
                holder.close()
                continue
            self._held.append(holder)
            return number
        raise ReservationError(
            f'every {what} from {candidates[0]} to {candidates[-1]} is in use; allowed: one that '
            'no other run holds; end other runs of this program'
        )

    def domain(self) -> int:
        """Return a ROS domain that no other run on this machine uses.

        One after the other, round and round: whoever came before in a domain may not have heard
        yet that its peers have left.
        """
        global _newest_domain  # noqa: PLW0603, of the process, whoever took it
        newest = TEST_DOMAINS.index(_newest_domain)
        next_ones = [*TEST_DOMAINS[newest + 1 :], *TEST_DOMAINS[: newest + 1]]
        _newest_domain = self.take('domain', next_ones)
        return _newest_domain

    def gazebo_port(self) -> int:
        """Return a TCP port for Gazebo's master that is free now."""
        return self.take('gazebo-port', _free(GAZEBO_PORTS, socket.SOCK_STREAM))

    def udp_port(self) -> int:
        """Return a UDP port that is free now."""
        return self.take('udp-port', _free(UDP_PORTS, socket.SOCK_DGRAM))

    def partition(self) -> str:
        """Return a name for Gazebo's transport partition that no other process uses."""
        return f'telesurgery_{os.getpid()}_{self.take(f"partition-{os.getpid()}", range(100_000))}'

    def close(self) -> None:
        """Give every number back."""
        for holder in self._held:
            holder.close()
        self._held.clear()

    def __enter__(self) -> Reservations:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _free(ports: Iterable[int], kind: socket.SocketKind) -> list[int]:
    """Return the ports on which nothing of this machine listens."""
    return [port for port in ports if _can_bind(port, kind)]


def _can_bind(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:  # a closed connection's last minute does not count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True
