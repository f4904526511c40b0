import sqlite3

import numpy as np
import pytest
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.faults import FaultKind
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.reader import Recording, Topic
from telesurgery_recording.repairing import repair
from telesurgery_recording.writer import RecordingWriter, Split

STORE = get_typestore(Stores.LATEST)
STRING = 'std_msgs/msg/String'
THING = 'nobody/msg/Thing'


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


def listened(path):
    """What is read of a damaged recording, and the kinds of its faults."""
    with Recording(path) as recording:
        heard = [recording.decode(message).data for message in recording.messages()]
        return heard, {fault.kind for fault in recording.faults}


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


def with_rosbags(folder, plugin, compression=None):
    writer = Writer(folder, version=8, storage_plugin=plugin)
    if compression is not None:
        writer.set_compression(*compression)
    with writer:
        connection = writer.add_connection('/said', STRING, typestore=STORE)
        writer.write(connection, 5, text('hello'))
    return folder


def sqlite_bag(folder):
    return with_rosbags(folder, StoragePlugin.SQLITE3) / f'{folder.name}.db3'


def test_sqlite3_recordings_are_read(tmp_path):
    assert said(sqlite_bag(tmp_path / 'old').parent) == ['hello']


def test_a_single_file_is_read(bag):
    assert said(bag / 'bag.mcap') == ['one', 'two', 'three']


def test_a_folder_without_metadata_is_read_if_it_has_one_file(bag):
    (bag / 'metadata.yaml').unlink()

    assert said(bag) == ['one', 'two', 'three']


def test_reading_changes_nothing(bag):
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in bag.iterdir()}
    said(bag)

    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in bag.iterdir()} == before


def cut_before_its_first_message(bag):
    file = bag / 'bag.mcap'
    file.write_bytes(file.read_bytes()[:100])


def with_an_empty_file(bag):
    (bag / 'bag.mcap').write_bytes(b'')


def without_its_file(bag):
    (bag / 'bag.mcap').unlink()


def test_a_recording_that_ends_early_is_read_as_far_as_it_goes(tmp_path):
    words = [f'{k} ' + 'word ' * 2000 for k in range(1000)]  # several chunks
    file = write(tmp_path / 'bag', words) / 'bag.mcap'
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    heard, faults = listened(tmp_path / 'bag')

    assert heard == words[: len(heard)]
    assert 498 <= len(heard) <= 500  # the chunk that is cut, too, as far as it goes
    assert faults == {FaultKind.CUT, FaultKind.UNFINISHED, FaultKind.METADATA}


def test_of_a_packed_chunk_that_is_cut_what_is_there_is_read(tmp_path):
    noise = np.random.default_rng(1)
    words = [noise.bytes(500).hex() for _ in range(900)]  # one chunk of many blocks
    file = write(tmp_path / 'bag', words, compressed=True) / 'bag.mcap'
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    heard, faults = listened(tmp_path / 'bag')

    assert heard == words[: len(heard)]
    assert 250 < len(heard) < 450
    assert FaultKind.CUT in faults


def test_a_database_that_is_cut_is_read_as_far_as_it_goes(tmp_path):
    with Writer(tmp_path / 'bag', version=8, storage_plugin=StoragePlugin.SQLITE3) as writer:
        connection = writer.add_connection('/said', STRING, typestore=STORE)
        for k in range(500):
            writer.write(connection, 5 + k, text(f'{k} ' + 'word ' * 100))
    file = tmp_path / 'bag' / 'bag.db3'
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2 + 1000])  # in the middle of a page
    heard, faults = listened(tmp_path / 'bag')

    assert heard == [f'{k} ' + 'word ' * 100 for k in range(len(heard))]
    assert 200 < len(heard) < 300
    assert faults == {FaultKind.CUT, FaultKind.METADATA}
    assert {p.name for p in file.parent.iterdir()} == {'bag.db3', 'metadata.yaml'}


def test_a_packed_file_that_is_cut_is_named_by_its_own_name(tmp_path):
    options = (CompressionMode.FILE, CompressionFormat.ZSTD)
    with_rosbags(tmp_path / 'bag', StoragePlugin.MCAP, options)
    (file,) = (tmp_path / 'bag').glob('*.zstd')
    file.write_bytes(file.read_bytes()[:-20])

    with pytest.raises(RecordingError, match='cannot be unpacked .it ends too early.') as raised:
        said(tmp_path / 'bag')
    assert str(file) in str(raised.value)


def test_a_file_that_is_there_by_another_extension_is_the_one_that_is_meant(bag):
    (bag / 'bag.mcap').rename(bag / 'bag.db3')

    assert listened(bag) == (['one', 'two', 'three'], {FaultKind.METADATA})


def test_metadata_that_count_other_messages_are_named(bag):
    metadata = bag / 'metadata.yaml'
    metadata.write_text(metadata.read_text().replace('message_count: 3', 'message_count: 7'))

    assert listened(bag) == (['one', 'two', 'three'], {FaultKind.METADATA})


def test_a_time_of_recording_that_is_none_is_left_out_and_named(tmp_path):
    with RecordingWriter(tmp_path / 'bag', Definitions()) as writer:
        writer.add_topic('/said', STRING)
        for time_ns, word in ((5, 'one'), (2**64 - 1, 'never'), (6, 'two')):
            writer.write('/said', time_ns, text(word))

    assert listened(tmp_path / 'bag') == (['one', 'two'], {FaultKind.DAMAGED})


