"""Who publishes what in gz-transport: the discovery protocol, without a socket.

Every process multicasts what it advertises and what it seeks, and a heartbeat each second; who is
silent for three seconds is gone. A datagram is two little-endian bytes of length and a
``Discovery`` message of wire version 10 (gz-transport 8 to 15). Announcements get lost, so both
are repeated with every heartbeat.

A subscriber registers with the publisher, which sends (and a camera renders) nothing before. With
gz-transport 8, Gazebo 11's, it does so at the publisher's control socket; gz-transport 13 has
none, and the subscriber multicasts NEW_CONNECTION, with the publisher's process in the field of
the control socket.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Any

from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.transport import messages
from telesurgery_gazebo.transport.messages import DiscoveryType, Scope

WIRE_VERSION = 10
HEARTBEAT_S = 1.0
SILENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Publication:
    """Something advertised: a topic, or a service when ``response_type`` is set."""

    topic: str
    address: str
    """Of the ZeroMQ socket that publishes, or that takes requests."""
    process: str
    node: str
    control: str = ''
    """Of the socket at which subscribers register (topics); in a registration by multicast, the
    process of the publisher."""
    message_type: str = ''
    socket_id: str = ''
    """Identity of the socket that takes requests (services)."""
    request_type: str = ''
    response_type: str = ''

    @property
    def has_control_socket(self) -> bool:
        """Whether subscribers register at ``control``, and not by multicast."""
        return self.control.startswith('tcp://')


@dataclass(frozen=True, slots=True)
class Found:
    """A sought topic or service is advertised by somebody; told once per publication."""

    publication: Publication


@dataclass(frozen=True, slots=True)
class Gone:
    """A process, or (with ``topic``) one of its publications, is no more."""

    process: str
    topic: str = ''


@dataclass(frozen=True, slots=True)
class Joined:
    """A remote node subscribes to a topic of this process; told again and again."""

    topic: str
    process: str
    node: str


@dataclass(frozen=True, slots=True)
class Left:
    """A remote node subscribes to a topic of this process no more."""

    topic: str
    process: str
    node: str


Event = Found | Gone | Joined | Left


class Discovery:
    """One process's view of who publishes what. Times are seconds of any steady clock."""

    def __init__(self, process: str) -> None:
        self.process = process
        self._advertised: dict[str, Publication] = {}
        self._sought: set[str] = set()
        self._found: dict[tuple[str, str, str], Publication] = {}
        self._registered: dict[tuple[str, str, str], Publication] = {}
        self._heard: dict[str, float] = {}
        self._outgoing: list[bytes] = []
        self._next_heartbeat = -float('inf')

    def advertise(self, publication: Publication) -> None:
        """Announce a publication of this process, now and with every heartbeat."""
        self._advertised[publication.topic] = publication
        self._outgoing.append(encode(self.process, DiscoveryType.ADVERTISE, publication))

    def seek(self, topic: str) -> None:
        """Ask who advertises ``topic``, now and with every heartbeat until somebody does."""
        self._sought.add(topic)
        self._outgoing.append(encode(self.process, DiscoveryType.SUBSCRIBE, topic))

    def forget(self, topic: str) -> None:
        """Seek ``topic`` no more, and tell the publishers at which this process is registered."""
        self._sought.discard(topic)
        self._found = {key: item for key, item in self._found.items() if item.topic != topic}
        for key in [key for key in self._registered if key[0] == topic]:
            subscription = self._registered.pop(key)
            self._outgoing.append(encode(self.process, DiscoveryType.END_CONNECTION, subscription))

    def register(self, publication: Publication, node: str) -> None:
        """Tell a publisher that ``node`` subscribes, now and with every heartbeat."""
        subscription = replace(
            publication, process=self.process, node=node, control=publication.process
        )
        self._registered[_key(publication)] = subscription
        self._outgoing.append(encode(self.process, DiscoveryType.NEW_CONNECTION, subscription))

    def leave(self) -> None:
        """Tell everybody that this process is gone."""
        for topic in {topic for topic, _, _ in self._registered}:
            self.forget(topic)  # for a publisher keeps the subscribers of a process that says BYE
        self._outgoing.append(encode(self.process, DiscoveryType.BYE))

    def receive(self, datagram: bytes, now: float) -> list[Event]:
        """Take a datagram and return what it changed; WireError when it is no datagram."""
        message = decode(datagram)
        if message.version != WIRE_VERSION or message.process_uuid in ('', self.process):
            return []
        self._heard[message.process_uuid] = now
        if message.type == DiscoveryType.ADVERTISE:
            return self._note(publication_of(message.pub))
        if message.type == DiscoveryType.SUBSCRIBE and message.sub.topic in self._advertised:
            publication = self._advertised[message.sub.topic]
            self._outgoing.append(encode(self.process, DiscoveryType.ADVERTISE, publication))
        if message.type in (DiscoveryType.NEW_CONNECTION, DiscoveryType.END_CONNECTION):
            return self._subscribed(message)
        if message.type == DiscoveryType.UNADVERTISE:
            return self._lose(message.process_uuid, message.pub.topic)
        if message.type == DiscoveryType.BYE:
            return self._lose(message.process_uuid)
        return []

    def datagrams_to_send(self, now: float) -> list[bytes]:
        """Return what is to be multicast now."""
        if now >= self._next_heartbeat:
            self._next_heartbeat = now + HEARTBEAT_S
            self._outgoing.append(encode(self.process, DiscoveryType.HEARTBEAT))
            self._outgoing += [
                encode(self.process, DiscoveryType.ADVERTISE, publication)
                for publication in self._advertised.values()
            ]
            self._outgoing += [
                encode(self.process, DiscoveryType.NEW_CONNECTION, subscription)
                for subscription in self._registered.values()
            ]
            known = {publication.topic for publication in self._found.values()}
            self._outgoing += [
                encode(self.process, DiscoveryType.SUBSCRIBE, topic)
                for topic in sorted(self._sought - known)
            ]
        outgoing, self._outgoing = self._outgoing, []
        return outgoing

    def silent(self, now: float) -> list[Event]:
        """Return the processes that have been silent for too long, and forget them."""
        late = [process for process, heard in self._heard.items() if now - heard > SILENCE_S]
        return [event for process in late for event in self._lose(process)]

    def next_deadline(self) -> float:
        """Return when ``datagrams_to_send`` and ``silent`` are to be called next [s]."""
        return -float('inf') if self._outgoing else self._next_heartbeat

    def _note(self, publication: Publication) -> list[Event]:
        key = _key(publication)
        if publication.topic not in self._sought or self._found.get(key) == publication:
            return []
        self._found[key] = publication
        return [Found(publication)]

    def _subscribed(self, message: Any) -> list[Event]:
        """Take somebody's registration; those with other publishers are not ours to note."""
        subscription = publication_of(message.pub)
        if subscription.topic not in self._advertised or subscription.control != self.process:
            return []
        kind = Joined if message.type == DiscoveryType.NEW_CONNECTION else Left
        return [kind(subscription.topic, subscription.process, subscription.node)]

    def _lose(self, process: str, topic: str = '') -> list[Event]:
        lost = [key for key in self._found if key[1] == process and topic in ('', key[0])]
        for key in lost:
            del self._found[key]
            self._registered.pop(key, None)
        if topic == '':
            self._heard.pop(process, None)
            return [Gone(process)]
        return [Gone(process, topic)] if lost else []


