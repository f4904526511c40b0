"""Which files a recording consists of, and what each of them is, whatever it is called."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath

import yaml
import zstandard

from telesurgery_recording import mcap_records, metadata
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.faults import FaultKind, Report
from telesurgery_recording.mcap_storage import McapStorage
from telesurgery_recording.sqlite_storage import SqliteStorage
from telesurgery_recording.storage import Storage

SQLITE_MAGIC = b'SQLite format 3\0'
ZSTD_MAGIC = b'\x28\xb5\x2f\xfd'
ROS1_MAGIC = b'#ROSBAG V'
PLAIN, COMPRESSED = ('.mcap', '.db3'), ('.zstd', '.zst')
SUFFIXES = (*PLAIN, *COMPRESSED)
PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a recording and what its metadata say."""

    files: tuple[Path, ...]
    custom_data: dict[str, str]
    count: int | None
    """Messages that they say there are; None: they do not say."""


def files_of(path: Path, report: Report) -> Found:
    """Return the files of the recording at ``path``: a folder, or one file.

    RecordingError when there are none, or one that the metadata name is missing.
    """
    if not path.exists():
        raise RecordingError(
            f'recording {str(path)!r} does not exist; allowed: a rosbag2 folder or file; '
            'check the path'
        )
    if not path.is_dir():
        return Found((path,), {}, None)
    there = sorted((p for p in path.iterdir() if _may_be_one(p)), key=_in_order)
    named, custom, count = _told_by_metadata(path, report)
    if named is None:
        if not there:
            raise RecordingError(
                f'folder {str(path)!r} has no {metadata.NAME} and no file of a recording; '
                f'allowed: a rosbag2 folder, with files that end in {" or ".join(PLAIN)} '
                '(found: none of these); check the path'
            )
        return Found(tuple(there), {}, None)
    named = [_there_by_another_extension(file, there, report) for file in named]
    missing = [file.name for file in named if not file.exists()]
    if missing:
        raise RecordingError(
            f'recording {str(path)!r} cannot be read whole (its files {", ".join(missing)} are '
            'missing); allowed: all files that its metadata.yaml names; copy it again, or name '
            'one of its files'
        )
    return Found(tuple(named), custom, count)


def open_storage(path: Path, report: Report) -> Storage:
    """Return the file opened as what it is; RecordingError when it is no recording."""
    with path.open('rb') as file:
        start = file.read(len(SQLITE_MAGIC))
    if start.startswith(mcap_records.MAGIC):
        return McapStorage(path, report)
    if start.startswith(SQLITE_MAGIC):
        return SqliteStorage(path, report)
    if start.startswith(ZSTD_MAGIC):
        return _unpacked(path, report)
    if start.startswith(ROS1_MAGIC):
        raise RecordingError(
            f'recording {str(path)!r} is one of ROS 1; allowed: rosbag2 (MCAP or SQLite3); '
            f'convert it: rosbags-convert --src {path.name} --dst {path.stem}'
        )
    what = 'it is empty' if not start else 'it begins like none'
    raise RecordingError(
        f'recording {str(path)!r} cannot be read ({what}); allowed: a rosbag2 file (MCAP or '
        'SQLite3); copy or record it again'
    )


def _may_be_one(path: Path) -> bool:
    if not path.is_file() or path.name.startswith(metadata.NAME):
        return False
    if path.suffix in SUFFIXES:
        return True
    with path.open('rb') as file:
        start = file.read(len(SQLITE_MAGIC))
    return start.startswith((mcap_records.MAGIC, SQLITE_MAGIC))


def _there_by_another_extension(named: Path, there: list[Path], report: Report) -> Path:
    """Return the file, or the only one there that differs from it by its extension alone."""
    if named.exists():
        return named
    others = [file for file in there if _stem(file) == _stem(named)]
    if len(others) != 1:
        return named
    report(FaultKind.METADATA, f'{metadata.NAME} names {named.name}, which is {others[0].name}')
    return others[0]


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (*COMPRESSED, *PLAIN):
        name = name.removesuffix(suffix)
    return name


def _in_order(path: Path) -> tuple[int, str]:
    """Split files are numbered: 10 comes after 9."""
    number = re.search(r'_(\d+)\.', path.name)
    return (int(number.group(1)) if number else -1, path.name)


def _told_by_metadata(
    folder: Path, report: Report
) -> tuple[list[Path] | None, dict[str, str], int | None]:
    file = folder / metadata.NAME
    if not file.exists():
        report(FaultKind.METADATA, f'no {metadata.NAME}: it was not closed, or not copied whole')
        return None, {}, None
    try:
        information = yaml.safe_load(file.read_text(encoding='utf-8'))[metadata.KEY]
        # Early versions name paths relative to some folder above.
        named = [folder / PurePath(str(n)).name for n in information['relative_file_paths']]
        custom = {str(k): str(v) for k, v in (information.get('custom_data') or {}).items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as e:
        problem = ' '.join(str(e).split())[:200] or type(e).__name__
        report(FaultKind.METADATA, f'{metadata.NAME} cannot be understood ({problem})')
        return None, {}, None
    if not named:
        report(FaultKind.METADATA, f'{metadata.NAME} names no file')
        return None, custom, None
    count = information.get('message_count')
    return named, custom, count if isinstance(count, int) else None


class _Unpacked:
    """A storage whose file was compressed as a whole: a copy of it, away when it is closed."""

    def __init__(self, storage: Storage, folder: tempfile.TemporaryDirectory[str]) -> None:
        self._storage = storage
        self._folder = folder
        self.name = f'{storage.name}, compressed as a whole'
        self.channels = storage.channels
        self.counts = storage.counts
        self.span_ns = storage.span_ns
        self.metadata = storage.metadata
        self.messages = storage.messages

    def close(self) -> None:
        """Close the file and remove the copy."""
        self._storage.close()
        self._folder.cleanup()


def _unpacked(path: Path, report: Report) -> Storage:
    folder = tempfile.TemporaryDirectory(prefix='telesurgery-bag-')
    # Its own name, so that whatever is said of the copy names the file itself.
    copy = Path(folder.name, path.name)
    try:
        problem = _unpack(path, copy)
        if problem:
            report(FaultKind.CUT, f'{path.name}: it cannot be unpacked whole ({problem})')
        if copy.stat().st_size == 0:
            raise RecordingError(
                f'recording {str(path)!r} cannot be unpacked ({problem or "nothing is in it"}); '
                'allowed: a file that was compressed whole; copy or record it again'
            )
        return _Unpacked(open_storage(copy, report), folder)
    except BaseException:
        folder.cleanup()
        raise


def _unpack(path: Path, copy: Path) -> str:
    """Write what can be unpacked; return what kept the rest from it, or nothing."""
    unpack = zstandard.ZstdDecompressor().decompressobj()
    with path.open('rb') as packed, copy.open('wb') as plain:
        while data := packed.read(PIECE_BYTES):
            try:
                plain.write(unpack.decompress(data))
            except zstandard.ZstdError as error:
                return ' '.join(str(error).split())
            if unpack.eof:
                return ''
    return 'it ends too early'
