"""One experiment: a recording's hands through a link, a filter and a scale, in virtual time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.errors import DeviceError
from telesurgery_console.lead_in import led_in
from telesurgery_console.mapping_files import replay_mapping_path
from telesurgery_console.replay import (
    FASTEST,
    SLOWEST,
    Replay,
    load_timeline,
    refuse_standstill,
)
from telesurgery_console.replay_mapping import load_replay_mapping
from telesurgery_console.timeline import Timeline
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_recording.definitions import Definitions
from telesurgery_virtual.bag import write_bag
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.intent import Outcome, outcome_of
from telesurgery_virtual.journal import Journal
from telesurgery_virtual.reengaging import ReengagingDevice
from telesurgery_virtual.return_path import measured_tip
from telesurgery_virtual.session import Configuration, VirtualSession
from telesurgery_virtual.tremor import TremblingDevice

A_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is tried."""

    bag: str = parameter(doc='Path of a recording of hands.')
    link: str = parameter('rome_beijing', doc='WAN: a file of config/link, a path, a sentence.')
    filter: str = parameter('', doc='Tremor filter; empty: that of config/motion.yaml.')
    scale: float = parameter(
        0.2, low=0.05, high=1.0, doc='Metres of the tip per metre of the hand.'
    )
    seed: int = parameter(1, low=0, high=2**31 - 1, doc='Of delays, losses and added tremor.')
    start_s: float = parameter(
        0.0, unit='s', low=0.0, high=A_DAY_S, doc='Where to begin in the recording.'
    )
    seconds: float = parameter(
        A_DAY_S, unit='s', low=0.1, high=A_DAY_S, doc='How much of it is played at most.'
    )
    rate_hz: float = parameter(
        100.0, unit='Hz', low=10.0, high=1000.0, doc='Samples of the hands a second at most.'
    )
    control_rate_hz: float = parameter(
        500.0,
        unit='Hz',
        low=100.0,
        high=1000.0,
        doc='Control ticks of the arms a second; 500 as the nodes have it.',
    )
    tremor_um: float = parameter(
        0.0, unit='um', low=0.0, high=1000.0, doc='Tremor added to the hands, RMS an axis.'
    )
    mapping: str = parameter(
        '',
        doc='Which topics are the hands: a name in config/replay or config/devices, or a path; '
        'empty: its CRTK masters.',
    )
    right_arm: str = parameter(
        '', doc='Arm that the right hand drives; empty: that of config/motion.yaml.'
    )
    left_arm: str = parameter(
        '', doc='Arm that the left hand drives; empty: that of config/motion.yaml.'
    )
    time: str = parameter(
        'header',
        choices=tuple(source.value for source in TimeSource),
        doc='header: when it was measured; receive: when it was recorded.',
    )
    speed: float = parameter(1.0, low=SLOWEST, high=FASTEST, doc='2 plays twice as fast.')
    lead_in: bool = parameter(
        False, doc='Whether the hands lead the arms to where the recorded tips were, first.'
    )
    reengage_after_s: float = parameter(
        1.0,
        unit='s',
        low=0.0,
        high=60.0,
        doc='How long after the hands have been stopped the clutch is used; 0: never.',
    )


@dataclass(frozen=True)
class Result:
    """What came out."""

    outcome: Outcome
    journal: Journal
    configuration: Configuration
    notes: tuple[str, ...]
    """What the operator should know of the recording."""


def configuration_of(experiment: Experiment, config: Path) -> Configuration:
    """Return the files of ``config`` with what the experiment changes; ParameterError."""
    configuration = load_configuration(
        config, link=experiment.link, seed=experiment.seed, tremor_filter=experiment.filter
    )
    motion = replace(
        configuration.motion,
        scale=experiment.scale,
        right_arm=experiment.right_arm or configuration.motion.right_arm,
        left_arm=experiment.left_arm or configuration.motion.left_arm,
    )
    for arm in (motion.right_arm, motion.left_arm):
        if arm and arm not in configuration.robot.arms:
            raise ParameterError(
                one_of('arm', arm, tuple(configuration.robot.arms), 'name one of them')
            )
    return replace(
        configuration,
        motion=motion,
        control_rate_hz=experiment.control_rate_hz,
    )