def _key(publication: Publication) -> tuple[str, str, str]:
    return publication.topic, publication.process, publication.node


def encode(process: str, kind: DiscoveryType, content: Publication | str | None = None) -> bytes:
    """Return the datagram of ``process`` that tells of a publication or seeks a topic."""
    message = messages.Discovery(version=WIRE_VERSION, process_uuid=process, type=kind)
    if isinstance(content, Publication):
        _fill(message.pub, content)
    elif content is not None:
        message.sub.topic = content
    body = message.SerializeToString()
    datagram: bytes = struct.pack('<H', len(body)) + body
    return datagram


def decode(datagram: bytes) -> Any:
    """Return the ``Discovery`` message of a datagram; WireError when it is none."""
    if len(datagram) < 2 or struct.unpack_from('<H', datagram)[0] != len(datagram) - 2:
        raise WireError(
            f'a discovery datagram of {len(datagram)} bytes does not say its own length; '
            'allowed: gz-transport 8 or newer; check who else multicasts there'
        )
    return parse(messages.Discovery, datagram[2:])


def publication_of(message: Any) -> Publication:
    """Return what a ``Publisher`` message says."""
    return Publication(
        topic=message.topic,
        address=message.address,
        process=message.process_uuid,
        node=message.node_uuid,
        control=message.msg_pub.ctrl,
        message_type=message.msg_pub.msg_type,
        socket_id=message.srv_pub.socket_id,
        request_type=message.srv_pub.request_type,
        response_type=message.srv_pub.response_type,
    )


def _fill(message: Any, publication: Publication) -> None:
    message.topic = publication.topic
    message.address = publication.address
    message.process_uuid = publication.process
    message.node_uuid = publication.node
    message.scope = Scope.ALL
    if publication.response_type:
        message.srv_pub.socket_id = publication.socket_id
        message.srv_pub.request_type = publication.request_type
        message.srv_pub.response_type = publication.response_type
    else:
        message.msg_pub.ctrl = publication.control
        message.msg_pub.msg_type = publication.message_type
