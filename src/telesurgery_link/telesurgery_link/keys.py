"""The keys that two gateways prove themselves with, as values and as text.

Two kinds, made by ``./telesurgery keys``:

- A pre-shared key: 32 random bytes that both sides hold, written as one line
  ``telesurgery-psk-1 <base64>``.
- An identity: an Ed25519 key of each side's own (PEM, PKCS #8), and the other side's certificate
  (PEM, X.509, self-signed), which is trusted because it was put there. OpenSSL reads both.
"""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from telesurgery_link.errors import KeyMaterialError

KEY_BYTES = 32
"""Length of every secret."""

Randomness = Callable[[int], bytes]
"""Gives so many random bytes: ``os.urandom``, or a seeded one in tests."""

UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    InternalError,
    x509.InvalidVersion,
    CryptographyDeprecationWarning,
)
"""What ``cryptography`` raises for keys and certificates that are none, or damaged."""

_PSK_WORD = 'telesurgery-psk-1'


@dataclass(frozen=True, slots=True, repr=False)
class PreSharedKey:
    """A secret that both sides hold."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise KeyMaterialError(
                f'a pre-shared key has {len(self.secret)} bytes; allowed: {KEY_BYTES}; make one '
                'with ./telesurgery keys'
            )

    @classmethod
    def generate(cls, randomness: Randomness) -> PreSharedKey:
        """Return a new key."""
        return cls(randomness(KEY_BYTES))

    @classmethod
    def from_text(cls, text: str) -> PreSharedKey:
        """Read a key file's text; KeyMaterialError when it is none."""
        words = text.split()
        if len(words) != 2 or words[0] != _PSK_WORD:
            raise KeyMaterialError(
                f'it does not hold one line {_PSK_WORD!r} and a key; allowed: a file made by '
                './telesurgery keys; make one'
            )
        try:
            secret = base64.b64decode(words[1], validate=True)
        except (binascii.Error, ValueError):
            raise KeyMaterialError(
                'its key is not base64; allowed: a file made by ./telesurgery keys; make one, or '
                'copy it again'
            ) from None
        return cls(secret)

    def to_text(self) -> str:
        """Return a key file's text."""
        return f'{_PSK_WORD} {base64.b64encode(self.secret).decode()}\n'


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """One side's own key, and the key that it knows the other side by."""

    own: Ed25519PrivateKey
    peer: Ed25519PublicKey

    @property
    def own_public(self) -> bytes:
        """The own public key, 32 bytes."""
        return raw(self.own.public_key())

    @property
    def peer_public(self) -> bytes:
        """The other side's public key, 32 bytes."""
        return raw(self.peer)

    def __post_init__(self) -> None:
        if self.own_public == self.peer_public:
            raise KeyMaterialError(
                "the peer's certificate is this side's own; allowed: that of the other side; "
                'exchange the .crt files'
            )


Keys = PreSharedKey | Identity


def raw(key: Ed25519PublicKey) -> bytes:
    """Return the 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def private_key_to_pem(key: Ed25519PrivateKey) -> str:
    """Return the text of a private key's file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def private_key_from_pem(text: str) -> Ed25519PrivateKey:
    """Read a private key's file; KeyMaterialError when it holds no Ed25519 key."""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except UNREADABLE:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMaterialError(
            'it holds no Ed25519 private key without a password; allowed: a .key file made by '
            './telesurgery keys --certificates; make one'
        )
    return key


def certificate(
    key: Ed25519PrivateKey, name: str, valid_from: datetime, valid_until: datetime, serial: int
) -> str:
    """Return a self-signed certificate (PEM) of a key."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
    )
    return builder.sign(key, None).public_bytes(Encoding.PEM).decode()


def public_key_of(certificate_pem: str, now: datetime) -> Ed25519PublicKey:
    """Return the key that a certificate is about; KeyMaterialError when it is not in force."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('error', CryptographyDeprecationWarning)  # breaches of RFC 5280
            found = x509.load_pem_x509_certificate(certificate_pem.encode())
        key = found.public_key()
    except UNREADABLE:
        raise KeyMaterialError(
            'it holds no certificate; allowed: a .crt file made by ./telesurgery keys '
            '--certificates on the other side; copy it from there'
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyMaterialError(
            'its key is not of the kind Ed25519; allowed: a .crt file made by ./telesurgery keys '
            '--certificates; make one'
        )
    try:
        key.verify(found.signature, found.tbs_certificate_bytes)
    except InvalidSignature:
        raise KeyMaterialError(
            'its signature is not that of its own key; allowed: a self-signed certificate; copy '
            'it again'
        ) from None
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise KeyMaterialError(
            f'it is valid from {found.not_valid_before_utc:%Y-%m-%d} to '
            f'{found.not_valid_after_utc:%Y-%m-%d}; allowed: one in force today ({now:%Y-%m-%d}); '
            'make a new one, or set the clock right'
        )
    return key
