"""Recordings of poses that are not as they should be: named, counted, and never changed."""

import math
import time

import pytest
from rosbags.typesys import Stores, get_typestore

from telesurgery_recording.bag_command import EXIT_FAULTS, main
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.writer import RecordingWriter

POSE = 'geometry_msgs/msg/PoseStamped'
STORE = get_typestore(Stores.LATEST)
S, MS = 1_000_000_000, 1_000_000
BEGIN = 1_700_000_000 * S
COUNT = 20


def pose(time_ns, x=0.0, w=1.0):
    t = STORE.types
    message = t[POSE](
        header=t['std_msgs/msg/Header'](
            stamp=t['builtin_interfaces/msg/Time'](sec=time_ns // S, nanosec=time_ns % S),
            frame_id='view',
        ),
        pose=t['geometry_msgs/msg/Pose'](
            position=t['geometry_msgs/msg/Point'](x=x, y=0.0, z=0.0),
            orientation=t['geometry_msgs/msg/Quaternion'](x=0.0, y=0.0, z=0.0, w=w),
        ),
    )
    return bytes(STORE.serialize_cdr(message, POSE))


def good(k):
    """When the k-th message is recorded, and what it is."""
    time_ns = BEGIN + 20 * MS * k
    return time_ns, pose(time_ns, 1e-3 * k)


def later(ahead_ns):
    def message(k):
        time_ns = BEGIN + 20 * MS * k + ahead_ns
        return time_ns, pose(time_ns)

    return message


def at_one_instant(k):
    return BEGIN, pose(BEGIN)


def sometimes(**odd):
    """Every fifth pose is odd."""

    def message(k):
        time_ns, data = good(k)
        return time_ns, pose(time_ns, **odd) if k % 5 == 0 else data

    return message


def sometimes_cut(k):
    time_ns, data = good(k)
    return time_ns, data[:20] if k % 5 == 0 else data


def written(folder, message):
    with RecordingWriter(folder, Definitions()) as writer:
        writer.add_topic('/MTMR/measured_cp', POSE)
        for k in range(COUNT):
            time_ns, data = message(k)
            writer.write('/MTMR/measured_cp', time_ns, data)
    return folder


A_YEAR_AHEAD = time.time_ns() + 365 * 86_400 * S - BEGIN


@pytest.mark.parametrize(
    ('message', 'words'),
    [
        (later(A_YEAR_AHEAD), 'wrong: it ends in the future, '),
        (at_one_instant, 'wrong: 20 messages were recorded at one instant (0 Hz)'),
        (sometimes(x=math.nan), 'wrong: 4 messages have a pose that is not finite'),
        (sometimes(x=math.inf), 'wrong: 4 messages have a pose that is not finite'),
        (sometimes(x=1e300), 'wrong: 4 messages have a position beyond 1e+06 m'),
        (sometimes(w=0.0), 'wrong: 4 messages have a quaternion that is not of length one'),
        (sometimes_cut, 'wrong: 4 messages cannot be decoded'),
    ],
)
def test_info_names_it_and_counts_it_and_ends_with_a_code(tmp_path, capsys, message, words):
    bag = written(tmp_path / 'bag', message)
    before = {file: file.read_bytes() for file in bag.iterdir()}

    assert main(['info', str(bag)]) == EXIT_FAULTS
    assert words in capsys.readouterr().out
    assert {file: file.read_bytes() for file in bag.iterdir()} == before


def test_what_is_good_beside_it_is_measured_as_ever(tmp_path, capsys):
    main(['info', str(written(tmp_path / 'good', good))])
    expected = capsys.readouterr().out
    main(['info', str(written(tmp_path / 'odd', sometimes_cut))])
    said = capsys.readouterr().out

    assert '20 poses, 0.4 s, within 19x0x0 mm, 0.02 m long, speed 50 mm/s' in expected
    assert '16 poses, 0.4 s, within 18x0x0 mm, 0.02 m long, speed 50 mm/s' in said


def test_stamps_of_another_clock_are_told(tmp_path, capsys):
    def by_another_clock(k):
        time_ns, _ = good(k)
        return time_ns, pose(time_ns - 3600 * S)

    assert main(['info', str(written(tmp_path / 'bag', by_another_clock))]) == 0
    assert 'stamps: they are 3600 s behind the times of recording' in capsys.readouterr().out


def test_a_topic_of_another_middleware_is_named_and_nothing_else_suffers(tmp_path, capsys):
    with RecordingWriter(tmp_path / 'bag', Definitions()) as writer:
        writer.add_topic('/MTMR/measured_cp', POSE)
        foreign = Channel('/foreign', 'foo.Bar', 'x', 'protobuf', 'protobuf')
        writer.write_to(writer.add_channel(foreign), BEGIN, b'x')
        for k in range(COUNT):
            writer.write('/MTMR/measured_cp', *good(k))

    assert main(['info', str(tmp_path / 'bag')]) == 0
    said = capsys.readouterr().out
    assert "topic /foreign is serialised as 'protobuf', by another middleware" in said
    assert '20 poses' in said
