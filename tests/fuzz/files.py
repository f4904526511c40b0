"""Parsers of files: each target puts the bytes into one and reads it as the programs do."""

from __future__ import annotations

import base64
import contextlib
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import ChannelTable, Direction
from telesurgery_link.errors import KeyFileError, KeyMaterialError
from telesurgery_link.impairment import Streams
from telesurgery_link.impairment.recordings import read_recording
from telesurgery_link.key_files import load_keys
from telesurgery_link.keys import (
    certificate,
    private_key_from_pem,
    private_key_to_pem,
    public_key_of,
)
from telesurgery_link.path import Path as NetworkPath
from telesurgery_link.paths import PathTable
from telesurgery_link.profiles import load_profile

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
FRAMES = 20
"""How many frames pass a profile that was understood."""

_OWN, _PEER = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
OWN_KEY = private_key_to_pem(_OWN).encode()
PEER_CERTIFICATE = certificate(
    _PEER, 'peer', NOW - timedelta(days=1), NOW + timedelta(days=1), 7
).encode()

_FOLDER = Path(tempfile.mkdtemp(prefix='telesurgery-fuzz-'))


def profile(data: bytes) -> None:
    """Load a profile's file; what is understood carries frames."""
    path = _written('profile.yaml', data)
    with contextlib.suppress(ParameterError):
        _carry(str(path))


def netem(data: bytes) -> None:
    """Load a netem line."""
    with contextlib.suppress(ParameterError):
        _carry('netem: ' + data.decode('latin-1'))


def sentence(data: bytes) -> None:
    """Load a composed profile by its sentence."""
    with contextlib.suppress(ParameterError):
        _carry('none, ' + data.decode('latin-1'))


def recording(data: bytes) -> None:
    """Read a trace."""
    with contextlib.suppress(ParameterError):
        read_recording(_written('trace', data))


def channels(data: bytes) -> None:
    """Load a channel table."""
    with contextlib.suppress(ParameterError):
        ChannelTable.load(_written('channels.yaml', data))


def paths(data: bytes) -> None:
    """Load a table of paths."""
    with contextlib.suppress(ParameterError):
        PathTable.load(_written('paths.yaml', data))


def keys(data: bytes) -> None:
    """Load a key's file, also as a certificate beside a good key, and the other way round."""
    path = _written('key', data)
    own = _written('own.key', OWN_KEY)
    for secret in (path, own):
        secret.chmod(0o600)
    peer = _written('peer.crt', PEER_CERTIFICATE)
    for key_file, certificate_file in ((path, peer), (own, path)):
        with contextlib.suppress(KeyFileError):
            load_keys(key_file, certificate_file, NOW)
    with contextlib.suppress(KeyMaterialError):
        private_key_from_pem(_armoured('PRIVATE KEY', data))
    with contextlib.suppress(KeyMaterialError):
        public_key_of(_armoured('CERTIFICATE', data), NOW)


def _armoured(what: str, data: bytes) -> str:
    """Return bytes as PEM: a fuzzer would not find base64 by itself."""
    return f'-----BEGIN {what}-----\n{base64.b64encode(data).decode()}\n-----END {what}-----\n'


def der(pem: bytes) -> bytes:
    """Return what a PEM text armours."""
    return base64.b64decode(b''.join(pem.splitlines()[1:-1]))


def _carry(name: str) -> None:
    loaded = load_profile(name, _profiles())
    path = NetworkPath(loaded.impairment(Direction.SURGEON_TO_PATIENT, Streams.seeded(1, 0), 0))
    for number in range(FRAMES):
        path.submit(bytes(200), number * 1_000_000)
        path.released(number * 1_000_000)


def _profiles() -> Path:
    folder = _FOLDER / 'link'
    if not folder.is_dir():
        folder.mkdir()
        (folder / 'none.yaml').write_text(
            "{description: none, source: none, date: '2026-11-21', surgeon_to_patient: "
            '{base_delay_ms: 0.0}, patient_to_surgeon: {base_delay_ms: 0.0}}'
        )
    return folder


def _written(name: str, data: bytes) -> Path:
    path = _FOLDER / name
    path.write_bytes(data)
    return path
