"""Writes the bags of a session that never was, with known truth in it.

Every quantity that the report computes is put in exactly, so that what comes out can be compared
with it: the latency of each command, the lag and the noise of the tips, the distance of the shafts
from their ports, the counters. Faults of recording (rows lost, doubled, out of order) are added on
request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from synthetic_bag import BagUnderTest, picture

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import (
    pose,
    rotation_about,
    skew,
)

START_NS = 1_760_000_000_000_000_000
MS = 1_000_000
COMMAND_PERIOD_NS, TARGET_PERIOD_NS, BATCH_NS = 5 * MS, 2 * MS, 100 * MS
CHANNEL = '/teleop/command'


@dataclass(frozen=True)
class Truth:
    """What the session contains."""

    seconds: float = 12.0
    software_ms: tuple[float, float] = (2.0, 4.0)
    """The software latency is spread evenly between these, in an order without pattern."""
    injected_ms: float = 67.5
    relay_ms: tuple[float, float] = (0.6, 1.4)
    relays: int = 4
    lag_ms: float = 12.0
    noise_mm: float = 0.2
    """RMS of the tip's distance from where it would be."""
    offset_mm: float = 0.0
    """A steady error of the tip."""
    rcm_mm: tuple[float, ...] = (0.31, 0.2, 0.05, 0.42)
    """Largest distance of each arm's shaft from its port: PSM1, PSM2, PSM3, ECM."""
    real_time_factor: float = 0.98
    endoscope_hz: float = 15.0
    frames_sent: tuple[int, int] = (2400, 3600)
    """By the surgeon's side, by the patient's side."""
    frames_lost: tuple[int, int] = (7, 5)
    """Of what the surgeon's side sent, of what the patient's side sent."""
    holds: int = 2
    moves: bool = True
    broken_images: bool = False
    """The cameras' frames are no JPEGs."""


@dataclass(frozen=True)
class Faults:
    """What went wrong in recording."""

    without: frozenset[str] = frozenset()
    """Topics that were not recorded."""
    lost_target_batches: frozenset[int] = frozenset()
    doubled: bool = False
    """Every batch of a trace is there twice."""
    shuffled: bool = False
    """Batches of traces, and poses, stand out of order."""
    superseded: bool = False
    """The simulator never took every fifth target: the next came before it looked."""


def write_session(
    folder: Path,
    workspace: Path,
    truth: Truth | None = None,
    faults: Faults | None = None,
) -> tuple[Path, Path]:
    """Write the bags of both sides below ``folder`` and return them: surgeon's, patient's."""
    faults = faults or Faults()
    recorded = replace(faults, without=frozenset())
    surgeon, patient = _made_session(workspace, truth or Truth(), recorded)
    surgeon.write(folder / 'surgeon', faults.without)
    patient.write(folder / 'patient', faults.without)
    return folder / 'surgeon', folder / 'patient'


@lru_cache(maxsize=32)
def _made_session(
    workspace: Path, truth: Truth, faults: Faults
) -> tuple[BagUnderTest, BagUnderTest]:
    surgeon, patient = BagUnderTest(workspace), BagUnderTest(workspace)
    rng = np.random.default_rng(1)
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    _add_traces(patient, truth, faults, rng)
    _add_relays(patient, truth, rng)
    _add_motion(patient, truth, faults, robot, rng)
    _add_states(surgeon, patient, truth)
    _add_images(patient, truth)
    return surgeon, patient


def path_of_setpoint(t: np.ndarray, truth: Truth, sign: float) -> np.ndarray:
    """Return the setpoint ``(n, 3)`` [m] of a tip in its RCM frame: rest, then work."""
    rest = np.array([0.0, 0.0, -0.12])
    if not truth.moves or not sign:
        return np.broadcast_to(rest, (t.size, 3)).copy()
    rise = np.clip((t - 1.5) / 1.5, 0.0, 1.0)
    envelope = rise * rise * (3 - 2 * rise)
    waves = np.column_stack(
        [
            sign * 0.018 * np.sin(2 * np.pi * 0.23 * t) + 0.004 * np.sin(2 * np.pi * 0.9 * t + 1),
            0.014 * np.sin(2 * np.pi * 0.31 * t + 0.5) + 0.003 * np.cos(2 * np.pi * 0.7 * t),
            0.012 * np.sin(2 * np.pi * 0.17 * t + 1.1),
        ]
    )
    return rest + envelope[:, None] * waves


