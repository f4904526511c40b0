"""Key files: written readable by their owner only, and refused when others can read them."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

from telesurgery_link import keys
from telesurgery_link.errors import KeyFileError, KeyMaterialError
from telesurgery_link.keys import Identity, Keys, PreSharedKey

OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_BYTES = 65_536
"""No key or certificate is longer; another file named by mistake is not read whole."""


def write_secret(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; KeyFileError when it exists or cannot be."""
    _write_new(path, text, OWNER_ONLY)


def write_public(path: Path, text: str) -> None:
    """Write a new file that everybody may read; KeyFileError when it exists or cannot be."""
    _write_new(path, text, 0o644)


def load_keys(key_file: Path, peer_certificate: Path, now: datetime) -> Keys:
    """Return the keys that a gateway is given; KeyFileError names the file and the remedy.

    ``peer_certificate`` is read only when ``key_file`` holds an identity; ``now`` is the time at
    which it must be in force.
    """
    text = _read_secret(key_file)
    try:
        if not text.startswith('-----BEGIN'):
            return PreSharedKey.from_text(text)
        own = keys.private_key_from_pem(text)
    except KeyMaterialError as error:
        raise KeyFileError(f'key file {str(key_file)!r} cannot be used: {error}') from None
    try:
        return Identity(own, keys.public_key_of(_read(peer_certificate, 'certificate'), now))
    except KeyMaterialError as error:
        raise KeyFileError(
            f'certificate {str(peer_certificate)!r} cannot be used: {error}'
        ) from None


def _read_secret(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise KeyFileError(
            f'key file {str(path)!r} does not exist, and no link is opened without a key; make '
            'one with ./telesurgery keys and copy it to the other side, or say insecure:=true for '
            'a link that anybody on the way can read and forge'
        ) from None
    except OSError as error:
        raise _unreadable(path, 'key file', error) from None
    if mode & _OTHERS:
        raise KeyFileError(
            f'key file {str(path)!r} has the mode {stat.S_IMODE(mode):04o}: others can use it; '
            f'allowed: {OWNER_ONLY:04o}; run chmod 600 {path}, or make a new key if others may '
            'have seen it'
        )
    return _read(path, 'key file')


def _read(path: Path, what: str) -> str:
    try:
        with path.open('rb') as file:
            return file.read(_LARGEST_BYTES).decode('ascii')
    except OSError as error:
        raise _unreadable(path, what, error) from None
    except UnicodeDecodeError:
        raise KeyFileError(
            f'{what} {str(path)!r} is no text; allowed: a file made by ./telesurgery keys; name '
            'another one'
        ) from None


def _unreadable(path: Path, what: str, error: OSError) -> KeyFileError:
    return KeyFileError(
        f'{what} {str(path)!r} cannot be read ({error.strerror}); allowed: a file that this user '
        'can read; check path and owner'
    )


def _write_new(path: Path, text: str, mode: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise KeyFileError(
            f'{str(path)!r} exists; allowed: a new file, for a key in use is never overwritten; '
            'name another folder with --output, or remove it first'
        ) from None
    except OSError as error:
        raise KeyFileError(
            f'{str(path)!r} cannot be written ({error.strerror}); allowed: a folder that this '
            'user can write; name another one with --output'
        ) from None
    with os.fdopen(descriptor, 'w') as file:
        os.fchmod(descriptor, mode)  # whatever the umask
        file.write(text)
