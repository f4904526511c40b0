"""What is left of a recording when its recorder or its disk ends in the middle."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Recording
from telesurgery_recording.repairing import repair
from telesurgery_recording.writer import RecordingWriter, Split

STRING = 'std_msgs/msg/String'
HELLO = b'\x00\x01\x00\x00\x02\x00\x00\x00a\x00'

ENDLESS = f"""
import sys
from pathlib import Path
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.writer import RecordingWriter, Split

writer = RecordingWriter(Path(sys.argv[1]), Definitions(), split=Split(size_bytes=200_000))
writer.add_topic('/said', '{STRING}')
number = 0
while True:
    for _ in range(100):
        number += 1
        writer.write('/said', number, {HELLO!r})
    writer.flush()
    print(number, flush=True)
"""


def written_until_killed(folder, flushes):
    """Kill a process that writes; return how many messages it had flushed."""
    with subprocess.Popen(
        [sys.executable, '-c', ENDLESS, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(flushes):
            flushed = int(process.stdout.readline())
        process.kill()
        return int((process.stdout.read().split() or [flushed])[-1])


@pytest.fixture(autouse=True)
def sources(monkeypatch):
    monkeypatch.setenv('PYTHONPATH', ':'.join(sys.path))


@pytest.mark.parametrize('flushes', [1, 7, 60])
def test_after_a_kill_everything_that_was_flushed_is_read_and_repaired(tmp_path, flushes):
    flushed = written_until_killed(tmp_path / 'bag', flushes)
    with Recording(tmp_path / 'bag') as recording:
        times = [message.received_ns for message in recording.messages()]
        assert recording.faults

    assert times == list(range(1, len(times) + 1))
    assert len(times) >= flushed
    before = {file: file.read_bytes() for file in (tmp_path / 'bag').iterdir()}
    assert repair(tmp_path / 'bag', tmp_path / 'new').count == len(times)
    assert before == {file: file.read_bytes() for file in (tmp_path / 'bag').iterdir()}
    with Recording(tmp_path / 'new') as recording:
        assert recording.count == len(times)
        assert not recording.faults


def test_of_what_a_full_disk_refuses_only_that_is_lost_and_counted(tmp_path):
    """The limit of a file's size is to a writer what a full disk is: part of it, then an error."""
    with RecordingWriter(tmp_path / 'bag', Definitions()) as writer:
        writer.add_topic('/said', STRING)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        for k in range(100):
            writer.write('/said', k, HELLO)
        writer.flush()
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (8000, before[1]))
            for k in range(100, 200):
                writer.write('/said', k, HELLO)
            with pytest.raises(RecordingError, match='cannot be written on'):
                writer.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert writer.dropped == 100
        for k in range(200, 300):
            writer.write('/said', k, HELLO)

    with Recording(tmp_path / 'bag') as recording:
        times = [message.received_ns for message in recording.messages()]
        assert not recording.faults
    assert times == [*range(100), *range(200, 300)]


def test_a_disk_that_is_full_from_the_start_of_a_file_is_survived(tmp_path):
    with RecordingWriter(tmp_path / 'bag', Definitions(), split=Split(time_ns=100)) as writer:
        writer.add_topic('/said', STRING)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        for k in range(100):
            writer.write('/said', k, HELLO)
        writer.flush()
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (5, before[1]))
            for k in range(100, 110):
                with pytest.raises(RecordingError):
                    writer.write('/said', k, HELLO)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        writer.write('/said', 110, HELLO)
        assert writer.dropped == 10

    with Recording(tmp_path / 'bag') as recording:
        times = [message.received_ns for message in recording.messages()]
    assert times == [*range(100), 110]
    assert Path(tmp_path / 'bag' / 'metadata.yaml').exists()
