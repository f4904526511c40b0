"""Messages built from a table are the bytes that protobuf defines."""

import struct

import pytest

from telesurgery_gazebo.classic import messages as classic
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import message_types, parse
from telesurgery_gazebo.transport import messages as ignition


def test_a_message_is_encoded_as_by_hand():
    """Field 1 varint 5; field 2 varint 300 = AC 02 (protobuf's encoding guide)."""
    time = classic.Time(sec=5, nsec=300)
    assert time.SerializeToString() == bytes.fromhex('0805 10ac02')


def test_a_zero_is_sent_when_it_is_set():
    """Required fields of proto2 must be there even when they are zero."""
    assert classic.Time(sec=0, nsec=0).SerializeToString() == bytes.fromhex('0800 1000')
    assert classic.Time().SerializeToString() == b''


def test_doubles_and_nested_messages_are_decoded_as_by_hand():
    x = b'\x09' + struct.pack('<d', 0.25) + b'\x11' + struct.pack('<d', -1.5)
    position = b'\x1a' + bytes([len(x)]) + x
    pose = parse(classic.Pose, b'\x0a\x03abc' + position)
    assert (pose.name, pose.position.x, pose.position.y) == ('abc', 0.25, -1.5)
    assert not pose.position.HasField('z')


def test_a_repeated_message_is_a_list():
    types = message_types('a.b', {'Item': 'n uint32 1', 'Items': 'items *Item 2'})
    items = types['Items'].FromString(bytes.fromhex('12020801 12020802'))
    assert [item.n for item in items.items] == [1, 2]


def test_unknown_fields_are_skipped():
    message = parse(classic.Time, bytes.fromhex('0805 fa3f03 616263 1007'))
    assert (message.sec, message.nsec) == (5, 7)


def test_the_target_of_a_joint_command_is_where_gazebo_looks_for_it():
    """position is field 5, target_optional field 9 of it, data field 2 of that."""
    command = ignition.JointCmd(name='a')
    command.position.target_optional.data = 2.0
    double = b'\x11' + struct.pack('<d', 2.0)
    target = b'\x4a' + bytes([len(double)]) + double
    position = b'\x2a' + bytes([len(target)]) + target
    assert command.SerializeToString() == b'\x12\x01a' + position


@pytest.mark.parametrize('data', [b'\xff', b'\x0a\x7f', b'\x09\x00', bytes(range(1, 64))])
def test_rubbish_is_refused_by_the_name_of_the_message(data):
    with pytest.raises(WireError, match=r'gazebo\.msgs\.PosesStamped'):
        parse(classic.PosesStamped, data)
