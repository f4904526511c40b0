"""The messages of Gazebo 11's own transport (package gazebo.msgs), as far as they are used.

Field numbers are those of the .proto files that Gazebo 11 installs.
"""

from __future__ import annotations

from telesurgery_gazebo.protobuf import message_types

_TYPES = message_types(
    'gazebo.msgs',
    {
        'Time': 'sec int32 1, nsec int32 2',
        'Packet': 'stamp Time 1, type string 2, serialized_data bytes 3',
        'GzString': 'data string 1',
        'GzString_V': 'data *string 1',
        'Publish': 'topic string 1, msg_type string 2, host string 3, port uint32 4',
        'Subscribe': 'topic string 1, host string 2, port uint32 3, msg_type string 4, '
        'latching bool 5',
        'Vector3d': 'x double 1, y double 2, z double 3',
        'Quaternion': 'x double 2, y double 3, z double 4, w double 5',
        'Pose': 'name string 1, id uint32 2, position Vector3d 3, orientation Quaternion 4',
        'PosesStamped': 'time Time 1, pose *Pose 2',
        'Wrench': 'force Vector3d 1, torque Vector3d 2',
        'WrenchStamped': 'time Time 1, wrench Wrench 2',
        'JointWrench': 'body_1_wrench Wrench 5, body_2_wrench Wrench 6',
        'Contact': 'collision1 string 1, collision2 string 2, position *Vector3d 3, '
        'wrench *JointWrench 6',
        'Contacts': 'contact *Contact 1, time Time 2',
        'WorldReset': 'all bool 1',
        'WorldControl': 'pause bool 1, step bool 2, multi_step uint32 3, reset WorldReset 4',
        'Request': 'id int32 1, request string 2, data string 3',
        'Response': 'id int32 1, request string 2, response string 3, type string 4, '
        'serialized_data bytes 5',
        'Link': 'name string 2, pose Pose 9',
        'Model': 'name string 1, pose Pose 4, link *Link 6',
        'Physics': 'real_time_update_rate double 14',
    },
)

Time = _TYPES['Time']
Packet = _TYPES['Packet']
GzString = _TYPES['GzString']
GzStringV = _TYPES['GzString_V']
Publish = _TYPES['Publish']
Subscribe = _TYPES['Subscribe']
Contacts = _TYPES['Contacts']
WrenchStamped = _TYPES['WrenchStamped']
Pose = _TYPES['Pose']
Link = _TYPES['Link']
Model = _TYPES['Model']
Physics = _TYPES['Physics']
PosesStamped = _TYPES['PosesStamped']
Request = _TYPES['Request']
Response = _TYPES['Response']
WorldControl = _TYPES['WorldControl']
