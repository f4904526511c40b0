"""The file ``metadata.yaml`` of a rosbag2 folder (version 9), which is written at the very end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from telesurgery_recording.mcap_file import Channel

NAME = 'metadata.yaml'
KEY = 'rosbag2_bagfile_information'
ROSBAG2_VERSION = 9
QUALITY = 'offered_qos_profiles'
TYPE_HASH = 'topic_type_hash'
"""What rosbag2 calls the two in the metadata of a channel."""
SESSION = 'telesurgery'
"""Name of the metadata record in which a recorder says what it recorded."""

_FOREVER = {'sec': 0, 'nsec': 0}
LATCHED = yaml.safe_dump(
    [
        {
            'history': 'keep_last',
            'depth': 1,
            'reliability': 'reliable',
            'durability': 'transient_local',
            'deadline': _FOREVER,
            'lifespan': _FOREVER,
            'liveliness': 'automatic',
            'liveliness_lease_duration': _FOREVER,
            'avoid_ros_namespace_conventions': False,
        }
    ]
).strip()
"""The quality of service of a topic that was published transient local."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the metadata says of one file."""

    name: str
    count: int
    first_ns: int
    last_ns: int


def render(
    files: Sequence[FileFacts],
    topics: Sequence[tuple[Channel, int]],
    about: Mapping[str, str],
) -> str:
    """Return the text of the file: its files, its topics with their counts, custom data."""
    full = [file for file in files if file.count]
    first_ns = min((file.first_ns for file in full), default=0)
    last_ns = max((file.last_ns for file in full), default=0)
    information: dict[str, Any] = {
        'version': ROSBAG2_VERSION,
        'storage_identifier': 'mcap',
        'relative_file_paths': [file.name for file in files],
        'duration': {'nanoseconds': last_ns - first_ns},
        'starting_time': {'nanoseconds_since_epoch': first_ns},
        'message_count': sum(file.count for file in files),
        'topics_with_message_count': [
            {'topic_metadata': _topic(channel), 'message_count': count}
            for channel, count in topics
        ],
        'compression_format': '',
        'compression_mode': '',
        'files': [
            {
                'path': file.name,
                'starting_time': {
                    'nanoseconds_since_epoch': file.first_ns if file.count else first_ns
                },
                'duration': {'nanoseconds': file.last_ns - file.first_ns if file.count else 0},
                'message_count': file.count,
            }
            for file in files
        ],
        'custom_data': dict(about) or None,
        'ros_distro': 'kilted',
    }
    return yaml.safe_dump({KEY: information}, sort_keys=False, width=1000)


def write(folder: Path, content: str) -> None:
    """Write the file whole or not at all; OSError when the disk refuses."""
    unfinished = folder / f'{NAME}.tmp'
    unfinished.write_text(content, encoding='utf-8')
    unfinished.replace(folder / NAME)


def _topic(channel: Channel) -> dict[str, Any]:
    extra = dict(channel.metadata)
    return {
        'name': channel.topic,
        'type': channel.type,
        'serialization_format': channel.message_encoding,
        'offered_qos_profiles': _profiles(extra.get(QUALITY, '')),
        'type_description_hash': extra.get(TYPE_HASH, ''),
    }


def _profiles(text: str) -> list[Any]:
    try:
        profiles = yaml.safe_load(text)
    except yaml.YAMLError:
        return []
    return profiles if isinstance(profiles, list) else []
