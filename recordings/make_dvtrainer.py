"""Make the shipped recording ``dvtrainer_two_hands`` from the increments of a dV-Trainer console.

    python recordings/make_dvtrainer.py console_two_hands.csv recordings/dvtrainer_two_hands

The source is the console stream of one trial of a peg-transfer study (see the README beside the
recording for source, licence and every choice made here). A row holds, for each hand, what the
console sent in one servo cycle: position increments in whole micrometres, increments of the three
gimbal encoders in counts, the grasper, and the pedal that couples the hands to the robot.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rosbags.typesys import Stores, get_typestore
from scipy.signal import butter, filtfilt

from telesurgery_core.transforms import Array, quaternion_from_rotation, rotation_from_rpy
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.writer import RecordingWriter

TAKEN_UP_S = 8.6
"""When both hands hold their handles and have stopped turning them into place."""
RATE_HZ = 200.0
START_NS = 1_700_000_000_000_000_000

TRANSLATION_GAIN = 12.0
"""The console had scaled the hands down; with this gain the right hand moves at 21 mm/s on
average, the mean of surgeons' hands (JIGSAWS)."""
METRES_PER_INCREMENT = 1e-6 * TRANSLATION_GAIN
RADIANS_PER_COUNT = 2.0 * np.pi / 1024.0
"""The encoders' resolution is not documented: 1024 counts a turn is an assumption."""
GRASPER_CLOSED = 2567.0
"""Reading at the mechanical stop, handles pressed together; 0 is open."""
GRIPPER_OPEN_RAD = np.radians(60.0)

TRANSLATION_CUTOFF_HZ = 10.0
ROTATION_CUTOFF_HZ = 5.0

# Columns of increments: x towards the operator, y to the left, z down.
R_VIEW_INCREMENTS = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
# Gimbal: x towards the operator, y to the right, z up; roll, pitch, yaw about them in that order.
R_VIEW_GIMBAL = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])

HANDS = (('MTML', 0, (0.08, 0.0, 0.4)), ('MTMR', 1, (-0.08, 0.0, 0.4)))
"""Master, its number in the source, and where it is put in the display frame at the start [m]."""


@dataclass(frozen=True)
class Hand:
    """One hand over time: positions ``(n, 3)``, rotations ``(n, 3, 3)``, gripper ``(n,)``."""

    p: Array
    R: Array
    gripper: Array


