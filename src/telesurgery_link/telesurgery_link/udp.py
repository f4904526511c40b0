"""The only sockets of the link, one a path, and the thread that keeps its times.

The thread sleeps until a datagram arrives or the session's next deadline, when the impairment
releases a frame. How punctual that is, ``bench/link.py`` measures.
"""

from __future__ import annotations

import ctypes
import ipaddress
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence

from telesurgery_link.alarm import Alarm
from telesurgery_link.errors import PortError, Refusal
from telesurgery_link.frames import PAYLOAD_LIMIT
from telesurgery_link.receiving import Delivery
from telesurgery_link.report import LinkReport
from telesurgery_link.session import Session

RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024
"""Room for the fragments of several pictures at once; the system may grant less."""

BATCH = 8
"""Most datagrams taken before others get their turn: about 0.2 ms of work."""

PORTION = 8
"""Most fragments put on their way before others get their turn: about 0.2 ms of work."""

CLOCK_READINGS = 16
"""How often both clocks are read to tell their difference."""

LARGEST_DATAGRAM = 65_535
_PR_SET_TIMERSLACK = 29
_TIMER_SLACK_NS = 1_000


class SteadyClock:
    """Wall-clock time [ns] as it was at the start, carried on by the monotonic clock.

    It agrees with the stamps of other processes and never jumps, whatever is done to the wall
    clock while it runs.
    """

    def __init__(self) -> None:
        self._offset_ns = _wall_less_monotonic_ns()

    def now_ns(self) -> int:
        """Return the time [ns]."""
        return self._offset_ns + time.monotonic_ns()

    def step_ns(self) -> int:
        """Return by how much the wall clock was set since the start [ns]."""
        return _wall_less_monotonic_ns() - self._offset_ns


class UdpSocket:
    """A bound UDP socket that talks with one peer.

    Attributes:
        strangers: number of datagrams refused because they came from another address.
        unsent: number of datagrams that the system did not take.
        last_error: why the last of these was not taken; empty: never happened.
    """

    def __init__(self, bind_host: str, port: int, peer_host: str, peer_port: int) -> None:
        """Bind; PortError when an address is not known, or the port is in use."""
        self.strangers = 0
        self.unsent = 0
        self.last_error = ''
        family, self._peer = _resolve('peer_host', peer_host, peer_port)
        _, own = _resolve('bind_host', bind_host, port, family)
        if is_loopback(own[0]) != is_loopback(self._peer[0]):
            raise PortError(
                f'bind_host is {bind_host!r} and peer_host {peer_host!r}; allowed: both on this '
                'machine or neither; set bind_host to 0.0.0.0 for a peer on another machine'
            )
        self.peer_is_local = is_loopback(self._peer[0])
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, RECEIVE_BUFFER_BYTES)
        try:
            self._socket.bind(own)
        except OSError as error:
            self._socket.close()
            raise PortError(
                f'UDP port {port} of {bind_host} cannot be used ({error.strerror}); allowed: a '
                'free port of this machine; end the program that uses it or set another port'
            ) from None

    def send(self, datagram: bytes) -> None:
        """Send to the peer. What the system does not take is lost, as on any network."""
        try:
            self._socket.sendto(datagram, self._peer)
        except OSError as error:
            self.unsent += 1
            self.last_error = error.strerror or type(error).__name__

    def receive(self) -> bytes | None:
        """Return the next datagram of the peer, or None when there is none now."""
        while True:
            try:
                datagram, sender = self._socket.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return None
            except OSError as error:  # an ICMP error of an earlier datagram
                self.last_error = error.strerror or type(error).__name__
                return None
            if sender[:2] == self._peer[:2]:
                return datagram
            self.strangers += 1

    def fileno(self) -> int:
        """Return what the system knows the socket by."""
        return self._socket.fileno()

    def close(self) -> None:
        """Free the port."""
        self._socket.close()


