"""How two gateways agree on keys: the three messages, their proofs, and what follows from them.

    KNOCK   side u8 | session u64 | proof                       either side, while it is alone
    HELLO   session u64 | peer's session u64 | attempt u64 | ephemeral 32s | proof     surgeon
    REPLY   session u64 | digest of the hello 32s | ephemeral 32s | proof              patient

Both sides contribute a fresh X25519 key that is forgotten at once, so that who learns a long-lived
key later can read nothing of what was recorded (forward secrecy). Every message proves its sender
(``credentials.py``). A hello names the session that knocked: recorded against another process it
means nothing. Keys are derived by HKDF-SHA-256 from the shared secret and the pre-shared key,
bound to a digest of both messages. SIGMA and Noise NNpsk0 are the models.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telesurgery_link import datagrams
from telesurgery_link.channels import Side
from telesurgery_link.credentials import Credential
from telesurgery_link.datagrams import VERSION, Datagram, Kind
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.keys import KEY_BYTES

_PROLOGUE = f'telesurgery link {VERSION} X25519 HKDF-SHA-256 AES-256-GCM'.encode()
_SIDES = {1: Side.SURGEON, 2: Side.PATIENT}
_SIDE_NUMBERS = {side: number for number, side in _SIDES.items()}
_KNOCK = struct.Struct('!BQ')
_HELLO = struct.Struct('!QQQ32s')
_REPLY = struct.Struct('!Q32s32s')


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody who holds the keys is there, and is not connected."""

    side: Side
    session: int


@dataclass(frozen=True, slots=True)
class Hello:
    """The surgeon's side asks for keys."""

    session: int
    peer_session: int
    attempt: int
    """Counts the hellos of the session from 1."""
    ephemeral: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """The patient's side gives its part."""

    session: int
    hello_digest: bytes
    ephemeral: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A message and its proof, before the proof is judged."""

    message: Knock | Hello | Reply
    sender: Side
    said: bytes
    """Everything of the message but the proof."""
    proof: bytes


@dataclass(frozen=True, slots=True, repr=False)
class SessionKeys:
    """What an exchange gives: a key and its name for each direction."""

    key_of: dict[Side, bytes]
    """The key that a side seals with."""
    id_of: dict[Side, int]


def read(datagram: Datagram, credential: Credential) -> Claim:
    """Return what a datagram of the exchange claims; RefusedFrameError when it is malformed."""
    fields, sender_of = _FORMS[datagram.kind]
    if len(datagram.body) != fields.size + credential.proof_bytes:
        raise RefusedFrameError(Refusal.FORGED)
    said, proof = datagram.body[: fields.size], datagram.body[fields.size :]
    values = fields.unpack(said)
    if datagram.kind is Kind.KNOCK:
        side = _SIDES.get(values[0])
        if side is None:
            raise RefusedFrameError(Refusal.MALFORMED)
        return Claim(Knock(side, values[1]), side, said, proof)
    assert sender_of is not None
    message = Hello(*values) if datagram.kind is Kind.HELLO else Reply(*values)
    return Claim(message, sender_of, said, proof)


def knock(side: Side, session: int, credential: Credential) -> bytes:
    """Return the datagram of a knock."""
    return _proved(Kind.KNOCK, side, _KNOCK.pack(_SIDE_NUMBERS[side], session), credential)


def hello(message: Hello, credential: Credential) -> bytes:
    """Return the datagram of a hello."""
    said = _HELLO.pack(message.session, message.peer_session, message.attempt, message.ephemeral)
    return _proved(Kind.HELLO, Side.SURGEON, said, credential)


def reply(message: Reply, credential: Credential) -> bytes:
    """Return the datagram of a reply."""
    return _proved(Kind.REPLY, Side.PATIENT, said_of_reply(message), credential)


def said_of_reply(message: Reply) -> bytes:
    """Return everything of a reply but its proof."""
    return _REPLY.pack(message.session, message.hello_digest, message.ephemeral)


def passes_gate(claim: Claim, credential: Credential) -> bool:
    """Return whether a claim deserves the work of ``is_proved``."""
    transcript = _transcript(_kind_of(claim.message), claim.said, credential)
    return credential.passes_gate(claim.sender, transcript, claim.proof)


def is_proved(claim: Claim, credential: Credential) -> bool:
    """Return whether a claim that passes the gate comes from who it says."""
    transcript = _transcript(_kind_of(claim.message), claim.said, credential)
    return credential.verify(claim.sender, transcript, claim.proof)


def hello_digest(body: bytes) -> bytes:
    """Return the digest by which a reply names the hello of this body, proof included."""
    return hashlib.sha256(_PROLOGUE + b'|hello|' + body).digest()


def session_keys(
    own: X25519PrivateKey,
    peer_ephemeral: bytes,
    digest: bytes,
    reply_said: bytes,
    credential: Credential,
) -> SessionKeys:
    """Return the keys of an exchange; RefusedFrameError for an ephemeral key that is no key."""
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(peer_ephemeral))
    except ValueError:
        raise RefusedFrameError(Refusal.FORGED) from None
    bound = hashlib.sha256(_PROLOGUE + credential.context + digest + reply_said).digest()
    material = HKDF(
        algorithm=SHA256(), length=2 * KEY_BYTES + 8, salt=bound, info=b'telesurgery session keys'
    ).derive(shared + credential.secret)
    surgeon, patient, ids = material[:32], material[32:64], material[64:]
    return SessionKeys(
        {Side.SURGEON: surgeon, Side.PATIENT: patient},
        {
            Side.SURGEON: int.from_bytes(ids[:4], 'big'),
            Side.PATIENT: int.from_bytes(ids[4:], 'big'),
        },
    )


def _proved(kind: Kind, side: Side, said: bytes, credential: Credential) -> bytes:
    proof = credential.prove(side, _transcript(kind, said, credential))
    return datagrams.compose(kind, said + proof)


def _transcript(kind: Kind, said: bytes, credential: Credential) -> bytes:
    return b'|'.join((_PROLOGUE, credential.context, kind.name.encode(), said))


def _kind_of(message: Knock | Hello | Reply) -> Kind:
    return {Knock: Kind.KNOCK, Hello: Kind.HELLO, Reply: Kind.REPLY}[type(message)]


_FORMS: dict[Kind, tuple[struct.Struct, Side | None]] = {
    Kind.KNOCK: (_KNOCK, None),
    Kind.HELLO: (_HELLO, Side.SURGEON),
    Kind.REPLY: (_REPLY, Side.PATIENT),
}
