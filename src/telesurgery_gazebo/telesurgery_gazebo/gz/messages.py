"""The messages of gz-sim (package gz.msgs), as far as they are used.

Field numbers are those of the .proto files that gz-msgs 10 installs.
"""

from __future__ import annotations

from typing import Any

from telesurgery_gazebo.protobuf import message_types

Message = Any
"""An instance of one of them: the classes are made at import time."""

_TYPES = message_types(
    'gz.msgs',
    {
        'Time': 'sec int64 1, nsec int32 2',
        'Header': 'stamp Time 1',
        'Stamped': 'header Header 1',  # any message whose header alone is looked at
        'Boolean': 'data bool 2',
        'Vector3d': 'x double 2, y double 3, z double 4',
        'Quaternion': 'x double 2, y double 3, z double 4, w double 5',
        'Pose': 'header Header 1, name string 2, position Vector3d 4, orientation Quaternion 5',
        'Pose_V': 'pose *Pose 2',
        'Axis': 'position double 10',
        'Joint': 'name string 2, axis1 Axis 10',
        'Model': 'joint *Joint 6',
        'JointTrajectoryPoint': 'positions *double 1, velocities *double 2',
        'JointTrajectory': 'joint_names *string 2, points *JointTrajectoryPoint 3',
        'Wrench': 'header Header 1, force Vector3d 2, torque Vector3d 3',
        'JointWrench': 'body_1_wrench Wrench 6',
        'Contact': 'position *Vector3d 4, normal *Vector3d 5, wrench *JointWrench 7',
        'Contacts': 'header Header 1, contact *Contact 2',
        'WorldReset': 'all bool 2',
        'WorldControl': 'pause bool 2, multi_step uint32 4, reset WorldReset 5',
        'WorldStatistics': 'paused bool 5',
    },
)

Boolean = _TYPES['Boolean']
Contacts = _TYPES['Contacts']
JointTrajectory = _TYPES['JointTrajectory']
Model = _TYPES['Model']
PoseV = _TYPES['Pose_V']
Stamped = _TYPES['Stamped']
WorldControl = _TYPES['WorldControl']
WorldStatistics = _TYPES['WorldStatistics']
Wrench = _TYPES['Wrench']
