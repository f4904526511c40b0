"""The messages of gz-transport (package ignition.msgs, later gz.msgs), as far as they are used.

Field numbers are those of the .proto files that ign-msgs 5 installs; they are the same in gz-msgs.
"""

from __future__ import annotations

from enum import IntEnum

from telesurgery_gazebo.protobuf import message_types

_TYPES = message_types(
    'ignition.msgs',
    {
        'Time': 'sec int64 1, nsec int32 2',
        'Header': 'stamp Time 1',
        'Double': 'data double 2',
        'StringMsg': 'data string 2',
        'PID': 'target_optional Double 9, p_gain_optional Double 10, i_gain_optional Double 11, '
        'd_gain_optional Double 12, i_max_optional Double 13, i_min_optional Double 14, '
        'limit_optional Double 15',
        'JointCmd': 'name string 2, axis int32 3, position PID 5, velocity PID 6, reset bool 7, '
        'force_optional Double 8',
        'Image': 'header Header 1, width uint32 2, height uint32 3, step uint32 4, data bytes 5, '
        'pixel_format_type int32 6',
        'Subscriber': 'topic string 1',
        'MessagePublisher': 'ctrl string 1, msg_type string 2, throttled bool 3, '
        'msgs_per_sec uint64 4',
        'ServicePublisher': 'socket_id string 1, request_type string 2, response_type string 3',
        'Publisher': 'topic string 1, address string 2, process_uuid string 3, '
        'node_uuid string 4, scope int32 5, msg_pub MessagePublisher 6, '
        'srv_pub ServicePublisher 7',
        'Discovery': 'version uint32 2, process_uuid string 3, type int32 4, sub Subscriber 6, '
        'pub Publisher 7',
    },
)

JointCmd = _TYPES['JointCmd']
StringMsg = _TYPES['StringMsg']
Image = _TYPES['Image']
Publisher = _TYPES['Publisher']
Discovery = _TYPES['Discovery']


class DiscoveryType(IntEnum):
    """What a discovery datagram says, or a notice to a publisher's control socket."""

    ADVERTISE = 1
    SUBSCRIBE = 2
    UNADVERTISE = 3
    HEARTBEAT = 4
    BYE = 5
    NEW_CONNECTION = 6
    END_CONNECTION = 7


class PixelFormat(IntEnum):
    """How the pixels of an image are stored."""

    UNKNOWN = 0
    RGB_INT8 = 3
    BGR_INT8 = 8


class Scope(IntEnum):
    """How far a publisher's announcement is meant to go."""

    ALL = 2
