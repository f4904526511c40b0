"""Messages of bags, whatever their types: the definitions are in the bags themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rosbags.highlevel import AnyReader, AnyReaderError
from rosbags.rosbag2 import ReaderError
from rosbags.typesys import Stores, get_typestore

from telesurgery_report.errors import ReportError


def topics_of(bag: Path) -> dict[str, int]:
    """Return the topics of a bag with their number of messages.

    Raises ReportError for a bag that is missing or unreadable.
    """
    with _opened(bag) as reader:
        return {topic: info.msgcount for topic, info in reader.topics.items()}


def messages(bag: Path, topics: Collection[str]) -> Iterator[tuple[str, int, Any]]:
    """Yield topic, time of recording [ns] and message of the named topics, in recorded order."""
    with _opened(bag) as reader:
        chosen = [connection for connection in reader.connections if connection.topic in topics]
        if not chosen:
            return
        for connection, recorded_ns, raw in reader.messages(connections=chosen):
            yield connection.topic, recorded_ns, reader.deserialize(raw, connection.msgtype)


@contextmanager
def _opened(bag: Path) -> Iterator[AnyReader]:
    if not bag.exists():
        raise ReportError(
            f'bag {str(bag)!r} does not exist; allowed: a rosbag2 folder; check the path'
        )
    try:
        with AnyReader([bag], default_typestore=get_typestore(Stores.ROS2_HUMBLE)) as reader:
            yield reader
    except (ReaderError, AnyReaderError, OSError) as error:
        problem = ' '.join(str(error).split())
        raise ReportError(
            f'bag {str(bag)!r} cannot be read ({problem}); allowed: a complete rosbag2 folder; '
            'record it again'
        ) from error
