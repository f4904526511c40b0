"""How a side proves who it is, whatever kind of key it holds.

A proof is about a *transcript* (everything both sides know of the exchange so far) and the side
that gives it, so that no proof fits another exchange, another step or the other side.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Protocol

from cryptography.exceptions import InvalidSignature

from telesurgery_link.channels import Side
from telesurgery_link.keys import Identity, Keys, PreSharedKey

_GATE_BYTES = 16


class Credential(Protocol):
    """A side's means to prove itself and to know the other side.

    Attributes:
        proof_bytes: length of a proof.
        context: what both sides know of one another beforehand; it is part of every transcript.
        secret: what goes into every key besides the exchange itself.
    """

    proof_bytes: int
    context: bytes
    secret: bytes

    def prove(self, side: Side, transcript: bytes) -> bytes:
        """Return the proof that this side, ``side``, knows the transcript."""
        ...

    def passes_gate(self, side: Side, transcript: bytes, proof: bytes) -> bool:
        """Return whether a proof deserves the work of ``verify``; costs a microsecond."""
        ...

    def verify(self, side: Side, transcript: bytes, proof: bytes) -> bool:
        """Return whether a proof that has passed the gate is that of the other side."""
        ...


def credential(keys: Keys, own_side: Side) -> Credential:
    """Return the credential of a side that holds these keys."""
    if isinstance(keys, PreSharedKey):
        return _SharedSecret(keys)
    return _Signature(keys, own_side)


class _SharedSecret:
    """A pre-shared key: the proof is an HMAC-SHA-256."""

    def __init__(self, key: PreSharedKey) -> None:
        self.proof_bytes = 32
        self.secret = key.secret
        self.context = b'pre-shared key'
        self._prover = _derived(key.secret, b'telesurgery proof')

    def prove(self, side: Side, transcript: bytes) -> bytes:
        """Return the HMAC of the side and the transcript."""
        return hmac.digest(self._prover, side.value.encode() + b'|' + transcript, 'sha256')

    def passes_gate(self, side: Side, transcript: bytes, proof: bytes) -> bool:
        """Return whether the proof is right: here the gate is the whole proof."""
        return hmac.compare_digest(self.prove(side, transcript), proof)

    def verify(self, side: Side, transcript: bytes, proof: bytes) -> bool:
        """Return whether the proof is right."""
        return self.passes_gate(side, transcript, proof)


class _Signature:
    """Ed25519 identities: the proof is a signature, behind a cheap gate.

    The gate is an HMAC under a digest of both public keys. Who does not know these two cannot make
    a gateway verify signatures.
    """

    def __init__(self, identity: Identity, own_side: Side) -> None:
        self.proof_bytes = _GATE_BYTES + 64
        self.secret = b''
        self._identity = identity
        publics = (identity.own_public, identity.peer_public)
        surgeon, patient = publics if own_side is Side.SURGEON else reversed(publics)
        self.context = b'identities' + surgeon + patient
        self._gate = _derived(self.context, b'telesurgery gate')

    def prove(self, side: Side, transcript: bytes) -> bytes:
        """Return gate and signature."""
        said = side.value.encode() + b'|' + transcript
        return self._gate_of(said) + self._identity.own.sign(said)

    def passes_gate(self, side: Side, transcript: bytes, proof: bytes) -> bool:
        """Return whether the sender knows both public keys."""
        said = side.value.encode() + b'|' + transcript
        return hmac.compare_digest(self._gate_of(said), proof[:_GATE_BYTES])

    def verify(self, side: Side, transcript: bytes, proof: bytes) -> bool:
        """Return whether the peer has signed."""
        try:
            self._identity.peer.verify(
                proof[_GATE_BYTES:], side.value.encode() + b'|' + transcript
            )
        except InvalidSignature:
            return False
        return True

    def _gate_of(self, said: bytes) -> bytes:
        return hmac.digest(self._gate, said, 'sha256')[:_GATE_BYTES]


def _derived(secret: bytes, label: bytes) -> bytes:
    return hmac.digest(hashlib.sha256(label).digest(), secret, 'sha256')
