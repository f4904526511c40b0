"""The recorder under load, beside `mcap` writing alone; and recordings whose writer is killed.

    ./telesurgery bench recorder [--seconds 20] [--kills 100]

A process publishes 500 Hz of control (commands, joint targets, joint states) and 30 Hz of video
(60 kB a picture); the node `recorder` records it. What it took of the processor, what it missed
and dropped, and how much it wrote stands beside the package `mcap` writing the same messages by
itself, without receiving them. Then a process that writes such messages through the recorder's own
thread, without ROS, is killed (SIGKILL) at random moments, and what is left is read.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import harness
import numpy as np

from telesurgery_recording.reader import Message, Recording

TABLE = """
tables:
  bench:
    - {topic: /teleop/command, type: telesurgery_msgs/msg/TeleopCommand}
    - {topic: /targets, type: std_msgs/msg/Float64MultiArray}
    - {topic: /joint_states, type: sensor_msgs/msg/JointState}
    - {topic: /video/compressed, type: sensor_msgs/msg/CompressedImage, depth: 30}
    - {topic: /recorder/state, type: diagnostic_msgs/msg/DiagnosticStatus, delivery: latched}
"""
CONTROL_HZ, VIDEO_EVERY, PICTURE_BYTES = 500.0, 17, 60_000
CONTROL = ('/teleop/command', '/targets', '/joint_states')
SETTLE_S = 3.0

WRITE_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from telesurgery_recording.background import BackgroundWriter
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.parameters import RecorderParameters
from telesurgery_recording.writer import RecordingWriter, Split

p = RecorderParameters(output=sys.argv[1])
writer = RecordingWriter(Path(p.output), Definitions(), split=Split(size_bytes=2_000_000))
for topic in ('/control', '/video'):
    writer.add_topic(topic, 'std_msgs/msg/String')
disk = BackgroundWriter(writer, flush_s=p.flush_s, buffer_bytes=10**8, reserve_bytes=0)
print('ready', flush=True)
text = lambda n: bytes((0, 1, 0, 0)) + (n + 1).to_bytes(4, 'little') + b'a' * n + bytes(1)
control, video = text(200), text(60_000)
due, number = time.monotonic(), 0
while True:
    for _ in range(round(500 / p.look_hz)):
        number += 1
        disk.put('/control', time.time_ns(), control)
        if number % 17 == 0:
            disk.put('/video', time.time_ns(), video)
    due += 1 / p.look_hz
    time.sleep(max(due - time.monotonic(), 0.0))
"""


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seconds', type=float, default=20.0, help='recorded under load')
    parser.add_argument('--kills', type=int, default=100, help='writers killed')
    parser.add_argument('--seed', type=int, default=1, help='of the moments of the kills')
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix='telesurgery-bench-') as folder:
        rows = _under_load(Path(folder), arguments.seconds) if arguments.seconds > 0 else []
        if arguments.kills:
            rows.append(_killed(Path(folder), arguments.kills, arguments.seed))
    harness.report(
        'recorder',
        rows,
        settings={
            'control_rate_hz': CONTROL_HZ,
            'control_topics_count': len(CONTROL),
            'video_rate_hz': CONTROL_HZ / VIDEO_EVERY,
        },
        notes='processor: of the whole process. missed: by the numbers of the publishers. Kills '
        "end a process that feeds the recorder's own thread at the same rates; lost is from the "
        'last message that can be read to the kill, as the killer sees it.',
    )
    return 0


def _under_load(folder: Path, seconds: float) -> list[dict[str, object]]:
    from telesurgery_ros.testing import NodeProcess

    (folder / 'table.yaml').write_text(TABLE)
    parameters = {
        'output': folder / 'bag',
        'topics_file': folder / 'table.yaml',
        'table': 'bench',
        'reserve_mb': 0.0,
    }
    load = subprocess.Popen([sys.executable, __file__, '--publish'])
    try:
        with NodeProcess('telesurgery_recording.node', parameters) as recorder:
            _wait_for((folder / 'bag').exists)
            time.sleep(SETTLE_S)
            before_s, begin = _processor_s(recorder.pid), time.monotonic()
            time.sleep(seconds)
            cores = (_processor_s(recorder.pid) - before_s) / (time.monotonic() - begin)
            recorder.interrupt()
            recorder.wait()
    finally:
        load.send_signal(signal.SIGINT)
        load.wait()
    with Recording(folder / 'bag') as recording:
        assert recording.span_ns is not None, 'the recorder wrote nothing'
        begin_ns, end_ns = recording.span_ns
        span_s = (end_ns - begin_ns) * 1e-9
        size = sum(file.stat().st_size for file in recording.files)
        counts = {name: recording.topics[name].count for name in CONTROL}
        custom = recording.custom_data
        messages = list(recording.messages())
    shared = {'messages_per_s': len(messages) / span_s, 'written_mb': size * 1e-6}
    rows: list[dict[str, object]] = [
        {
            'writer': 'recorder',
            'processor_cores': cores,
            'written_mb_per_s': size * 1e-6 / span_s,
            'missed_count': int(custom['missed']),
            'dropped_count': int(custom['dropped']),
            'least_control_hz': min(counts.values()) / span_s,
            **shared,
        },
        {'writer': 'mcap alone', 'processor_cores': _alone(folder, messages) / span_s, **shared},
    ]
    return rows


