"""One experiment: a recording's hands through a link, a filter and a scale, in virtual time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import Replay, load_timeline, refuse_standstill
from telesurgery_console.timeline import Timeline
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array
from telesurgery_recording.definitions import Definitions
from telesurgery_virtual.bag import write_bag
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.intent import Outcome, outcome_of
from telesurgery_virtual.journal import Journal
from telesurgery_virtual.session import Configuration, VirtualSession
from telesurgery_virtual.tremor import TremblingDevice

A_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is tried."""

    bag: str = parameter(doc='Path of a recording with CRTK masters.')
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
    return replace(
        configuration,
        motion=replace(configuration.motion, scale=experiment.scale),
        control_rate_hz=experiment.control_rate_hz,
    )


def run(experiment: Experiment, config: Path, *, thorough: bool = False) -> Result:
    """Carry out an experiment with the files of ``config``.

    ``thorough``: note all that a bag has room for. Raises ParameterError, RecordingError or
    DeviceError for what is not there or cannot serve, VirtualSessionError for arms that do not
    get ready.
    """
    configuration = configuration_of(experiment, config)
    timeline = _timeline(experiment.bag, experiment.rate_hz)
    part = timeline.part(experiment.start_s, experiment.seconds)
    refuse_standstill(part, Path(experiment.bag).name)
    device = TremblingDevice(Replay(part), experiment.tremor_um * 1e-6, experiment.seed)
    journal = Journal(lambda: device.meant, experiment.control_rate_hz)
    session = VirtualSession(
        device, configuration, witness=journal, position=home(configuration.robot)
    )
    journal.attend(session.robot, session.motion, session.link, thorough=thorough)
    session.make_ready(*configuration.robot.arms)
    holds_before = session.robot.supervisor.holds
    session.run(part.duration_ns * 1e-9 + _settling_s(configuration))
    outcome = outcome_of(
        journal,
        configuration.robot,
        experiment.scale,
        session.robot.supervisor.holds - holds_before,
    )
    return Result(outcome, journal, configuration, part.notes)


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


@lru_cache(maxsize=8)
def _timeline(bag: str, rate_hz: float) -> Timeline:
    path = Path(bag).expanduser()
    if not path.exists():
        raise ParameterError(
            f'bag is {bag!r}, which does not exist; allowed: a rosbag2 folder or file; '
            'check the path'
        )
    return load_timeline(path, TimeSource.HEADER, rate_hz)