def main() -> None:
    """Read the arguments and write the recording."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('csv', type=Path, help='console_two_hands.csv')
    parser.add_argument('folder', type=Path, help='folder of the recording; must not exist')
    arguments = parser.parse_args()

    table = np.genfromtxt(arguments.csv, delimiter=',', names=True)
    times = cycle_times(table)
    out = np.arange(TAKEN_UP_S, times[-1], 1.0 / RATE_HZ)
    hands = {
        name: hand_at(out, times, table, number, np.array(start)) for name, number, start in HANDS
    }
    coupled = np.interp(out, times, table['pedal']) > 0.5
    write(arguments.folder, hands, ~coupled)


def cycle_times(table: Array) -> Array:
    """Return the time [s] of every row.

    The sequence numbers have no gap, but the rows were stamped on arrival, in bursts of eight or
    so every 16 ms: the cycles themselves are taken as evenly spaced.
    """
    if np.any(np.diff(table['sequence_number']) != 1):
        raise ValueError('the rows have gaps; allowed: consecutive sequence numbers')
    return np.linspace(0.0, table['time_stamp'][-1] - table['time_stamp'][0], len(table))


def hand_at(out: Array, times: Array, table: Array, number: int, start: Array) -> Hand:
    """Return one hand at the times ``out``, at ``start`` and unturned at the first of them."""
    cycle_s = times[1] - times[0]
    travel = summed(table, f'pos{number}') @ R_VIEW_INCREMENTS.T * METRES_PER_INCREMENT
    angles = summed(table, f'rot{number}') * RADIANS_PER_COUNT
    travel = resampled(out, times, smoothed(travel, TRANSLATION_CUTOFF_HZ, cycle_s))
    angles = resampled(out, times, smoothed(angles, ROTATION_CUTOFF_HZ, cycle_s))
    R = np.array([R_VIEW_GIMBAL @ rotation_from_rpy(rpy) @ R_VIEW_GIMBAL.T for rpy in angles])
    pressed = np.clip(table[f'grasper{number}'] / GRASPER_CLOSED, 0.0, 1.0)
    gripper = smoothed((1.0 - pressed) * GRIPPER_OPEN_RAD, ROTATION_CUTOFF_HZ, cycle_s)
    return Hand(
        p=start + travel - travel[0],
        R=R @ R[0].T,
        gripper=np.clip(np.interp(out, times, gripper), 0.0, GRIPPER_OPEN_RAD),
    )


def summed(table: Array, prefix: str) -> Array:
    """Return the running sum ``(n, 3)`` of a triple of increments."""
    return np.cumsum(np.stack([table[f'{prefix}_{axis}'] for axis in 'xyz'], axis=1), axis=0)


def smoothed(x: Array, cutoff_hz: float, cycle_s: float) -> Array:
    """Return ``x`` without the steps of its quantisation: Butterworth, both ways, no lag."""
    b, a = butter(2, 2.0 * cutoff_hz * cycle_s)
    result: Array = filtfilt(b, a, x, axis=0)
    return result


def resampled(out: Array, times: Array, x: Array) -> Array:
    """Return ``x`` ``(n, 3)`` at the times ``out`` by linear interpolation."""
    return np.stack([np.interp(out, times, column) for column in x.T], axis=1)


def write(folder: Path, hands: dict[str, Hand], clutch: Array) -> None:
    """Write the masters and the switches as a rosbag2 recording."""
    count = len(clutch)
    stamps = [START_NS + round(k * 1e9 / RATE_HZ) for k in range(count)]
    switches = {
        '/console/clutch': changes(clutch),
        '/console/camera': [(0, False)],
        '/console/operator_present': [(0, True), (count - 1, False)],
    }
    with RecordingWriter(folder, Definitions(), compressed=True) as writer:
        messages = Messages()
        for topic in switches:
            writer.add_topic(topic, messages.JOY, latched=True)
        for name in hands:
            writer.add_topic(f'/{name}/gripper/measured_js', messages.JOINTS)
            writer.add_topic(f'/{name}/measured_cp', messages.POSE)
        for k, stamp_ns in enumerate(stamps):
            for topic, switched in switches.items():
                for at, pressed in switched:
                    if at == k:
                        writer.write(topic, stamp_ns, messages.joy(stamp_ns, pressed))
            for name, hand in hands.items():
                joints = messages.gripper(stamp_ns, hand.gripper[k])
                writer.write(f'/{name}/gripper/measured_js', stamp_ns, joints)
                pose = messages.pose(stamp_ns, hand.p[k], hand.R[k])
                writer.write(f'/{name}/measured_cp', stamp_ns, pose)


def changes(state: Array) -> list[tuple[int, bool]]:
    """Return the first state and every change of it, each with its index."""
    at = [0, *(np.flatnonzero(np.diff(state.astype(int))) + 1)]
    return [(int(k), bool(state[k])) for k in at]


class Messages:
    """Serialised ROS messages."""

    POSE = 'geometry_msgs/msg/PoseStamped'
    JOINTS = 'sensor_msgs/msg/JointState'
    JOY = 'sensor_msgs/msg/Joy'

    def __init__(self) -> None:
        self._store = get_typestore(Stores.LATEST)
        self._types = self._store.types

    def pose(self, stamp_ns: int, p: Array, R: Array) -> bytes:
        """Return a PoseStamped in the display frame."""
        point = self._types['geometry_msgs/msg/Point'](*map(float, p))
        turn = self._types['geometry_msgs/msg/Quaternion'](
            *map(float, quaternion_from_rotation(R))
        )
        pose = self._types['geometry_msgs/msg/Pose'](point, turn)
        return self._serialised(self.POSE, header=self._header(stamp_ns, 'view'), pose=pose)

    def gripper(self, stamp_ns: int, angle: float) -> bytes:
        """Return a JointState of the gripper."""
        nothing = np.zeros(0)
        return self._serialised(
            self.JOINTS, header=self._header(stamp_ns), name=['gripper'],
            position=np.array([angle]), velocity=nothing, effort=nothing,
        )  # fmt: skip

    def joy(self, stamp_ns: int, pressed: bool) -> bytes:
        """Return a Joy of one button."""
        buttons = np.array([pressed], dtype=np.int32)
        axes = np.zeros(0, dtype=np.float32)
        return self._serialised(
            self.JOY, header=self._header(stamp_ns), axes=axes, buttons=buttons
        )

    def _header(self, stamp_ns: int, frame: str = '') -> object:
        stamp = self._types['builtin_interfaces/msg/Time'](*divmod(stamp_ns, 1_000_000_000))
        return self._types['std_msgs/msg/Header'](stamp, frame)

    def _serialised(self, type_name: str, **fields: object) -> bytes:
        return bytes(self._store.serialize_cdr(self._types[type_name](**fields), type_name))


if __name__ == '__main__':
    main()
