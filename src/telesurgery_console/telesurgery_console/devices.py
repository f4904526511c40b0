"""The devices by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.console_topics import Kinematics
from telesurgery_console.controls import Source
from telesurgery_console.device import Device
from telesurgery_console.hid_backend import HidApi
from telesurgery_console.keyboard import Keyboard
from telesurgery_console.keyboard_mapping import KeyboardMapping
from telesurgery_console.mapping import ControlMapping, load_mapping
from telesurgery_console.parameters import ConsoleParameters
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_console.pose_unit import PoseSource, PoseUnit
from telesurgery_console.position_device import PositionDevice
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.replay import Replay, load_timeline, refuse_standstill
from telesurgery_console.replay_mapping import load_replay_mapping
from telesurgery_console.sdl_pad import SdlPad
from telesurgery_console.spacemouse import SpaceMouse
from telesurgery_console.spacenavd import Spacenavd
from telesurgery_console.terminal import TerminalKeys
from telesurgery_console.timeline import Timeline
from telesurgery_console.topic_names import TopicNames, topics_of
from telesurgery_console.unit import Unit
from telesurgery_console.unix_stream import UnixStream
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import Hand

OpenTopics = Callable[[TopicNames, ControlMapping], Source]
OpenPoses = Callable[[TopicNames], PoseSource]
"""How topics are opened: by whoever knows ROS."""


def open_device(
    parameters: ConsoleParameters,
    mapping_file: Path,
    open_topics: OpenTopics,
    open_poses: OpenPoses,
    kinematics: Kinematics | None = None,
) -> Device:
    """Return the device that the parameters name.

    Raises DeviceError, RecordingError or ParameterError when it is not there or cannot serve.
    """
    if parameters.device == 'replay':
        return _replay(parameters, mapping_file, kinematics)
    if parameters.device == 'keyboard':
        keyboard = load_yaml(KeyboardMapping, mapping_file)
        return Keyboard(
            TerminalKeys(), keyboard, parameters.rate_hz, mapping_name=mapping_file.stem
        )
    if parameters.device == 'pose':
        return _pose(parameters, mapping_file, open_poses)
    mapping = load_mapping(mapping_file, parameters.device)
    sources = open_sources(parameters.units, mapping, open_topics)
    return RateDevice(
        {hand: Unit(source, mapping) for hand, source in sources.items()},
        mapping,
        parameters.rate_hz,
        mapping_name=mapping_file.stem,
    )


def open_sources(
    units: dict[Hand | None, str], mapping: ControlMapping, open_topics: OpenTopics
) -> dict[Hand | None, Source]:
    """Return a source for every unit, all open, or none of them."""
    sources: dict[Hand | None, Source] = {}
    pads: set[int] = set()
    mice: list[SpaceMouse] = []
    try:
        for hand, unit in units.items():
            if mapping.device == 'gamepad':
                sources[hand] = SdlPad(unit, pads)
            elif mapping.device == 'spacemouse':
                mouse = SpaceMouse(HidApi(), unit, mapping.button_layout, tuple(mice))
                mice.append(mouse)
                sources[hand] = mouse
            elif mapping.device == 'spacenavd':
                sources[hand] = Spacenavd(UnixStream(Path(unit)) if unit else UnixStream())
            else:
                sources[hand] = open_topics(topics_of(mapping.device, unit), mapping)
    except Exception:
        for source in sources.values():
            source.close()
        raise
    return sources


def _pose(
    parameters: ConsoleParameters, mapping_file: Path, open_poses: OpenPoses
) -> PositionDevice:
    mapping = load_yaml(PoseMapping, mapping_file)
    # A pose is one hand's: a single unit moves the right one.
    units = {
        hand or Hand.RIGHT: PoseUnit(open_poses(topics_of('pose', unit)), mapping)
        for hand, unit in parameters.units.items()
    }
    return PositionDevice(units, parameters.rate_hz, mapping_name=mapping_file.stem)


def open_timeline(
    parameters: ConsoleParameters, mapping_file: Path, kinematics: Kinematics | None
) -> Timeline:
    """Return the part of the recording that is to be played.

    Raises DeviceError, RecordingError or ParameterError when it cannot be.
    """
    path = Path(parameters.bag).expanduser()
    timeline = load_timeline(
        path,
        TimeSource(parameters.time),
        parameters.rate_hz,
        mapping=load_replay_mapping(mapping_file) if parameters.mapping else None,
        unit=parameters.unit,
        kinematics=kinematics,
    ).part(parameters.start_s, parameters.seconds)
    refuse_standstill(timeline, path.name)
    return timeline


def _replay(
    parameters: ConsoleParameters, mapping_file: Path, kinematics: Kinematics | None
) -> Device:
    return Replay(
        open_timeline(parameters, mapping_file, kinematics),
        name=Path(parameters.bag).name,
        speed=parameters.speed,
        loops=parameters.loop,
    )
