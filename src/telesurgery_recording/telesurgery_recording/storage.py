"""What every storage of a recording can do, and one that holds nothing in memory but chunks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from telesurgery_recording.mcap_file import Channel


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it is stored."""

    channel: int
    log_ns: int
    publish_ns: int
    sequence: int
    data: bytes


class Storage(Protocol):
    """A file of a recording, opened for reading."""

    @property
    def name(self) -> str:
        """Name of the format."""

    @property
    def channels(self) -> dict[int, Channel]:
        """The topics by their numbers."""

    @property
    def counts(self) -> dict[int, int]:
        """Messages by channel."""

    @property
    def span_ns(self) -> tuple[int, int] | None:
        """First and last log time [ns]; None without messages."""

    @property
    def metadata(self) -> list[tuple[str, dict[str, str]]]:
        """What the file says of the recording as a whole."""

    def messages(self, channels: Collection[int]) -> Iterator[Stored]:
        """Yield the messages of some channels in the order of their log times."""

    def close(self) -> None:
        """Close the file."""