class UdpLink:
    """Runs a session over its sockets: the one thread that sends, receives and delivers.

    ``send`` and ``session`` may be used from any thread, the latter under ``lock``.

    Attributes:
        session: the protocol's state.
        lock: held by whoever uses ``session``.
        thread: the thread.
    """

    def __init__(
        self,
        session: Session,
        sockets: Sequence[UdpSocket],
        clock: SteadyClock,
        deliver: Callable[[Delivery], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Prepare the thread. ``sockets`` are those of the session's paths, in their order.

        ``deliver`` is called in it for every message that has come; ``failed`` once, should the
        thread end by an exception.
        """
        self.session = session
        self.lock = threading.Lock()
        self._sockets = tuple(sockets)
        self._alarm = Alarm(self._sockets)
        self._clock = clock
        self._deliver = deliver
        self._failed = failed
        self._waits_until_ns = 0
        self._stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name='link', daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self.thread.start()

    def send(self, channel: int, payload: bytes) -> None:
        """Send a message.

        What is due at once leaves at once, in the caller's thread; a large message leaves from the
        link's thread, in portions between which others get their turn.
        """
        now_ns = self._clock.now_ns()
        with self.lock:
            if len(payload) > PORTION * PAYLOAD_LIMIT:
                self.session.queue(channel, payload, now_ns)
            else:
                self.session.send(channel, payload, now_ns)
                self._flush(now_ns)
            too_late = self._next_deadline_ns() < self._waits_until_ns
        if too_late:
            self._alarm.wake()

    def now_ns(self) -> int:
        """Return the time [ns] by the clock that the session is run with."""
        return self._clock.now_ns()

    def clock_step_ns(self) -> int:
        """Return by how much this machine's wall clock was set since the start [ns]."""
        return self._clock.step_ns()

    def report(self) -> LinkReport:
        """Return what is known of the link now."""
        with self.lock:
            return self.session.report(self._clock.now_ns())

    def refused(self) -> dict[Refusal, int]:
        """Return how many datagrams were refused, by reason."""
        strangers = sum(port.strangers for port in self._sockets)
        with self.lock:
            return {**self.session.refused, Refusal.STRANGER: strangers}

    @property
    def unsent(self) -> int:
        """Number of datagrams that the system did not take."""
        return sum(port.unsent for port in self._sockets)

    @property
    def last_error(self) -> str:
        """Why one of these was not taken; empty: never happened."""
        return next((port.last_error for port in self._sockets if port.last_error), '')

    def stop(self) -> None:
        """End the thread and free the ports."""
        self._stopping.set()
        self._alarm.wake()
        if self.thread.is_alive():
            self.thread.join()
        for port in self._sockets:
            port.close()
        self._alarm.close()

    def _run(self) -> None:
        _sharpen_timers()
        try:
            while not self._stopping.is_set():
                self._step()
        except BaseException as error:
            self._failed(error)

    def _step(self) -> None:
        with self.lock:
            self._waits_until_ns = self._next_deadline_ns()
        left_ns = self._waits_until_ns - self._clock.now_ns()
        self._alarm.wait(max(0.0, left_ns / 1e9))
        # Awake: whatever is due before the next wait is seen to without another waking.
        self._waits_until_ns = 0
        with self.lock:
            self._receive()
            now_ns = self._clock.now_ns()
            self.session.send_queued(now_ns, PORTION)
            self._flush(now_ns)
            deliveries = self.session.deliveries()
        for delivery in deliveries:
            self._deliver(delivery)

    def _next_deadline_ns(self) -> int:
        return 0 if self.session.queued else self.session.next_deadline_ns()

    def _receive(self) -> None:
        for path, port in enumerate(self._sockets):
            for _ in range(BATCH):
                datagram = port.receive()
                if datagram is None:
                    break
                self.session.receive_datagram(datagram, self._clock.now_ns(), path)

    def _flush(self, now_ns: int) -> None:
        for path, datagram in self.session.datagrams_to_send(now_ns):
            self._sockets[path].send(datagram)


def _wall_less_monotonic_ns() -> int:
    """Return the difference of the two clocks, from the pair that was read closest together.

    On a busy machine a process may be put off for milliseconds between two readings.
    """
    pairs = []
    for _ in range(CLOCK_READINGS):
        before_ns, wall_ns, after_ns = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        pairs.append((after_ns - before_ns, wall_ns - (before_ns + after_ns) // 2))
    return min(pairs)[1]


def is_loopback(address: str) -> bool:
    """Return whether a numeric address leads to this machine only."""
    return ipaddress.ip_address(address.split('%', maxsplit=1)[0]).is_loopback


def _resolve(
    what: str, host: str, port: int, family: int = socket.AF_UNSPEC
) -> tuple[int, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, 'strerror', None) or 'no valid name'
        raise PortError(
            f'{what} is {host!r} ({reason}); allowed: a name or address that this machine can '
            'resolve; correct it'
        ) from None
    # IPv4 first: it is what a firewall between two hospitals will have been opened for.
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return int(found[0][0]), found[0][4]  # type: ignore[return-value]


def _sharpen_timers() -> None:
    """Let this thread be woken within 1 us of a time-out, instead of Linux's default of 50 us."""
    if sys.platform == 'linux':
        ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, _TIMER_SLACK_NS, 0, 0, 0)
