"""Writes the bags of a session that never was, with known truth in it.

Every quantity that the report computes is put in exactly, so that what comes out can be compared
with it: the latency of each command, the lag and the noise of the tips, the distance of the shafts
from their ports, the counters. Faults of recording (rows lost, doubled, out of order) are added on
request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from synthetic_bag import BagUnderTest, picture
from synthetic_motion import add_motion
from synthetic_truth import MS, START_NS, Faults, Truth

from telesurgery_arm.description import RobotDescription

COMMAND_PERIOD_NS, TARGET_PERIOD_NS, BATCH_NS = 5 * MS, 2 * MS, 100 * MS
CHANNEL = '/teleop/command'


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
    add_motion(patient, truth, faults, robot, rng)
    _add_states(surgeon, patient, truth)
    _add_images(patient, truth)
    return surgeon, patient


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
            state='following',
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
        if beat in (0, 60):
            _add_authority(patient, at, 'B' if beat else 'A')
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


def _add_authority(patient: BagUnderTest, at: int, holder: str) -> None:
    """Let PSM1 belong to a console, and the log say so if it was handed over."""
    own = patient.make('telesurgery_msgs/msg/ArmAuthority', arm='PSM1', holder=holder)
    state = patient.make(
        'telesurgery_msgs/msg/AuthorityState', header=patient.header(at), arms=[own]
    )
    patient.add(at, '/authority/state', 'telesurgery_msgs/msg/AuthorityState', state)
    words = ('arm following', 'aligned') if holder == 'A' else ('authority agreed', 'as asked')
    record = patient.make(
        'telesurgery_msgs/msg/EventRecord',
        header=patient.header(at),
        who='A',
        what=words[0],
        arm='PSM1',
        why=words[1],
    )
    patient.add(at, '/events', 'telesurgery_msgs/msg/EventRecord', record)


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
