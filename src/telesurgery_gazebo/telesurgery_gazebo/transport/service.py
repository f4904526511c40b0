"""Calling services of gz-transport: a socket that asks and a socket that is answered."""

from __future__ import annotations

import contextlib
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field

import zmq

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.transport.discovery import Publication
from telesurgery_gazebo.transport.endpoint import bind


@dataclass(slots=True)
class Call:
    """One request and the answer to come."""

    service: str
    request_type: str
    response_type: str
    request: bytes
    answer: Future[bytes] = field(default_factory=Future)
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent: bool = False


class ServiceCaller:
    """The calls of this process that are not answered yet. All calls come from one thread."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: str, node: str) -> None:
        self._node = node.encode()
        self._identity = uuid.uuid4().hex.encode()
        self._requests = context.socket(zmq.ROUTER)
        self._requests.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self.responses = context.socket(zmq.ROUTER)
        self.responses.setsockopt(zmq.IDENTITY, self._identity)
        self._response_address = bind(self.responses, address).encode()
        self._repliers: dict[str, Publication] = {}
        self._connected: set[str] = set()
        self._calls: dict[str, Call] = {}

    @property
    def waiting(self) -> bool:
        """Whether a call could not be sent yet, because its replier is not connected."""
        return any(not call.sent for call in self._calls.values())

    def add(self, call: Call) -> None:
        """Send a call as soon as somebody is found who answers it."""
        self._calls[call.identifier] = call

    def connect(self, publication: Publication) -> None:
        """Note who answers a service."""
        self._repliers[publication.topic] = publication
        if publication.address not in self._connected:
            self._connected.add(publication.address)
            self._requests.connect(publication.address)

    def forget(self, process: str) -> None:
        """Drop the services of a process that is gone; its calls stay unanswered."""
        self._repliers = {
            name: item for name, item in self._repliers.items() if item.process != process
        }

    def send_due(self) -> None:
        """Send the calls whose replier is known and connected; drop those given up."""
        for call in list(self._calls.values()):
            if call.answer.cancelled():
                del self._calls[call.identifier]
            elif not call.sent and call.service in self._repliers:
                with contextlib.suppress(zmq.ZMQError):  # not connected yet: tried again soon
                    self._requests.send_multipart(self._frames(call), zmq.DONTWAIT)
                    call.sent = True

    def receive(self) -> None:
        """Take one waiting answer."""
        frames = self.responses.recv_multipart()
        if len(frames) != 6:
            return
        *_, identifier, data, success = frames
        call = self._calls.pop(identifier.decode(errors='replace'), None)
        if call is None or not call.answer.set_running_or_notify_cancel():
            return
        if success == b'1':
            call.answer.set_result(data)
        else:
            call.answer.set_exception(
                SimulatorError(
                    f'service {call.service} answers that it failed; allowed: requests that the '
                    'simulator can serve; look into its log'
                )
            )

    def close(self) -> None:
        """Give up what is not answered, and close."""
        for call in self._calls.values():
            call.answer.cancel()
        self._requests.close(linger=0)
        self.responses.close(linger=0)

    def _frames(self, call: Call) -> list[bytes]:
        return [
            self._repliers[call.service].socket_id.encode(),
            call.service.encode(),
            self._response_address,
            self._identity,
            self._node,
            call.identifier.encode(),
            call.request,
            call.request_type.encode(),
            call.response_type.encode(),
        ]