def _alone(folder: Path, messages: Sequence[Message]) -> float:
    """Return the processor time [s] of the package `mcap` writing the messages."""
    from mcap.writer import CompressionType, Writer

    before = time.process_time()
    with (folder / 'alone.mcap').open('wb') as file:
        writer = Writer(file, compression=CompressionType.NONE)
        writer.start('ros2')
        channels: dict[str, int] = {}
        for message in messages:
            if message.topic not in channels:
                schema = writer.register_schema(message.type, 'ros2msg', b'')
                channels[message.topic] = writer.register_channel(message.topic, 'cdr', schema)
            time_ns = message.received_ns
            writer.add_message(channels[message.topic], time_ns, message.data, message.sent_ns)
        writer.finish()  # type: ignore[no-untyped-call]
    return time.process_time() - before


def _killed(folder: Path, kills: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    lost_s, readable, faulty = [], 0, 0
    for number in range(kills):
        bag = folder / f'killed{number}'
        with subprocess.Popen(
            [sys.executable, '-c', WRITE_UNTIL_KILLED, str(bag)],
            stdout=subprocess.PIPE,
            env=environment,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(float(rng.uniform(0.8, 2.5)))
            at_ns = time.time_ns()
            process.kill()
        with Recording(bag) as recording:
            last = max(message.received_ns for message in recording.messages())
            readable += recording.decode(next(recording.messages(['/control']))) is not None
            faulty += any(f.kind.value == 'damaged' for f in recording.faults)
        lost_s.append((at_ns - last) * 1e-9)
    return {
        'writer': 'killed',
        'kills_count': kills,
        'readable_count': readable,
        'damaged_count': faulty,
        'lost_median_s': float(np.median(lost_s)),
        'lost_max_s': max(lost_s),
    }


def _publish() -> int:
    """Publish the load until Ctrl-C."""
    import rclpy
    from sensor_msgs.msg import CompressedImage, JointState
    from std_msgs.msg import Float64MultiArray

    from telesurgery_msgs.msg import TeleopCommand
    from telesurgery_ros import qos

    rclpy.init()
    node = rclpy.create_node('bench_load')
    joints = [0.1] * 25
    kinds = {
        '/teleop/command': TeleopCommand(),
        '/targets': Float64MultiArray(data=joints),
        '/joint_states': JointState(
            name=[f'joint{k}' for k in range(25)], position=joints, velocity=joints
        ),
    }
    control = [
        (node.create_publisher(type(message), topic, qos.STREAM_OUT), message)
        for topic, message in kinds.items()
    ]
    video = node.create_publisher(CompressedImage, '/video/compressed', qos.STREAM_OUT)
    picture = CompressedImage(format='jpeg', data=bytes(PICTURE_BYTES))
    due, count = time.monotonic(), 0
    try:
        while True:
            for publisher, message in control:
                publisher.publish(message)
            count += 1
            if count % VIDEO_EVERY == 0:
                video.publish(picture)
            due += 1.0 / CONTROL_HZ
            time.sleep(max(due - time.monotonic(), 0.0))
    except KeyboardInterrupt:
        return 0


def _wait_for(condition: Callable[[], bool], deadline_s: float = 60.0) -> None:
    give_up = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(f'not within {deadline_s:g} s')
        time.sleep(0.05)


def _processor_s(pid: int) -> float:
    """Return the processor time [s] of a process."""
    fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


if __name__ == '__main__':
    sys.exit(_publish() if sys.argv[1:] == ['--publish'] else main(sys.argv[1:]))
