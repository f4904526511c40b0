"""The command as a person uses it: without ROS, and never changing a recording."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from rosbags.rosbag2 import StoragePlugin, Writer

from telesurgery_recording.bag_command import EXIT_FAULTS, EXIT_REFUSED, main
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.reader import Recording
from telesurgery_recording.writer import RecordingWriter

POSE, STATUS, TEXT = (
    'geometry_msgs/msg/PoseStamped',
    'telesurgery_msgs/msg/LinkStatus',
    'std_msgs/msg/String',
)
S = 1_000_000_000
HELLO = b'\x00\x01\x00\x00\x02\x00\x00\x00a\x00'
SLIM_STATUS = 'string side\nfloat64 clock_offset_ms\nfloat64 clock_uncertainty_ms\n'
"""Enough of a LinkStatus: fields are found by their names."""


@pytest.fixture
def definitions():
    return Definitions()


def pose(store, time_ns, x):
    t = store.types
    return bytes(
        store.serialize_cdr(
            t[POSE](
                header=t['std_msgs/msg/Header'](
                    stamp=t['builtin_interfaces/msg/Time'](sec=time_ns // S, nanosec=time_ns % S),
                    frame_id='view',
                ),
                pose=t['geometry_msgs/msg/Pose'](
                    position=t['geometry_msgs/msg/Point'](x=x, y=0.0, z=0.0),
                    orientation=t['geometry_msgs/msg/Quaternion'](x=0.0, y=0.0, z=0.0, w=1.0),
                ),
            ),
            POSE,
        )
    )


def status(side, offset_ms):
    data = b'\x00\x01\x00\x00' + (len(side) + 1).to_bytes(4, 'little') + side.encode() + b'\0'
    data += bytes(-(len(data) - 4) % 8)
    return data + np.array([offset_ms, 0.25]).tobytes()


def side_bag(folder, side, clock_ahead_ns, offset_ms, definitions):
    """A second of poses every 10 ms, and the same instants heard by a clock that is ahead."""
    with RecordingWriter(folder, definitions) as writer:
        writer.add_topic('/shared', TEXT)
        writer.add_topic(f'/{side}_only', TEXT)
        number = writer.add_channel(Channel('/link/status', STATUS, SLIM_STATUS))
        for k in range(100):
            time_ns = 100 * S + 10_000_000 * k + clock_ahead_ns
            writer.write('/shared', time_ns, HELLO, time_ns - 1_000_000)
            writer.write(f'/{side}_only', time_ns + 1, HELLO)
            if k % 10 == 0:
                writer.write_to(number, time_ns + 2, status(side, offset_ms))
    return folder


def test_info_says_what_moves_how_far_and_how_fast(tmp_path, definitions, capsys):
    with RecordingWriter(tmp_path / 'bag', definitions) as writer:
        writer.add_topic('/MTMR/measured_cp', POSE)
        for k in range(101):
            time_ns = 100 * S + 10_000_000 * k
            writer.write('/MTMR/measured_cp', time_ns, pose(definitions.store, time_ns, k * 1e-3))

    assert main(['info', str(tmp_path / 'bag')]) == 0
    said = capsys.readouterr().out
    assert '101 messages in 1.0 s from 1970-01-01 00:01:40 UTC on' in said
    assert '101 poses, 1.0 s, within 100x0x0 mm, 0.10 m long, speed 100 mm/s (median)' in said


@pytest.mark.parametrize(
    ('stamps_s', 'words'),
    [
        ([1, 2, 4, 3, 5], '1 out of order'),
        ([1, 2, 2, 3, 4], '1 with a stamp that another has, too'),
        ([1, 2, 0, 4, 5], '1 without a stamp (0)'),
        ([1, 2, 2_000_000_000, 4, 5], '1 with a stamp more than 10 s off'),
    ],
)
def test_info_counts_stamps_that_are_not_as_they_should_be(
    tmp_path, definitions, capsys, stamps_s, words
):
    with RecordingWriter(tmp_path / 'bag', definitions) as writer:
        writer.add_topic('/a', POSE)
        for k, stamp_s in enumerate(stamps_s):
            writer.write('/a', (k + 1) * S, pose(definitions.store, stamp_s * S, 0.0))

    assert main(['info', str(tmp_path / 'bag')]) == 0
    assert f'stamps: {words}\n' in capsys.readouterr().out


def test_info_gives_no_dates_of_a_recording_without_a_message(tmp_path, definitions, capsys):
    with Writer(tmp_path / 'bag', version=9, storage_plugin=StoragePlugin.MCAP) as writer:
        writer.add_connection('/a', POSE, typestore=definitions.store)

    assert main(['info', str(tmp_path / 'bag')]) == EXIT_FAULTS
    said = capsys.readouterr().out
    assert 'wrong: it has no message' in said
    assert 'UTC' not in said


def test_info_for_programs_is_json_without_nan(tmp_path, definitions, capsys):
    side_bag(tmp_path / 'surgeon', 'surgeon', 0, math.nan, definitions)

    assert main(['info', '--json', str(tmp_path / 'surgeon')]) == 0
    (facts,) = json.loads(capsys.readouterr().out)
    assert facts['side'] == 'surgeon'
    assert facts['count'] == 210
    assert facts['clock_offset_ms'] is None


def test_info_says_what_is_wrong_and_repair_mends_a_copy(tmp_path, definitions, capsys):
    bag = side_bag(tmp_path / 'surgeon', 'surgeon', 0, 0.0, definitions)
    (bag / 'metadata.yaml').unlink()
    file = bag / 'surgeon.mcap'
    file.write_bytes(file.read_bytes()[:-50])

    assert main(['info', str(bag)]) == EXIT_FAULTS
    assert 'wrong: surgeon.mcap: it was not closed' in capsys.readouterr().out
    assert main(['repair', str(bag)]) == 0
    assert 'surgeon-repaired: 210 messages' in capsys.readouterr().out
    assert main(['info', str(tmp_path / 'surgeon-repaired')]) == 0


@pytest.mark.parametrize('measured_by', ['reference', 'other'])
def test_merged_sides_are_on_one_clock(tmp_path, definitions, capsys, measured_by):
    ahead_ns = 250_000_000  # the patient's clock
    own, peers = (250.0, math.nan) if measured_by == 'reference' else (math.nan, -250.0)
    surgeon = side_bag(tmp_path / 'surgeon', 'surgeon', 0, own, definitions)
    patient = side_bag(tmp_path / 'patient', 'patient', ahead_ns, peers, definitions)

    command = ['merge', str(surgeon), str(patient), '--output', str(tmp_path / 'both')]
    assert main(command) == 0
    assert '250.000 ms ahead, within 0.25 ms' in capsys.readouterr().out
    with Recording(tmp_path / 'both') as recording:
        heard = list(recording.messages())
        assert set(recording.topics) == {
            *('/surgeon/shared', '/patient/shared', '/surgeon_only', '/patient_only'),
            *('/surgeon/link/status', '/patient/link/status'),
        }
        assert recording.custom_data['clock_of'] == 'surgeon'
    times = {}
    for message in heard:
        times.setdefault(message.topic, []).append((message.received_ns, message.sent_ns))
    assert times['/patient/shared'] == times['/surgeon/shared']
    assert [m.received_ns for m in heard] == sorted(m.received_ns for m in heard)


def test_clocks_that_were_never_compared_are_said_to_be_taken_as_one(
    tmp_path, definitions, capsys
):
    bags = [
        str(side_bag(tmp_path / side, side, 0, math.nan, definitions))
        for side in ('surgeon', 'patient')
    ]

    assert main(['merge', *bags, '--output', str(tmp_path / 'both'), '--prefix', 'all']) == 0
    assert 'never compared' in capsys.readouterr().out
    with Recording(tmp_path / 'both') as recording:
        assert '/patient/patient_only' in recording.topics


def test_two_recordings_of_one_side_are_not_merged(tmp_path, definitions, capsys):
    bag = str(side_bag(tmp_path / 'surgeon', 'surgeon', 0, 0.0, definitions))

    assert main(['merge', bag, bag, '--output', str(tmp_path / 'both')]) == EXIT_REFUSED
    assert 'both of the surgeon side' in capsys.readouterr().err
    assert not (tmp_path / 'both').exists()


def test_what_is_there_is_never_overwritten(tmp_path, definitions, capsys):
    bag = str(side_bag(tmp_path / 'surgeon', 'surgeon', 0, 0.0, definitions))

    assert main(['repair', bag, '--output', bag]) == EXIT_REFUSED
    assert 'exists already' in capsys.readouterr().err


@pytest.mark.parametrize('options', [[], ['--json']])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path, definitions, options):
    side_bag(tmp_path / 'bag', 'surgeon', 0, 0.0, definitions)
    command = [sys.executable, '-m', 'telesurgery_recording.bag_command', 'info', *options]
    with subprocess.Popen(
        [*command, str(tmp_path / 'bag')],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={'PYTHONPATH': ':'.join(sys.path)},
    ) as process:
        process.stdout.close()  # long before the first line
        assert process.stderr.read() == b''
    assert process.returncode == 0
