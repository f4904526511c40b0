"""What a journal has noted, as messages of the topics that the nodes would publish."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rosbags.interfaces import Nodetype

from telesurgery_arm.status import RobotStatus
from telesurgery_core.transforms import Array, quaternion_from_rotation
from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_link.channels import Side
from telesurgery_link.report import LinkReport
from telesurgery_link.samples import Percentiles
from telesurgery_motion.state import HandState, MotionState
from telesurgery_recording.definitions import Definitions
from telesurgery_virtual.cdr import Cdr

Integers = NDArray[np.int64]

POSE = 'geometry_msgs/msg/PoseStamped'
JOINTS = 'sensor_msgs/msg/JointState'
JOY = 'sensor_msgs/msg/Joy'
COMMAND = 'telesurgery_msgs/msg/TeleopCommand'
SAFETY = 'telesurgery_msgs/msg/SafetyState'
MOTION = 'telesurgery_msgs/msg/MotionState'
LINK_STATUS = 'telesurgery_msgs/msg/LinkStatus'
LINK_POSES = 'telesurgery_msgs/msg/LinkPoses'
LINK_TRACE = 'telesurgery_msgs/msg/LinkTrace'
COMMAND_TRACE = 'telesurgery_msgs/msg/CommandTrace'
TARGET_TRACE = 'telesurgery_msgs/msg/TargetTrace'
SIMULATOR = 'telesurgery_msgs/msg/SimulatorState'

WINDOW_S = 10.0
"""Over this time the link's figures are."""


def pose_stamped(stamp_ns: int, frame: str, T: Array) -> bytes:
    """Return a PoseStamped of ``(4, 4)``."""
    return bytes(Cdr().header(stamp_ns, frame).pose(T))


def pose_row_stamped(stamp_ns: int, frame: str, row: Sequence[float]) -> bytes:
    """Return a PoseStamped of position and quaternion x, y, z, w ``(7,)``."""
    return bytes(Cdr().header(stamp_ns, frame).position_quaternion(row))


def joint_state(
    stamp_ns: int, names: Sequence[str], position: Sequence[float] | Array, velocity: Array
) -> bytes:
    """Return a JointState without efforts."""
    message = Cdr().header(stamp_ns).texts(names).numbers(position).numbers(velocity)
    return bytes(message.numbers(()))


def button(stamp_ns: int, *pressed: bool) -> bytes:
    """Return a Joy of buttons alone."""
    return bytes(Cdr().header(stamp_ns).floats(()).i32s([int(p) for p in pressed]))


def link_poses(stamp_ns: int, names: Sequence[str], rows: Sequence[Sequence[float]]) -> bytes:
    """Return a LinkPoses of rows ``(7,)``: position and quaternion x, y, z, w."""
    message = Cdr().header(stamp_ns, 'world').texts(names).u32(len(rows))
    for row in rows:
        message.position_quaternion(row)
    return bytes(message)


def link_trace(
    stamp_ns: int,
    topic: str,
    numbers: Integers,
    sent_ns: Integers,
    injected_ns: Integers,
    arrival_ns: Integers,
) -> bytes:
    """Return a LinkTrace of arrays ``(n,)``."""
    message = Cdr().header(stamp_ns).text(topic).u64s(numbers).times(sent_ns)
    return bytes(message.times(injected_ns).times(arrival_ns))


def command_trace(stamp_ns: int, numbers: Integers, stamps: Integers, targets: Integers) -> bytes:
    """Return a CommandTrace of arrays ``(n,)``."""
    return bytes(Cdr().header(stamp_ns).u64s(numbers).times(stamps).u64s(targets))


def target_trace(stamp_ns: int, numbers: Integers, handed_ns: Integers) -> bytes:
    """Return a TargetTrace of arrays ``(n,)``."""
    return bytes(Cdr().header(stamp_ns).u64s(numbers).times(handed_ns))


