"""Writing from a thread: nothing waits for the disk, and what is lost is counted."""

import shutil
from collections import namedtuple

import pytest

from telesurgery_recording import background
from telesurgery_recording.background import BackgroundWriter
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.numbering import Numbering
from telesurgery_recording.reader import Recording
from telesurgery_recording.writer import RecordingWriter

STRING = 'std_msgs/msg/String'
HELLO = b'\x00\x01\x00\x00\x02\x00\x00\x00a\x00'
NEVER_S = 3600.0
Usage = namedtuple('Usage', 'total used free')


@pytest.fixture
def writer(tmp_path):
    writer = RecordingWriter(tmp_path / 'bag', Definitions())
    writer.add_topic('/said', STRING)
    return writer


def started(writer, **options):
    settings = {'flush_s': NEVER_S, 'buffer_bytes': 1000, 'reserve_bytes': 0, **options}
    return BackgroundWriter(writer, **settings)


def heard(writer):
    with Recording(writer.folder) as recording:
        return [(m.received_ns, m.sent_ns, m.sequence) for m in recording.messages()]


def test_what_is_put_is_written_with_both_its_times(writer):
    disk = started(writer, flush_s=0.01)
    for k in range(1, 50):
        disk.put('/said', 10 * k, HELLO, 10 * k - 3, k)
    disk.say('about', {'who': 'me'})
    disk.close()

    assert heard(writer) == [(10 * k, 10 * k - 3, k) for k in range(1, 50)]
    with Recording(writer.folder) as recording:
        assert recording.metadata == {'about': {'who': 'me'}}


def test_what_does_not_fit_into_memory_is_dropped_and_counted_by_topic(writer):
    disk = started(writer)
    for k in range(150):
        disk.put('/said', k, HELLO)
    progress = disk.progress()
    disk.close()

    assert (progress.count, progress.dropped) == (100, 50)
    assert progress.dropped_by_topic == {'/said': 50}
    assert len(heard(writer)) == 100


def test_below_the_reserve_nothing_is_written_until_there_is_room_again(writer, monkeypatch):
    disk = started(writer, reserve_bytes=1000)
    for free, expected in ((999, 'less than the reserve'), (1001, '')):
        monkeypatch.setattr(
            background.shutil, 'disk_usage', lambda folder, free=free: Usage(0, 0, free)
        )
        disk.put('/said', free, HELLO)
        disk._write()
        assert expected in disk.progress().trouble
    disk.close()

    assert disk.progress().dropped == 1
    assert [time_ns for time_ns, _, _ in heard(writer)] == [1001]


def test_a_recording_whose_folder_is_gone_is_a_trouble_and_no_end(writer):
    disk = started(writer, flush_s=0.005)
    shutil.rmtree(writer.folder)
    disk.put('/said', 1, HELLO)
    disk._write()

    assert disk.progress().trouble


@pytest.mark.parametrize(
    ('numbers', 'missed'),
    [([1, 2, 3], 0), ([5, 6, 9], 2), ([5, 7, 1, 2], 1), ([0, 0, 0], 0), ([7], 0)],
)
def test_numbers_tell_what_was_missed(numbers, missed):
    numbering = Numbering()
    for number in numbers:
        numbering.take(number)

    assert numbering.missed == missed


def test_of_several_publishers_numbers_tell_nothing():
    numbering = Numbering()
    numbering.judged = False
    for number in (1, 100, 2, 101):
        numbering.take(number)

    assert numbering.missed == 0
