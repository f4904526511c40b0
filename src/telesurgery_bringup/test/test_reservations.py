"""A number is held by one program of the machine at a time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from telesurgery_bringup.errors import ReservationError
from telesurgery_bringup.reservations import GAZEBO_PORTS, TEST_DOMAINS, UDP_PORTS, Reservations


def test_nobody_gets_what_another_holds() -> None:
    with Reservations() as one, Reservations() as other:
        assert len({one.domain(), one.domain(), other.domain()}) == 3
        assert one.udp_port() != other.udp_port()
        assert one.gazebo_port() != other.gazebo_port()
        assert one.partition() != other.partition()


def test_a_domain_that_was_given_back_rests_whatever_others_hold() -> None:
    given = []
    with Reservations() as others:
        held = [others.domain() for _ in range(10)]
        for _ in range(2 * len(TEST_DOMAINS) // 10):
            with Reservations() as one:
                given.append(one.domain())
    assert len(set(given)) == len(given)
    assert not set(given) & set(held)


def test_what_is_given_back_is_free_again() -> None:
    name = f'test-{os.getpid()}'
    with Reservations() as one:
        assert one.take(name, [7]) == 7
    with Reservations() as other:
        assert other.take(name, [7]) == 7


def test_a_process_that_ends_gives_back_what_it_held() -> None:
    name = f'test-dead-{os.getpid()}'
    script = (
        'import os, signal; from telesurgery_bringup.reservations import Reservations;'
        f'Reservations().take({name!r}, [7]); os.kill(os.getpid(), signal.SIGKILL)'
    )
    env = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, '-c', script], env=env, check=False).returncode == -9
    with Reservations() as one:
        assert one.take(name, [7]) == 7


def test_when_all_are_taken_it_is_said() -> None:
    name = f'test-full-{os.getpid()}'
    with Reservations() as one, Reservations() as other:
        one.take(name, [7])
        with pytest.raises(ReservationError, match=f'every {name} from 7 to 7 is in use'):
            other.take(name, [7])


def test_a_port_on_which_somebody_listens_is_not_given() -> None:
    with Reservations() as one:
        port = one.udp_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as busy:
        busy.bind(('127.0.0.1', port))
        with Reservations() as other:
            assert other.udp_port() != port


def test_the_ranges_are_clear_of_one_another() -> None:
    dds = range(7400, 7400 + 250 * (max(TEST_DOMAINS) + 1))
    ephemeral = range(32768, 61000)
    for port in (*GAZEBO_PORTS, *UDP_PORTS):
        assert port not in ephemeral
    assert max(dds) < min(ephemeral)
    assert not set(UDP_PORTS) & set(dds)
