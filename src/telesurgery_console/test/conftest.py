"""Recordings of a console, made by the tests, and pads and mice of the processes they start."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from rosbags.typesys import Stores, get_typestore

from telesurgery_core.transforms import quaternion_from_rotation, rotation_about
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.writer import RecordingWriter

sys.path.insert(0, str(Path(__file__).parent))  # modules that several tests share

STORE = get_typestore(Stores.LATEST)
POSE, JOINTS, JOY, TEXT = (
    'geometry_msgs/msg/PoseStamped',
    'sensor_msgs/msg/JointState',
    'sensor_msgs/msg/Joy',
    'std_msgs/msg/String',
)
START_NS = 1_700_000_000_000_000_000


@dataclass
class BagMaker:
    """Collects messages and writes them as a recording."""

    folder: Path
    types: dict[str, str] = field(default_factory=dict)
    messages: list[tuple[int, str, bytes]] = field(default_factory=list)
    received_after_ns: int = 0

    def pose(self, topic, time_ns, x=0.0, quaternion=(0.0, 0.0, 0.0, 1.0)):
        content = make(
            POSE,
            header=header(time_ns),
            pose=make(
                'geometry_msgs/msg/Pose',
                position=make('geometry_msgs/msg/Point', x=float(x), y=0.0, z=0.0),
                orientation=make(
                    'geometry_msgs/msg/Quaternion',
                    **dict(zip('xyzw', map(float, quaternion), strict=True)),
                ),
            ),
        )
        self.add(topic, POSE, time_ns, content)

    def gripper(self, topic, time_ns, *angles):
        nothing = np.zeros(0)
        content = make(
            JOINTS, header=header(time_ns), name=['gripper'],
            position=np.array(angles, dtype=float), velocity=nothing, effort=nothing,
        )  # fmt: skip
        self.add(topic, JOINTS, time_ns, content)

    def joy(self, topic, time_ns, button):
        content = make(
            JOY, header=header(time_ns), axes=np.zeros(0, np.float32),
            buttons=np.array([button], np.int32),
        )  # fmt: skip
        self.add(topic, JOY, time_ns, content)

    def joystick(self, topic, time_ns, axes, presence):
        buttons = np.zeros(12, np.int32)
        buttons[5] = presence
        content = make(
            JOY, header=header(time_ns), axes=np.array(axes, np.float32), buttons=buttons
        )
        self.add(topic, JOY, time_ns, content)

    def text(self, topic, time_ns, content):
        self.add(topic, TEXT, time_ns, make(TEXT, data=content))

    def add(self, topic, type_name, time_ns, content):
        self.types[topic] = type_name
        received_ns = START_NS + time_ns + self.received_after_ns
        self.messages.append((received_ns, topic, bytes(STORE.serialize_cdr(content, type_name))))

    def write(self):
        with RecordingWriter(self.folder, Definitions()) as writer:
            for topic, type_name in self.types.items():
                writer.add_topic(topic, type_name)
            for time_ns, topic, data in sorted(self.messages):
                writer.write(topic, time_ns, data)
        return self.folder

    def spoil(self, every):
        """Let messages of poses end too early."""
        for k, (time_ns, topic, data) in enumerate(self.messages):
            if self.types[topic] == POSE and k % every == 0:
                self.messages[k] = time_ns, topic, data[:20]

    def both_hands(self, count=20, period_ns=5_000_000):
        """Two hands at steady times: x grows by a millimetre a sample, the hand turns."""
        for k in range(count):
            turn = quaternion_from_rotation(rotation_about('z', 0.01 * k))
            for name in ('MTML', 'MTMR'):
                self.pose(f'/{name}/measured_cp', k * period_ns, 0.001 * k, turn)
                self.gripper(f'/{name}/gripper/measured_js', k * period_ns, 0.02 * k)
        return self


def make(type_name, **fields):
    return STORE.types[type_name](**fields)


def header(time_ns):
    stamp_ns = START_NS + time_ns if time_ns is not None else 0
    stamp = make('builtin_interfaces/msg/Time', sec=stamp_ns // 10**9, nanosec=stamp_ns % 10**9)
    return make('std_msgs/msg/Header', stamp=stamp, frame_id='view')


@pytest.fixture
def bag(tmp_path):
    return BagMaker(tmp_path / 'bag')


@pytest.fixture
def pad(tmp_path, monkeypatch):
    """The pipe that moves the virtual controller of the console's process."""
    pipe = tmp_path / 'pad'
    os.mkfifo(pipe)
    monkeypatch.setenv('VIRTUAL_PAD', str(pipe))
    monkeypatch.setenv('SDL_JOYSTICK_DEVICE', '/dev/null')
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with os.fdopen(os.open(pipe, os.O_RDWR), 'w') as commands:

        def do(*lines):
            commands.write(''.join(f'{line}\n' for line in lines))
            commands.flush()

        yield do


@pytest.fixture
def mice(tmp_path, monkeypatch):
    """The pipe that moves two SpaceMice of the console's process."""
    pipe = tmp_path / 'hid'
    os.mkfifo(pipe)
    monkeypatch.setenv('FAKE_HID', str(pipe))
    monkeypatch.setenv('FAKE_HID_PATHS', 'mouse1,mouse2')
    monkeypatch.syspath_prepend(str(Path(__file__).parent / 'fake_hid'))
    with os.fdopen(os.open(pipe, os.O_RDWR), 'w') as commands:

        def send(path, report):
            commands.write(f'{path} {report if isinstance(report, str) else report.hex()}\n')
            commands.flush()

        yield send
