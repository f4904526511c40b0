"""The control of Gazebo 11's world: pause, step, reset, and the rate of its steps."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from telesurgery_gazebo.classic.framing import framed
from telesurgery_gazebo.classic.messages import Physics, WorldControl
from telesurgery_gazebo.classic.transport import Connection, Master
from telesurgery_gazebo.errors import SimulatorError


class WorldControls:
    """Two topics of a world, ``world_control`` and ``physics``. Call it from any thread."""

    def __init__(self, master: Master, world: str) -> None:
        """Wait until Gazebo subscribes to both; TimeoutError or OSError when it does not."""
        self._lock = threading.Lock()
        with contextlib.ExitStack() as begun:
            self._control = _opened(
                begun, master, f'/gazebo/{world}/world_control', 'WorldControl'
            )
            self._physics = _opened(begun, master, f'/gazebo/{world}/physics', 'Physics')
            self._begun = begun.pop_all()

    def pause(self, paused: bool) -> None:
        """Stop the world's time, or let it run."""
        self._send(self._control, WorldControl(pause=paused))

    def step(self, count: int) -> None:
        """Let a paused world do ``count`` steps; it has not done them yet on return."""
        self._send(self._control, WorldControl(multi_step=count))

    def reset(self) -> None:
        """Put everything back to where it began, time too."""
        control = WorldControl()
        control.reset.all = True
        self._send(self._control, control)

    def set_rate(self, rate_hz: float) -> None:
        """Ask for so many steps in a second of the wall clock [Hz]; 0: as many as possible."""
        self._send(self._physics, Physics(real_time_update_rate=rate_hz))

    def close(self) -> None:
        """Close both connections."""
        self._begun.close()

    def _send(self, connection: Connection, message: Any) -> None:
        try:
            with self._lock:
                connection.send(framed(message.SerializeToString()))
        except OSError as error:
            raise SimulatorError(
                f'Gazebo does not take control messages any more ({error}); allowed: a running '
                'Gazebo; look into its log'
            ) from error


def _opened(
    begun: contextlib.ExitStack, master: Master, topic: str, message_type: str
) -> Connection:
    connection = master.publish(topic, f'gazebo.msgs.{message_type}')
    begun.callback(connection.close)
    return connection
