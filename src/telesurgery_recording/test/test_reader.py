import shutil
import sqlite3

import pytest
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Recording, Topic
from telesurgery_recording.writer import RecordingWriter

STORE = get_typestore(Stores.LATEST)
STRING = 'std_msgs/msg/String'


def text(content):
    return bytes(STORE.serialize_cdr(STORE.types[STRING](data=content), STRING))


def write(folder, contents, **options):
    with RecordingWriter(folder, Definitions(), **options) as writer:
        writer.add_topic('/said', STRING)
        for k, content in enumerate(contents):
            writer.write('/said', 1_000 + k, text(content))
    return folder


def said(path):
    with Recording(path) as recording:
        return [recording.decode(message).data for message in recording.messages()]


@pytest.fixture
def bag(tmp_path):
    return write(tmp_path / 'bag', ['one', 'two', 'three'])


def test_what_was_written_is_read(bag):
    with Recording(bag) as recording:
        assert recording.topics == {'/said': Topic(type=STRING, count=3)}
        assert recording.count == 3
        messages = list(recording.messages())

    assert [message.received_ns for message in messages] == [1000, 1001, 1002]
    assert [message.data for message in messages] == [text('one'), text('two'), text('three')]
    assert said(bag) == ['one', 'two', 'three']


def test_only_the_topics_asked_for_are_read(bag):
    with Recording(bag) as recording:
        assert list(recording.messages(['/elsewhere'])) == []
        assert len(list(recording.messages(['/said', '/elsewhere']))) == 3


def test_a_compressed_recording_is_read_and_smaller(tmp_path, bag):
    long = ['word ' * 100] * 100
    plain, small = write(tmp_path / 'a', long), write(tmp_path / 'b', long, compressed=True)

    assert said(plain) == said(small) == long
    assert (small / 'b.mcap').stat().st_size < 0.2 * (plain / 'a.mcap').stat().st_size


def test_sqlite3_recordings_are_read(tmp_path):
    folder = tmp_path / 'old'
    with Writer(folder, version=8, storage_plugin=StoragePlugin.SQLITE3) as writer:
        connection = writer.add_connection('/said', STRING, typestore=STORE)
        writer.write(connection, 5, text('hello'))

    assert said(folder) == ['hello']


def test_a_single_file_is_read(bag):
    assert said(bag / 'bag.mcap') == ['one', 'two', 'three']


def test_a_folder_without_metadata_is_read_if_it_has_one_file(bag):
    (bag / 'metadata.yaml').unlink()

    assert said(bag) == ['one', 'two', 'three']


def test_reading_changes_nothing(bag):
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in bag.iterdir()}
    said(bag)

    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in bag.iterdir()} == before


def truncated(bag):
    file = bag / 'bag.mcap'
    file.write_bytes(file.read_bytes()[:-100])


def without_metadata_and_doubled(bag):
    (bag / 'metadata.yaml').unlink()
    shutil.copy(bag / 'bag.mcap', bag / 'again.mcap')


def with_an_empty_file(bag):
    (bag / 'bag.mcap').write_bytes(b'')


def with_nonsense_for_metadata(bag):
    (bag / 'metadata.yaml').write_text('hello: [')


def with_other_metadata(bag):
    (bag / 'metadata.yaml').write_text('hello: world')


def without_its_file(bag):
    (bag / 'bag.mcap').unlink()


def emptied(bag):
    for file in bag.iterdir():
        file.unlink()


@pytest.mark.parametrize(
    ('spoil', 'message'),
    [
        (truncated, 'it may be truncated'),
        (without_metadata_and_doubled, r'no metadata\.yaml.*found: again\.mcap, bag\.mcap'),
        (with_an_empty_file, 'cannot be read'),
        (with_nonsense_for_metadata, 'cannot be read'),
        (with_other_metadata, 'cannot be read'),
        (without_its_file, 'are missing'),
        (emptied, r'found: none of these'),
    ],
    ids=lambda value: getattr(value, '__name__', ''),
)
def test_a_spoilt_recording_is_refused_in_one_line(bag, spoil, message):
    spoil(bag)
    with pytest.raises(RecordingError, match=message) as raised:
        said(bag)

    assert '\n' not in str(raised.value)
    assert str(bag) in str(raised.value)


def test_a_recording_damaged_in_the_middle_is_refused(tmp_path):
    bag = write(tmp_path / 'bag', ['word ' * 1000] * 500, compressed=True)
    data = bytearray((bag / 'bag.mcap').read_bytes())
    start = data.index(b'\x28\xb5\x2f\xfd')  # where the first compressed chunk begins
    data[start : start + 4] = b'\xff' * 4
    (bag / 'bag.mcap').write_bytes(data)

    with pytest.raises(RecordingError, match='cannot be read'):
        said(bag)


@pytest.mark.parametrize('name', ['notes.txt', 'numbers.mcap', 'numbers.db3'])
def test_a_file_that_is_no_recording_is_refused(tmp_path, name):
    (tmp_path / name).write_text('1, 2, 3\n' * 50)
    with pytest.raises(RecordingError, match='cannot be read'):
        said(tmp_path / name)


def test_a_database_that_is_no_recording_is_refused(tmp_path):
    sqlite3.connect(tmp_path / 'other.db3').close()
    with pytest.raises(RecordingError, match='cannot be read'):
        said(tmp_path / 'other.db3')


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(RecordingError, match='does not exist'):
        Recording(tmp_path / 'nowhere')


@pytest.mark.parametrize('name', ['Suturing_B002', 'Knot_Tying_D001', 'Needle_Passing_C004'])
def test_recordings_of_surgeons_are_read_whole(shared_data, name):
    with Recording(shared_data / 'jigsaws' / name) as recording:
        assert sum(1 for _ in recording.messages()) == recording.count > 10_000


def test_a_recording_of_a_real_robot_is_read(shared_data):
    with Recording(shared_data / 'dvrk' / 'psm2_traj_01') as recording:
        first = next(recording.messages(['/PSM2/measured_js']))

        assert len(recording.decode(first).position) == 6
