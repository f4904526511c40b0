"""Parsers of files: each target puts the bytes into one and reads it as the programs do."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import ChannelTable, Direction
from telesurgery_link.errors import KeyFileError, KeyMaterialError
from telesurgery_link.impairment import Streams
from telesurgery_link.impairment.recordings import read_recording
from telesurgery_link.key_files import load_keys
from telesurgery_link.keys import private_key_from_pem, public_key_of
from telesurgery_link.path import Path as NetworkPath
from telesurgery_link.paths import PathTable
from telesurgery_link.profiles import load_profile

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
FRAMES = 20
"""How many frames pass a profile that was understood."""

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
    """Load a key's file, a key and a certificate."""
    path = _written('key', data)
    path.chmod(0o600)
    with contextlib.suppress(KeyFileError):
        load_keys(path, path, NOW)
    text = data.decode('latin-1')
    with contextlib.suppress(KeyMaterialError):
        private_key_from_pem(text)
    with contextlib.suppress(KeyMaterialError):
        public_key_of(text, NOW)


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
