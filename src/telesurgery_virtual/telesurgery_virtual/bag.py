"""A journal as a rosbag2 recording: the topics of both sides, with stamps of the session's time.

Nothing in it comes from a clock, a path or a process: the same journal gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import joint_frames
from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.writer import RecordingWriter
from telesurgery_virtual import messages
from telesurgery_virtual.journal import Journal

EPOCH_NS = 1_700_000_000_000_000_000
"""What the session's time zero is on the stamps: CRTK has no valid stamp of zero."""
FOLDER = 'session'
"""Name of the bag's folder: the file in it and its metadata have the name, too."""
COMMAND = '/teleop/command'
BATCH = 100
"""Rows of a trace in one message."""
EVERY = 2
"""Every so many looks the arms' poses are recorded: 50 Hz, as the nodes have it."""
LATCHED = ('/console/clutch', '/console/camera', '/console/operator_present', '/simulator/state')

Entry = tuple[int, str, str, bytes]
"""Time [ns], topic, type, message."""


def write_bag(
    journal: Journal, robot: RobotDescription, profile: str, folder: Path, definitions: Definitions
) -> None:
    """Write the bag ``folder``; RecordingError when it is there already or cannot be written."""
    whole = messages.Whole(definitions)
    entries = [
        *_console(journal),
        *_commands(journal, whole),
        *_traces(journal),
        *_states(journal, whole, profile),
        *_motion(journal, robot),
    ]
    entries.sort(key=lambda entry: entry[0])  # stable: of one moment in the order made
    with RecordingWriter(folder, definitions, compressed=True) as writer:
        for topic, kind in sorted({(entry[1], entry[2]) for entry in entries}):
            writer.add_topic(topic, kind, latched=topic in LATCHED)
        for at_ns, topic, _, data in entries:
            writer.write(topic, at_ns, data)


def stamp_ns(now: float) -> int:
    """Return the stamp of a time of the session [s]."""
    return EPOCH_NS + round(now * 1e9)


def _console(journal: Journal) -> Iterator[Entry]:
    """Yield what the device said: poses and grippers always, pedals when they change."""
    pedals: dict[str, bool] = {}
    for noted in journal.samples:
        at_ns = stamp_ns(noted.now)
        for hand in Hand:
            held = noted.sample.hand(hand)
            if held is None:
                continue
            pose = messages.pose_stamped(at_ns, 'view', held.T_view_hand)
            yield at_ns, f'/{hand.value}/measured_cp', messages.POSE, pose
            gripper = messages.joint_state(at_ns, ['gripper'], [held.gripper], np.zeros(0))
            yield at_ns, f'/{hand.value}/gripper/measured_js', messages.JOINTS, gripper
        for name in ('clutch', 'camera', 'operator_present'):
            pressed = bool(getattr(noted.sample, name))
            if pedals.get(name) is not pressed:
                pedals[name] = pressed
                button = messages.button(at_ns, pressed)
                yield at_ns, f'/console/{name}', messages.JOY, button


def _commands(journal: Journal, whole: messages.Whole) -> Iterator[Entry]:
    for noted in journal.samples:
        message = messages.teleop_command(whole, noted.command, EPOCH_NS)
        yield stamp_ns(noted.now), COMMAND, messages.COMMAND, message


