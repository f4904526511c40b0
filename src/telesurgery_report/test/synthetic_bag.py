"""Writes bags without ROS: messages of any type, and pictures for the cameras."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from rosbags.interfaces import Nodetype
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from telesurgery_core.transforms import quaternion_from_rotation


class BagUnderTest:
    """Collects messages and writes them as a rosbag2 folder."""

    def __init__(self, workspace: Path) -> None:
        self._messages: list[tuple[int, str, str, memoryview]] = []
        self.types = get_typestore(Stores.ROS2_HUMBLE)
        for file in sorted((workspace / 'src' / 'telesurgery_msgs' / 'msg').glob('*.msg')):
            name = f'telesurgery_msgs/msg/{file.stem}'
            self.types.register(get_types_from_msg(file.read_text(), name))

    def make(self, kind: str, **fields: Any) -> Any:
        """Return a message; fields that are not named are zero or empty, as in ROS."""
        _, definitions = self.types.fielddefs[kind]
        absent = {name: self._zero(*of) for name, of in definitions if name not in fields}
        return self.types.types[kind](**absent, **fields)

    def _zero(self, node: Nodetype, of: Any) -> Any:
        if node is Nodetype.NAME:
            return self.make(of)
        if node is Nodetype.BASE:
            return '' if of[0] == 'string' else np.dtype(of[0]).type(0).item()
        (element, name), _ = of
        numbers = element is Nodetype.BASE and name[0] != 'string'
        return np.zeros(0, np.dtype(name[0])) if numbers else []

    def header(self, stamp_ns: int, frame: str = '') -> Any:
        return self.make('std_msgs/msg/Header', stamp=self.time(stamp_ns), frame_id=frame)

    def time(self, ns: int, kind: str = 'Time') -> Any:
        seconds, rest = divmod(int(ns), 1_000_000_000)
        return self.make(f'builtin_interfaces/msg/{kind}', sec=seconds, nanosec=rest)

    def pose(self, T: np.ndarray) -> Any:
        x, y, z, w = quaternion_from_rotation(T[:3, :3])
        return self.make(
            'geometry_msgs/msg/Pose',
            position=self.make(
                'geometry_msgs/msg/Point', **dict(zip('xyz', map(float, T[:3, 3]), strict=True))
            ),
            orientation=self.make('geometry_msgs/msg/Quaternion', x=x, y=y, z=z, w=w),
        )

    def add(self, recorded_ns: int, topic: str, kind: str, message: Any) -> None:
        data = self.types.serialize_cdr(message, kind)
        self._messages.append((int(recorded_ns), topic, kind, data))

    def write(self, folder: Path, without: frozenset[str] = frozenset()) -> None:
        """Write everything except the topics in ``without``."""
        with Writer(folder, version=9, storage_plugin=StoragePlugin.MCAP) as writer:
            connections: dict[str, Any] = {}
            for recorded_ns, topic, kind, data in sorted(self._messages, key=lambda m: m[0]):
                if topic in without:
                    continue
                if topic not in connections:
                    connections[topic] = writer.add_connection(topic, kind, typestore=self.types)
                writer.write(connections[topic], recorded_ns, data)


def picture(t: float) -> bytes:
    """Return a JPEG of two sticks over a board, the more of them in view the later it is."""
    image = Image.new('RGB', (640, 480), (96, 44, 40))
    draw = ImageDraw.Draw(image)
    draw.rectangle((170, 250, 470, 420), fill=(205, 196, 170))
    for column in range(6):
        draw.ellipse((195 + 45 * column, 320, 215 + 45 * column, 340), fill=(60, 70, 80))
    reach = 240 * min(1.0, t / 6)
    draw.line((0, 120, 60 + reach, 200 + 0.4 * reach), fill=(170, 175, 180), width=16)
    draw.line((640, 120, 580 - reach, 200 + 0.4 * reach), fill=(170, 175, 180), width=16)
    encoded = io.BytesIO()
    image.save(encoded, 'JPEG', quality=85)
    return encoded.getvalue()
