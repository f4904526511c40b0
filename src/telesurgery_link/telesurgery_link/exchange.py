"""Who says what when two gateways agree on keys: the surgeon's side asks, the patient's answers.

Nothing is ever sent in answer to a datagram that does not prove itself. A gateway that is alone
knocks at its peer's address by its own clock, so that both sides learn of one another, and of
other versions and keys, whichever starts first.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from telesurgery_link import datagrams, handshake
from telesurgery_link.channels import Side
from telesurgery_link.credentials import Credential
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.handshake import Claim, Hello, Knock, Reply
from telesurgery_link.key_ring import Generation, KeyRing
from telesurgery_link.keys import KEY_BYTES, Randomness

PERIOD_NS = 250_000_000
"""Time between two knocks or two hellos."""

MOST_CALLERS = 4
"""Newest knocks that are answered: recorded ones must not hide the true one."""

MOST_ATTEMPTS = 32
"""Most hellos that may still be replied to."""

MOST_SESSIONS = 4096
"""How many sessions of the peer a gateway remembers the hellos of."""

MOST_PROOFS = 20
"""Most full proofs judged within a second; only who passes the gate gets so far."""

_SECOND_NS = 1_000_000_000


class Exchange(Protocol):
    """One side's part."""

    def take(self, claim: Claim, body: bytes, is_alone: bool, now_ns: int) -> None:
        """Take a message; RefusedFrameError when it is not one to act on."""
        ...

    def datagrams_to_send(self, is_alone: bool, now_ns: int) -> list[bytes]:
        """Return what is to be said now; ``is_alone``: nothing has been heard for a while."""
        ...

    def next_deadline_ns(self, is_alone: bool) -> int | None:
        """Return when to ask again [ns], or None."""
        ...


class Judge:
    """Believes what is proved, and spends no more than so much work on what is not."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._judged: deque[int] = deque(maxlen=MOST_PROOFS)

    def pass_gate(self, claim: Claim) -> None:
        """Refuse what is not worth the work of ``judge``."""
        if not handshake.passes_gate(claim, self._credential):
            raise RefusedFrameError(Refusal.FORGED)

    def judge(self, claim: Claim, now_ns: int) -> None:
        """Refuse what does not prove itself."""
        if len(self._judged) == MOST_PROOFS and now_ns - self._judged[0] < _SECOND_NS:
            raise RefusedFrameError(Refusal.BUSY)
        self._judged.append(now_ns)
        if not handshake.is_proved(claim, self._credential):
            raise RefusedFrameError(Refusal.FORGED)


class Asking:
    """The surgeon's part: it greets who knocks, and renews the keys in time."""

    def __init__(
        self,
        session: int,
        credential: Credential,
        ring: KeyRing,
        randomness: Randomness,
        rekey_ns: int,
        rekey_count: int,
        now_ns: int,
    ) -> None:
        self._session = session
        self._credential = credential
        self._ring = ring
        self._randomness = randomness
        self._rekey_ns = rekey_ns
        self._rekey_count = rekey_count
        self._judge = Judge(credential)
        self._callers: OrderedDict[int, None] = OrderedDict()
        self._attempts: OrderedDict[bytes, tuple[X25519PrivateKey, int]] = OrderedDict()
        self._hellos = 0
        self._next_ns = now_ns

    def take(self, claim: Claim, body: bytes, is_alone: bool, now_ns: int) -> None:
        """Take a knock or a reply."""
        self._judge.pass_gate(claim)
        match claim.message:
            case Knock(_, session):
                if session == self._session:
                    raise RefusedFrameError(Refusal.REFLECTED)
                if claim.sender is Side.SURGEON:
                    raise RefusedFrameError(Refusal.SAME_SIDE)
                if not is_alone:
                    raise RefusedFrameError(Refusal.STALE)
                if session not in self._callers:  # else it has proved itself before
                    self._judge.judge(claim, now_ns)
                self._hear_caller(session)
            case Reply() as reply:
                self._take_reply(claim, reply, now_ns)
            case Hello(session):
                own = session == self._session
                raise RefusedFrameError(Refusal.REFLECTED if own else Refusal.SAME_SIDE)

    def datagrams_to_send(self, is_alone: bool, now_ns: int) -> list[bytes]:
        """Return hellos while keys are wanted, knocks while nobody is there."""
        if not is_alone:
            self._callers.clear()  # they were heard in a silence that is over
        if now_ns < self._next_ns:
            return []
        due = [self._hello(caller) for caller in self._wanted(now_ns)]
        if not due and is_alone:
            due = [handshake.knock(Side.SURGEON, self._session, self._credential)]
        if due:
            self._next_ns = now_ns + PERIOD_NS
        return due

    def next_deadline_ns(self, is_alone: bool) -> int | None:
        """Return when the next knock, hello or renewal is due."""
        current = self._ring.current
        if is_alone or self._callers or current is None:
            return self._next_ns
        return max(self._next_ns, current.born_ns + self._rekey_ns)

    def _hear_caller(self, session: int) -> None:
        self._callers[session] = None
        self._callers.move_to_end(session)
        if len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)

    def _wanted(self, now_ns: int) -> list[int]:
        """Return the peer's sessions that keys are to be agreed on with."""
        current = self._ring.current
        if current is not None and not self._callers:
            due = now_ns >= current.born_ns + self._rekey_ns
            return (
                [current.peer_session] if due or current.sealer.sealed >= self._rekey_count else []
            )
        return list(self._callers)

    def _hello(self, peer_session: int) -> bytes:
        self._hellos += 1
        own = X25519PrivateKey.from_private_bytes(self._randomness(KEY_BYTES))
        public = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = Hello(self._session, peer_session, self._hellos, public)
        datagram = handshake.hello(message, self._credential)
        digest = handshake.hello_digest(datagrams.parse(datagram).body)
        self._attempts[digest] = (own, peer_session)
        if len(self._attempts) > MOST_ATTEMPTS:
            self._attempts.popitem(last=False)
        return datagram

    def _take_reply(self, claim: Claim, reply: Reply, now_ns: int) -> None:
        own, peer_session = self._attempts.get(reply.hello_digest, (None, 0))
        if own is None or reply.session != peer_session:
            raise RefusedFrameError(Refusal.STALE)
        self._judge.judge(claim, now_ns)
        keys = handshake.session_keys(
            own, reply.ephemeral, reply.hello_digest, claim.said, self._credential
        )
        self._ring.adopt(Generation.of(keys, Side.SURGEON, peer_session, now_ns))
        self._attempts.clear()
        self._callers.clear()


