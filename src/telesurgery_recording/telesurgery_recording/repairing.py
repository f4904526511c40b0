"""A new recording out of one that was cut, damaged or never closed; the old one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.faults import Fault
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.reader import Recording
from telesurgery_recording.writer import RecordingWriter


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of a repair."""

    folder: Path
    count: int
    """Messages in the new recording."""
    faults: tuple[Fault, ...]
    """What was wrong with the old one."""


def repair(source: Path, target: Path) -> Repaired:
    """Write everything that can be read of ``source`` into the new folder ``target``.

    RecordingError where nothing can be read, or ``target`` exists.
    """
    with Recording(source) as recording:
        with RecordingWriter(target, Definitions()) as writer:
            for name, content in recording.metadata.items():
                writer.add_metadata(name, content)
            writer.tell(recording.custom_data)
            count = copy_messages(recording, writer)
            writer.tell({'repaired_from': source.name})
        return Repaired(target, count, recording.faults)


def copy_messages(recording: Recording, writer: RecordingWriter) -> int:
    """Write every message of a recording, its topics as they are; return how many."""
    numbers = {
        channel: writer.add_channel(with_definition(channel)) for channel in recording.channels
    }
    count = 0
    for channel, message in recording.with_channels():
        writer.write_to(
            numbers[channel], message.received_ns, message.data, message.sent_ns, message.sequence
        )
        count += 1
    return count


def with_definition(channel: Channel) -> Channel:
    """Return a channel with the definition of a standard type where it was recorded without."""
    if channel.definition:
        return channel
    definitions = Definitions()
    try:
        definitions.require(channel.type)
    except RecordingError:
        return channel
    definition, _ = definitions.store.generate_msgdef(channel.type, ros_version=2)
    return Channel(
        topic=channel.topic,
        type=channel.type,
        definition=definition,
        message_encoding=channel.message_encoding,
        metadata=channel.metadata,
    )