def _add_traces(bag: BagUnderTest, truth: Truth, faults: Faults, rng: np.random.Generator) -> None:
    count = int(truth.seconds * 1e9 / COMMAND_PERIOD_NS)
    stamp = START_NS + COMMAND_PERIOD_NS * np.arange(count, dtype=np.int64)
    software = rng.permutation(np.linspace(*truth.software_ms, count))
    injected = np.full(count, round(truth.injected_ms * MS), dtype=np.int64)
    handed = stamp + injected + (software * MS).astype(np.int64)
    number = np.arange(1, count + 1)
    # Targets are numbered at 500 Hz: a command's own number, with others in between.
    target = 10 + (handed - START_NS) // TARGET_PERIOD_NS
    own = np.append(True, np.diff(target) > 0)  # two commands within a tick: the newer one counts
    stamp, injected, handed, number, target = (
        column[own] for column in (stamp, injected, handed, number, target)
    )
    sent, arrival = stamp + MS // 2, stamp + MS // 2 + injected + MS // 4

    taken = target.copy()
    if faults.superseded:
        apart = np.append(np.diff(target) > 1, False)
        taken[apart & (np.arange(target.size) % 5 == 0)] += 1
    # Between the commands the arms go on sending targets, and the simulator takes them, too.
    others = np.setdiff1d(np.arange(target[0] - 5, target[-1]), np.append(target, taken))
    all_taken = np.append(taken, others)
    all_handed = np.append(handed, START_NS + (others - 10) * TARGET_PERIOD_NS + MS)
    _add_batches(
        bag, faults, '/trace/link', 'LinkTrace', handed,
        lambda rows: {
            'topic': CHANNEL,
            'message_number': number[rows].astype(np.uint64),
            'sent_stamp': [bag.time(ns) for ns in sent[rows]],
            'injected_delay': [bag.time(ns, 'Duration') for ns in injected[rows]],
            'arrival_stamp': [bag.time(ns) for ns in arrival[rows]],
        },
    )  # fmt: skip
    _add_batches(
        bag, faults, '/trace/command', 'CommandTrace', handed,
        lambda rows: {
            'command_number': number[rows].astype(np.uint64),
            'command_stamp': [bag.time(ns) for ns in stamp[rows]],
            'target_number': target[rows].astype(np.uint64),
        },
    )  # fmt: skip
    _add_batches(
        bag, faults, '/trace/target', 'TargetTrace', all_handed,
        lambda rows: {
            'target_number': all_taken[rows].astype(np.uint64),
            'handed_stamp': [bag.time(ns) for ns in all_handed[rows]],
        },
        lost=faults.lost_target_batches,
    )  # fmt: skip


def _add_batches(
    bag: BagUnderTest,
    faults: Faults,
    topic: str,
    kind: str,
    at_ns: np.ndarray,
    fields: Callable[[np.ndarray], dict[str, Any]],
    lost: frozenset[int] = frozenset(),
) -> None:
    batch = (at_ns - START_NS) // BATCH_NS
    numbers = np.unique(batch)
    for place, index in enumerate(numbers):
        if int(index) in lost:
            continue
        later = numbers[(place * 7) % numbers.size] if faults.shuffled else index
        recorded = START_NS + int(later + 1) * BATCH_NS
        message = bag.make(
            f'telesurgery_msgs/msg/{kind}',
            header=bag.header(recorded),
            **fields(np.flatnonzero(batch == index)),
        )
        for _ in range(2 if faults.doubled else 1):
            bag.add(recorded, topic, f'telesurgery_msgs/msg/{kind}', message)


def _add_relays(bag: BagUnderTest, truth: Truth, rng: np.random.Generator) -> None:
    count = int(truth.seconds * 50)
    sent = START_NS + 20 * MS * np.arange(count, dtype=np.int64)
    arrival = sent + (rng.permutation(np.linspace(*truth.relay_ms, count)) * MS).astype(np.int64)
    _add_batches(
        bag, Faults(), '/trace/relay', 'RelayTrace', arrival,
        lambda rows: {
            'relays': truth.relays,
            'sent_stamp': [bag.time(ns) for ns in sent[rows]],
            'arrival_stamp': [bag.time(ns) for ns in arrival[rows]],
        },
    )  # fmt: skip