def _traces(journal: Journal) -> Iterator[Entry]:
    """Yield which command crossed the link when, and with which target it took effect."""
    ticks = np.array([stamp_ns(tick) for tick in journal.ticks], dtype=np.int64)
    numbers = np.arange(len(ticks))
    for part in _batches(len(ticks)):
        message = messages.target_trace(int(ticks[part][-1]), numbers[part], ticks[part])
        yield int(ticks[part][-1]), '/trace/target', messages.TARGET_TRACE, message
    arrivals = journal.arrivals
    at = np.array([stamp_ns(arrival.now) for arrival in arrivals], dtype=np.int64)
    sequence = np.array([arrival.sequence for arrival in arrivals], dtype=np.int64)
    stamps = EPOCH_NS + np.array([arrival.stamp_ns for arrival in arrivals], dtype=np.int64)
    sent = EPOCH_NS + np.array([arrival.taken_ns for arrival in arrivals], dtype=np.int64)
    injected = np.array([arrival.injected_ns for arrival in arrivals], dtype=np.int64)
    for part in _batches(len(arrivals)):
        newest = int(at[part][-1])
        message = messages.link_trace(
            newest, COMMAND, sequence[part], sent[part], injected[part], at[part]
        )
        yield newest, '/trace/link', messages.LINK_TRACE, message
    target = np.searchsorted(ticks, at)  # the first tick that knows of it
    followed = np.array([arrival.followed for arrival in arrivals], dtype=bool)
    acted = followed & (target < len(ticks)) if len(arrivals) else followed
    sequence, stamps, target, at = (values[acted] for values in (sequence, stamps, target, at))
    for part in _batches(len(at)):
        newest = int(at[part][-1])
        message = messages.command_trace(newest, sequence[part], stamps[part], target[part])
        yield newest, '/trace/command', messages.COMMAND_TRACE, message


def _states(journal: Journal, whole: messages.Whole, profile: str) -> Iterator[Entry]:
    for stated in journal.statements:
        at_ns = stamp_ns(stated.now)
        safety = messages.safety_state(whole, at_ns, stated.robot)
        yield at_ns, '/safety/state', messages.SAFETY, safety
        motion = messages.motion_state(whole, at_ns, stated.motion)
        yield at_ns, '/motion/state', messages.MOTION, motion
    for now, reports in journal.links:
        at_ns = stamp_ns(now)
        simulator = messages.simulator_state(whole, at_ns, now)
        yield at_ns, '/simulator/state', messages.SIMULATOR, simulator
        for side, report in reports.items():
            status = messages.link_status(whole, at_ns, side, profile, report)
            yield at_ns, '/link/status', messages.LINK_STATUS, status


def _motion(journal: Journal, robot: RobotDescription) -> Iterator[Entry]:
    """Yield the joints, the setpoints' poses and the true poses of shafts and tips."""
    looks = journal.looks[::EVERY]
    if not looks:
        return
    stamps = [stamp_ns(look.now) for look in looks]
    names = list(robot.joint_names)
    for at_ns, look in zip(stamps, looks, strict=True):
        joints = messages.joint_state(at_ns, names, look.joints, look.velocities)
        yield at_ns, '/joint_states', messages.JOINTS, joints
    links: dict[str, list[list[float]]] = {}
    for number, arm in enumerate(journal.arms):
        model, own = robot.model_of(arm), robot.joint_slice(arm)
        n = len(model.joints)
        setpoints = _rows(
            joint_frames(model, [look.setpoints[number] for look in looks])[:, -1]
            @ model.T_last_tip
        )
        for at_ns, row in zip(stamps, setpoints, strict=True):
            pose = messages.pose_row_stamped(at_ns, f'{arm}_rcm', row)
            yield at_ns, f'/{arm}/local/setpoint_cp', messages.POSE, pose
        frames = robot.T_world_rcm(arm) @ joint_frames(
            model, [look.joints[own][:n] for look in looks]
        )
        for joint in ('roll', model.joints[-1].name):
            index = [link.name for link in model.joints].index(joint)
            links[f'{arm}_{joint}_link'] = _rows(frames[:, index])
    for at_ns, *rows in zip(stamps, *links.values(), strict=True):
        poses = messages.link_poses(at_ns, list(links), rows)
        yield at_ns, '/simulator/link_poses', messages.LINK_POSES, poses


def _rows(T: Array) -> list[list[float]]:
    """Return position and quaternion x, y, z, w of poses ``(n, 4, 4)``."""
    quaternions: NDArray[np.float64] = Rotation.from_matrix(T[:, :3, :3]).as_quat()
    rows: list[list[float]] = np.hstack([T[:, :3, 3], quaternions]).tolist()
    return rows


def _batches(count: int) -> Iterator[slice]:
    return (slice(start, min(start + BATCH, count)) for start in range(0, count, BATCH))