class Whole:
    """Makes messages of any type out of named fields; what is not named is zero or empty.

    So a field that a definition has got since is no fault here. It takes some 50 us a message: for
    what is said a few times a second.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def of(self, kind: str, /, **fields: Any) -> bytes:
        """Return a serialised message."""
        message = self.make(kind, **fields)
        return bytes(self._definitions.store.serialize_cdr(message, kind))

    def make(self, kind: str, /, **fields: Any) -> Any:
        """Return a message, as a part of another; KeyError for a field that it has not."""
        self._definitions.require(kind)
        _, defined = self._definitions.store.fielddefs[kind]
        unknown = fields.keys() - {name for name, _ in defined}
        if unknown:
            raise KeyError(f'{kind} has no field {sorted(unknown)}')
        absent = {name: self._zero(*of) for name, of in defined if name not in fields}
        return self._definitions.store.types[kind](**absent, **fields)

    def header(self, stamp_ns: int, frame: str = '') -> object:
        """Return a std_msgs/Header."""
        seconds, rest = divmod(stamp_ns, 1_000_000_000)
        stamp = self.make('builtin_interfaces/msg/Time', sec=seconds, nanosec=rest)
        return self.make('std_msgs/msg/Header', stamp=stamp, frame_id=frame)

    def pose(self, T: Array) -> object:
        """Return a geometry_msgs/Pose of ``(4, 4)``."""
        x, y, z, w = quaternion_from_rotation(T[:3, :3]).tolist()
        px, py, pz = T[:3, 3].tolist()
        return self.make(
            'geometry_msgs/msg/Pose',
            position=self.make('geometry_msgs/msg/Point', x=px, y=py, z=pz),
            orientation=self.make('geometry_msgs/msg/Quaternion', x=x, y=y, z=z, w=w),
        )

    def _zero(self, node: Any, of: Any) -> Any:
        if node is Nodetype.NAME:
            return self.make(of)
        if node is Nodetype.BASE:
            return '' if of[0] == 'string' else np.dtype(of[0]).type(0).item()
        (element, name), _ = of
        numbers = element is Nodetype.BASE and name[0] != 'string'
        return np.zeros(0, np.dtype(name[0])) if numbers else []


def teleop_command(whole: Whole, command: TeleopCommand, offset_ns: int) -> bytes:
    """Return a TeleopCommand whose stamp is moved by ``offset_ns`` [ns]."""
    return whole.of(
        COMMAND,
        header=whole.header(command.stamp_ns + offset_ns, 'view'),
        sequence=command.sequence,
        present=command.present,
        stop=command.stop,
        left=_hand_command(whole, command.left),
        right=_hand_command(whole, command.right),
    )


def _hand_command(whole: Whole, hand: HandCommand) -> object:
    return whole.make(
        'telesurgery_msgs/msg/HandCommand',
        arm=hand.arm,
        engaged=hand.engaged,
        epoch=hand.epoch,
        displacement=whole.pose(hand.T_displacement),
        jaw=hand.jaw,
    )


def simulator_state(whole: Whole, stamp_ns: int, sim_time_s: float) -> bytes:
    """Return the SimulatorState of the in-memory plant; it has no real-time factor."""
    return whole.of(
        SIMULATOR,
        header=whole.header(stamp_ns),
        simulator='loopback',
        state='running',
        sim_time_s=sim_time_s,
        real_time_factor=float('nan'),
    )


def safety_state(whole: Whole, stamp_ns: int, status: RobotStatus) -> bytes:
    """Return a SafetyState, with the limits that acted as reasons, as the node does."""
    arms = [
        whole.make(
            'telesurgery_msgs/msg/ArmSafety',
            arm=arm.name,
            state=arm.state.value,
            kind=arm.kind,
            holder=arm.holder,
            reason=arm.reason or arm.limits,
            warnings=list(arm.warnings),
        )
        for arm in status.arms
    ]
    return whole.of(
        SAFETY,
        header=whole.header(stamp_ns),
        site=status.site.value,
        stopped=status.stopped,
        velocity_factor=status.velocity_factor,
        holds=status.holds,
        command_age_ms=1e3 * status.command_age_s,
        command_gap_ms=1e3 * status.command_gap_s,
        arms=arms,
    )


def motion_state(whole: Whole, stamp_ns: int, state: MotionState) -> bytes:
    """Return a MotionState."""
    return whole.of(
        MOTION,
        header=whole.header(stamp_ns),
        enabled=state.enabled,
        scale=state.scale,
        delay_factor=state.delay_factor,
        selected=[pair.name for pair in state.selected],
        hands=[_hand_motion(whole, hand) for hand in state.hands],
    )


def _hand_motion(whole: Whole, hand: HandState) -> object:
    settings = hand.settings
    return whole.make(
        'telesurgery_msgs/msg/HandMotion',
        hand=hand.hand.value,
        arm=hand.arm,
        pair='' if hand.pair is None else hand.pair.name,
        state=hand.clutch.value,
        following=hand.following,
        hindrance=hand.hindrance.name.lower(),
        reason=hand.reason,
        epoch=hand.epoch,
        scale=hand.scale,
        rotation_scale=0.0 if settings is None else settings.rotation_scale,
        translation_locked=settings is not None and settings.lock_translation,
        rotation_locked=settings is not None and settings.lock_rotation,
        align=settings is not None and settings.align,
        misalignment_deg=hand.misalignment_deg,
        misalignment_limit_deg=hand.misalignment_limit_deg,
    )


def link_status(
    whole: Whole, stamp_ns: int, side: Side, profile: str, report: LinkReport
) -> bytes:
    """Return a LinkStatus."""
    return whole.of(
        LINK_STATUS,
        header=whole.header(stamp_ns),
        side=side.value,
        profile=profile,
        connected=report.connected,
        sealed=report.sealed,
        window_s=WINDOW_S,
        **_percentiles('round_trip', report.round_trip_ms),
        **_percentiles('one_way_in', report.one_way_in_ms),
        **_percentiles('one_way_out', report.one_way_out_ms),
        jitter_ms=report.jitter_ms,
        loss_ratio=report.loss_ratio,
        frames_sent=report.frames_sent,
        frames_received=report.frames_received,
        frames_lost=report.frames_lost,
        frames_refused=report.frames_refused,
        newest_age_ms=report.newest_age_ms,
        state=report.state.value,
        key_exchanges=report.key_exchanges,
        control_age_ms=report.control_age_ms,
        control_gap_max_ms=report.control_gap_max_ms,
        clock_offset_ms=report.clock.offset_ns / 1e6,
        clock_drift_ppm=report.clock.drift * 1e6,
        clock_uncertainty_ms=report.clock.uncertainty_ns / 1e6,
        clock_restarts=report.clock_restarts,
        loss_bursts=report.bursts.count,
        loss_burst_mean=report.bursts.mean,
        loss_burst_max=report.bursts.longest,
        reordered_ratio=report.reordered_ratio,
        duplicate_ratio=report.duplicate_ratio,
        receive_hz=report.receive_hz,
        receive_mbit_s=report.receive_mbit_s,
        send_hz=report.send_hz,
        send_mbit_s=report.send_mbit_s,
    )


def _percentiles(what: str, values: Percentiles) -> dict[str, float]:
    return dict(zip((f'{what}_p{share}_ms' for share in (50, 95, 99)), values, strict=True))