def _add_motion(
    bag: BagUnderTest,
    truth: Truth,
    faults: Faults,
    robot: RobotDescription,
    rng: np.random.Generator,
) -> None:
    samples = int(truth.seconds * 100)
    t_setpoint = np.arange(samples) * 0.01
    t_truth = t_setpoint + 0.0037  # the simulator's ticks are not those of the arms
    signs = dict(zip(robot.arms, (1.0, -1.0, 0.0, 0.0), strict=True))
    largest = dict(zip(robot.arms, truth.rcm_mm, strict=True))
    tips, shafts = {}, {}
    for arm, sign in signs.items():
        setpoint = path_of_setpoint(t_setpoint, truth, sign)
        T_down = np.diag([1.0, -1.0, -1.0, 1.0])
        for moment, p in zip(t_setpoint, setpoint, strict=True):
            stamp = START_NS + round(moment * 1e9)
            message = bag.make(
                'geometry_msgs/msg/PoseStamped',
                header=bag.header(stamp, f'{arm}_rcm'),
                pose=bag.pose(pose(T_down[:3, :3], p)),
            )
            bag.add(stamp, f'/{arm}/local/setpoint_cp', 'geometry_msgs/msg/PoseStamped', message)
        noise = rng.normal(0.0, truth.noise_mm * 1e-3 / np.sqrt(3), (samples, 3))
        offset = np.array([0.0, truth.offset_mm * 1e-3, 0.0])
        tips[arm] = path_of_setpoint(t_truth - truth.lag_ms * 1e-3, truth, sign) + noise + offset
        shafts[arm] = largest[arm] * 1e-3 * np.sin(np.pi * (np.arange(samples) + 0.5) / 200)
    order = rng.permutation(samples) if faults.shuffled else np.arange(samples)
    for place, index in enumerate(order):
        stamp = START_NS + round(t_truth[index] * 1e9)
        recorded = START_NS + round(t_truth[place] * 1e9)
        names, poses = [], []
        for arm in robot.arms:
            last = robot.model_of(arm).joints[-1].name
            T_world_rcm = robot.T_world_rcm(arm)
            if last != 'roll':
                names.append(f'{arm}_{last}_link')
                poses.append(bag.pose(T_world_rcm @ pose(np.eye(3), tips[arm][index])))
            names.append(f'{arm}_roll_link')
            shaft = shaft_beside_port(tips[arm][index], shafts[arm][index])
            poses.append(bag.pose(T_world_rcm @ shaft))
        message = bag.make(
            'telesurgery_msgs/msg/LinkPoses',
            header=bag.header(stamp, 'world'),
            names=names,
            poses=poses,
        )
        bag.add(recorded, '/simulator/link_poses', 'telesurgery_msgs/msg/LinkPoses', message)


def shaft_beside_port(p_rcm_tip: np.ndarray, distance: float) -> np.ndarray:
    """Return a frame whose z axis lies along the tool, ``distance`` [m] beside the port."""
    z = p_rcm_tip / np.linalg.norm(p_rcm_tip)
    x = np.array([z[2], 0.0, -z[0]]) / np.hypot(z[0], z[2])  # across the tool
    R = np.column_stack([x, skew(z) @ x, z]) @ rotation_about('z', 0.4)
    return pose(R, 0.07 * z + distance * x)


def _add_states(surgeon: BagUnderTest, patient: BagUnderTest, truth: Truth) -> None:
    beats = int(truth.seconds * 10)
    for beat in range(beats):
        at = START_NS + beat * BATCH_NS
        done = (beat + 1) / beats
        for bag, side, mine, theirs in ((surgeon, 'surgeon', 0, 1), (patient, 'patient', 1, 0)):
            status = bag.make(
                'telesurgery_msgs/msg/LinkStatus',
                header=bag.header(at),
                side=side,
                profile='rome_beijing',
                connected=True,
                sealed=False,
                window_s=1.0,
                round_trip_p50_ms=float('nan') if beat == 0 else 2 * truth.injected_ms + 0.4,
                round_trip_p95_ms=float('nan'),
                round_trip_p99_ms=float('nan'),
                jitter_ms=0.3,
                loss_ratio=0.0,
                frames_sent=round(truth.frames_sent[mine] * done),
                frames_received=0,
                frames_lost=round(truth.frames_lost[theirs] * done),
                frames_refused=0,
                newest_age_ms=1.0,
            )
            bag.add(at, '/link/status', 'telesurgery_msgs/msg/LinkStatus', status)
        arm = patient.make(
            'telesurgery_msgs/msg/ArmSafety',
            arm='PSM1',
            state='HELD',
            reason=f'no command for {beat} ms',
        )
        safety = patient.make(
            'telesurgery_msgs/msg/SafetyState',
            header=patient.header(at),
            holds=int(truth.holds * done),
            command_age_ms=70.0,
            command_gap_ms=5.0,
            arms=[arm],
        )
        patient.add(at, '/safety/state', 'telesurgery_msgs/msg/SafetyState', safety)
        if beat % 5 == 0:
            starting = beat == 0
            simulator = patient.make(
                'telesurgery_msgs/msg/SimulatorState',
                header=patient.header(at),
                simulator='classic',
                state='starting' if starting else 'running',
                reason='',
                sim_time_s=beat * 0.1,
                real_time_factor=float('nan') if starting else truth.real_time_factor,
            )
            patient.add(at, '/simulator/state', 'telesurgery_msgs/msg/SimulatorState', simulator)


def _add_images(bag: BagUnderTest, truth: Truth) -> None:
    for camera, rate in (('endoscope', truth.endoscope_hz), ('room_camera', 2.0)):
        for index in range(int(truth.seconds * rate)):
            at = START_NS + round(index * 1e9 / rate)
            message = bag.make(
                'sensor_msgs/msg/CompressedImage',
                header=bag.header(at, camera),
                format='jpeg',
                data=np.frombuffer(
                    b'no JPEG' if truth.broken_images else picture(index / rate), dtype=np.uint8
                ),
            )
            topic = f'/{camera}/image_raw/compressed'
            bag.add(at, topic, 'sensor_msgs/msg/CompressedImage', message)