def test_a_type_without_a_definition_keeps_its_name_when_it_is_mended(tmp_path):
    with RecordingWriter(tmp_path / 'bag', Definitions()) as writer:
        writer.write_to(writer.add_channel(Channel('/odd', THING, '')), 1, b'odd')
    repair(tmp_path / 'bag', tmp_path / 'mended')

    with Recording(tmp_path / 'mended') as recording:
        assert recording.topics == {'/odd': Topic(type=THING, count=1)}


@pytest.mark.parametrize('bytes_lost', [1, 8, 37, 100, 200])
def test_of_a_recording_without_its_last_bytes_no_message_is_lost(bag, bytes_lost):
    file = bag / 'bag.mcap'
    file.write_bytes(file.read_bytes()[:-bytes_lost])
    heard, faults = listened(bag)

    assert heard == ['one', 'two', 'three']
    assert FaultKind.UNFINISHED in faults


def test_the_files_of_a_folder_without_metadata_are_read_in_their_order(tmp_path):
    write(tmp_path / 'bag', [str(k) for k in range(40)], split=Split(time_ns=3))
    (tmp_path / 'bag' / 'metadata.yaml').unlink()
    heard, faults = listened(tmp_path / 'bag')

    assert heard == [str(k) for k in range(40)]
    assert faults == {FaultKind.METADATA}


@pytest.mark.parametrize('nonsense', ['hello: [', 'hello: world', '', '\0', '- 1'])
def test_metadata_that_is_nonsense_does_no_harm(bag, nonsense):
    (bag / 'metadata.yaml').write_text(nonsense)

    assert listened(bag) == (['one', 'two', 'three'], {FaultKind.METADATA})


def test_one_unreadable_file_of_several_is_named_and_the_others_are_read(tmp_path):
    write(tmp_path / 'bag', [str(k) for k in range(10)], split=Split(time_ns=5))
    (tmp_path / 'bag' / 'bag_1.mcap').write_bytes(b'')
    heard, faults = listened(tmp_path / 'bag')

    assert heard == [str(k) for k in range(5)]
    assert faults == {FaultKind.UNREADABLE, FaultKind.METADATA}  # which count more messages


@pytest.mark.parametrize('name', ['bag.db3', 'bag.bag', 'bag', 'bag.mcap.old'])
def test_a_wrong_extension_does_no_harm(bag, tmp_path, name):
    (bag / 'bag.mcap').rename(tmp_path / f'x{name}')

    assert said(tmp_path / f'x{name}') == ['one', 'two', 'three']


def test_a_database_that_is_called_mcap_is_read(tmp_path):
    file = sqlite_bag(tmp_path / 'old').rename(tmp_path / 'old.mcap')

    assert said(file) == ['hello']


@pytest.mark.parametrize('mode', [CompressionMode.FILE, CompressionMode.MESSAGE])
@pytest.mark.parametrize('plugin', [StoragePlugin.SQLITE3, StoragePlugin.MCAP])
def test_recordings_compressed_by_rosbag2_are_read(tmp_path, mode, plugin):
    with_rosbags(tmp_path / 'bag', plugin, (mode, CompressionFormat.ZSTD))

    assert said(tmp_path / 'bag') == ['hello']


def test_a_recording_of_ros_1_is_named(tmp_path):
    (tmp_path / 'old.bag').write_bytes(b'#ROSBAG V2.0\n' + bytes(100))
    with pytest.raises(RecordingError, match=r'is one of ROS 1.*rosbags-convert'):
        said(tmp_path / 'old.bag')


@pytest.mark.parametrize(
    ('channel', 'message'),
    [
        ({'message_encoding': 'protobuf'}, "serialised as 'protobuf', by another middleware"),
        ({'definition': ''}, 'without its definition'),
        ({'definition': '} = {'}, 'cannot be understood'),
        ({'definition_encoding': 'jsonschema'}, "its encoding is 'jsonschema'"),
        (
            {'topic': '/add/_service_event', 'type': 'my/srv/Add_Event', 'definition': ''},
            'without its definition',
        ),
    ],
)
def test_a_topic_that_cannot_be_decoded_is_named_and_harms_no_other(tmp_path, channel, message):
    with RecordingWriter(tmp_path / 'bag', Definitions()) as writer:
        writer.add_topic('/said', STRING)
        odd = Channel(**{'topic': '/odd', 'type': THING, 'definition': 'string data', **channel})
        writer.write_to(writer.add_channel(odd), 1, text('odd'))
        writer.write('/said', 2, text('hello'))

    with Recording(tmp_path / 'bag') as recording:
        first, second = recording.messages()
        assert recording.decode(second).data == 'hello'
        with pytest.raises(RecordingError, match=message) as raised:
            recording.decode(first)
    assert '\n' not in str(raised.value)


def emptied(bag):
    for file in bag.iterdir():
        file.unlink()


@pytest.mark.parametrize(
    ('spoil', 'message'),
    [
        (cut_before_its_first_message, 'ends before its first message'),
        (with_an_empty_file, 'it is empty'),
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


def test_of_a_recording_damaged_in_the_middle_the_rest_is_read(tmp_path):
    bag = write(tmp_path / 'bag', ['word ' * 1000] * 500, compressed=True)
    data = bytearray((bag / 'bag.mcap').read_bytes())
    start = data.index(b'\x28\xb5\x2f\xfd')  # where the first compressed chunk begins
    data[start : start + 4] = b'\xff' * 4
    (bag / 'bag.mcap').write_bytes(data)

    heard, faults = listened(bag)

    assert 0 < len(heard) < 500
    assert faults == {FaultKind.DAMAGED}


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