def run(experiment: Experiment, config: Path, *, thorough: bool = False) -> Result:
    """Carry out an experiment with the files of ``config``.

    ``thorough``: note all that a bag has room for. Raises ParameterError, RecordingError or
    DeviceError for what is not there or cannot serve, VirtualSessionError for arms that do not
    get ready.
    """
    configuration = configuration_of(experiment, config)
    part = playable(experiment, config)
    replay = Replay(part, speed=experiment.speed)
    trembling = TremblingDevice(replay, experiment.tremor_um * 1e-6, experiment.seed)
    device = ReengagingDevice(trembling, experiment.reengage_after_s)
    journal = Journal(lambda: trembling.meant, experiment.control_rate_hz)
    session = VirtualSession(
        device, configuration, witness=journal, position=home(configuration.robot)
    )
    device.motion = session.motion
    journal.attend(session.robot, session.motion, session.link, thorough=thorough)
    session.make_ready(*configuration.robot.arms)
    if experiment.lead_in:
        replay.lead_in(led_in(part, _tips(session), experiment.scale))
    holds_before = session.robot.supervisor.holds
    seconds = replay.timeline.duration_ns * 1e-9 / experiment.speed
    session.run(seconds + _settling_s(configuration))
    outcome = outcome_of(
        journal,
        configuration.robot,
        experiment.scale,
        session.robot.supervisor.holds - holds_before,
    )
    return Result(outcome, journal, configuration, replay.timeline.notes)


def record(experiment: Experiment, result: Result, folder: Path, definitions: Definitions) -> None:
    """Write the bag of a thorough run; RecordingError when it cannot be written."""
    write_bag(result.journal, result.configuration.robot, experiment.link, folder, definitions)


def home(robot: RobotDescription) -> Array:
    """Return the positions of all joints ``(n,)`` with the arms at home: no need to home them."""
    q = np.zeros(len(robot.joint_names))
    for arm in robot.arms:
        model = robot.model_of(arm)
        q[robot.joint_slice(arm)][: len(model.joints)] = model.home
    return q


def _settling_s(configuration: Configuration) -> float:
    """Return how long the last command may be under way, and the tip behind it [s]."""
    delay_ms = configuration.link.surgeon_to_patient.base_delay_ms
    return 0.3 + min(1e-3 * delay_ms, 2.0) if math.isfinite(delay_ms) else 0.3


def _tips(session: VirtualSession) -> dict[Hand, Array]:
    """Return where the tips are that the hands drive ``(4, 4)``, in the view."""
    motion = session.configuration.motion
    arms = {Hand.RIGHT: motion.right_arm, Hand.LEFT: motion.left_arm}
    tips = {hand: measured_tip(session.robot, arm) for hand, arm in arms.items() if arm}
    return {hand: tip for hand, tip in tips.items() if tip is not None}


def playable(experiment: Experiment, config: Path) -> Timeline:
    """Return what is played.

    ParameterError, RecordingError or DeviceError for what is not there, cannot be played, or has
    no tips to be led to.
    """
    mapping = str(replay_mapping_path(experiment.mapping, config)) if experiment.mapping else ''
    timeline = _timeline(
        experiment.bag, TimeSource(experiment.time), experiment.rate_hz, mapping, config
    )
    part = timeline.part(experiment.start_s, experiment.seconds)
    refuse_standstill(part, Path(experiment.bag).name)
    if experiment.lead_in and not part.T_view_tips:
        raise DeviceError(
            f'lead_in is asked for, and nothing tells where the tips were at the start of '
            f'{Path(experiment.bag).name}; allowed: from its beginning, with a mapping that has a '
            'tip; leave it out, or give such a mapping'
        )
    return part


@lru_cache(maxsize=8)
def _timeline(
    bag: str, source: TimeSource, rate_hz: float, mapping: str, config: Path
) -> Timeline:
    path = Path(bag).expanduser()
    if not path.exists():
        raise ParameterError(
            f'bag is {bag!r}, which does not exist; allowed: a rosbag2 folder or file; '
            'check the path'
        )
    robot = RobotDescription.load(config / 'arms.yaml')
    return load_timeline(
        path,
        source,
        rate_hz,
        mapping=load_replay_mapping(Path(mapping)) if mapping else None,
        kinematics=lambda arm, q: forward(robot.model_of(arm), q),
    )
