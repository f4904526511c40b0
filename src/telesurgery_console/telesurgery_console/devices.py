"""The devices by name."""

from __future__ import annotations

from pathlib import Path

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.device import Device
from telesurgery_console.gamepad import Gamepad, GamepadMapping
from telesurgery_console.keyboard import Keyboard, KeyboardMapping
from telesurgery_console.parameters import ConsoleParameters
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_console.sdl_pad import SdlPad
from telesurgery_console.terminal import TerminalKeys
from telesurgery_core.parameters import load_yaml


def open_device(parameters: ConsoleParameters, mapping_file: Path) -> Device:
    """Return the device that the parameters name.

    Raises DeviceError, RecordingError or ParameterError when it is not there or cannot serve.
    """
    return _OPEN[parameters.device](parameters, mapping_file)


def _replay(parameters: ConsoleParameters, _mapping_file: Path) -> Device:
    path = Path(parameters.bag).expanduser()
    timeline = load_timeline(path, TimeSource(parameters.time), parameters.rate_hz)
    return Replay(
        timeline.part(parameters.start_s, parameters.seconds),
        name=path.name,
        speed=parameters.speed,
    )


def _gamepad(parameters: ConsoleParameters, mapping_file: Path) -> Device:
    mapping = load_yaml(GamepadMapping, mapping_file)
    return Gamepad(SdlPad(), mapping, parameters.rate_hz)


def _keyboard(parameters: ConsoleParameters, mapping_file: Path) -> Device:
    mapping = load_yaml(KeyboardMapping, mapping_file)
    return Keyboard(TerminalKeys(), mapping, parameters.rate_hz)


_OPEN = {'replay': _replay, 'gamepad': _gamepad, 'keyboard': _keyboard}