class Answering:
    """The patient's part: it knocks while it is alone, and replies to hellos."""

    def __init__(
        self,
        session: int,
        credential: Credential,
        ring: KeyRing,
        randomness: Randomness,
        now_ns: int,
    ) -> None:
        self._session = session
        self._credential = credential
        self._ring = ring
        self._randomness = randomness
        self._judge = Judge(credential)
        self._heard: OrderedDict[int, int] = OrderedDict()
        self._replies: list[bytes] = []
        self._next_ns = now_ns

    def take(self, claim: Claim, body: bytes, is_alone: bool, now_ns: int) -> None:
        """Take a hello; knocks of the other side only show that it is there."""
        self._judge.pass_gate(claim)
        match claim.message:
            case Knock(_, session):
                if session == self._session:
                    raise RefusedFrameError(Refusal.REFLECTED)
                if claim.sender is Side.PATIENT:
                    raise RefusedFrameError(Refusal.SAME_SIDE)
                if not is_alone:
                    raise RefusedFrameError(Refusal.STALE)
            case Hello() as hello:
                self._take_hello(claim, hello, body, now_ns)
            case Reply(session):
                own = session == self._session
                raise RefusedFrameError(Refusal.REFLECTED if own else Refusal.SAME_SIDE)

    def datagrams_to_send(self, is_alone: bool, now_ns: int) -> list[bytes]:
        """Return replies, and a knock while nobody is there."""
        due, self._replies = self._replies, []
        if is_alone and now_ns >= self._next_ns:
            due.append(handshake.knock(Side.PATIENT, self._session, self._credential))
            self._next_ns = now_ns + PERIOD_NS
        return due

    def next_deadline_ns(self, is_alone: bool) -> int | None:
        """Return when the next knock is due, or at once for replies."""
        if self._replies:
            return 0
        return self._next_ns if is_alone else None

    def _take_hello(self, claim: Claim, hello: Hello, body: bytes, now_ns: int) -> None:
        repeated = hello.attempt <= self._heard.get(hello.session, 0)
        if repeated or hello.peer_session != self._session:
            raise RefusedFrameError(Refusal.STALE)
        self._judge.judge(claim, now_ns)
        self._heard[hello.session] = hello.attempt
        self._heard.move_to_end(hello.session)
        if len(self._heard) > MOST_SESSIONS:
            self._heard.popitem(last=False)
        self._reply(hello, handshake.hello_digest(body), now_ns)

    def _reply(self, hello: Hello, hello_digest: bytes, now_ns: int) -> None:
        own = X25519PrivateKey.from_private_bytes(self._randomness(KEY_BYTES))
        public = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = Reply(self._session, hello_digest, public)
        keys = handshake.session_keys(
            own, hello.ephemeral, hello_digest, handshake.said_of_reply(message), self._credential
        )
        self._ring.offer(Generation.of(keys, Side.PATIENT, hello.session, now_ns))
        self._replies.append(handshake.reply(message, self._credential))
