"""Reads the force sensors of Gazebo 11, each of which has a connection of its own."""

from __future__ import annotations

import contextlib
import logging
import selectors
import threading
from collections.abc import Callable

from telesurgery_gazebo.classic.forces import ForceStates
from telesurgery_gazebo.classic.transport import Connection, Master
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.tool_forces import CONTACT, FORCE_TORQUE, sensors_of
from telesurgery_gazebo.urdf_tree import UrdfTree

_log = logging.getLogger(__name__)

_POLL_S = 0.1
"""How long reading waits before it looks whether it is to end."""


class ForceStream:
    """Passes what the sensors publish to a ``ForceStates``, from a thread of its own.

    When the connections end, the simulator has ended: that is told by those who read its states.
    """

    def __init__(self, master: Master, world: str, tree: UrdfTree, states: ForceStates) -> None:
        """Subscribe to every sensor; OSError or WireError when Gazebo does not serve one."""
        self._selector = selectors.DefaultSelector()
        with contextlib.ExitStack() as begun:
            begun.callback(self._selector.close)
            model = f'/gazebo/{world}/{tree.name}'
            for kind, message_type, ending, hear in (
                (CONTACT, 'gazebo.msgs.Contacts', '', states.hear_contacts),
                (FORCE_TORQUE, 'gazebo.msgs.WrenchStamped', '/wrench', states.hear_wrist),
            ):
                for sensor in sensors_of(tree, kind):
                    topic = f'{model}/{sensor.on}/{sensor.name}{ending}'
                    connection = master.subscribe(topic, message_type)
                    begun.callback(connection.close)
                    self._selector.register(
                        connection, selectors.EVENT_READ, (connection, sensor.on, hear)
                    )
            self._begun = begun.pop_all()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name='gazebo-forces', daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and the connections."""
        self._closing = True
        self._thread.join()
        self._begun.close()

    def _run(self) -> None:
        while not self._closing and self._selector.get_map():
            for key, _ in self._selector.select(_POLL_S):
                self._receive(*key.data)

    def _receive(
        self, connection: Connection, name: str, hear: Callable[[str, bytes], None]
    ) -> None:
        try:
            for message in connection.receive():
                hear(name, message)
        except (OSError, WireError) as error:
            self._selector.unregister(connection)
            if not self._closing:
                _log.info('the sensor on %s is not heard any more: %s', name, error)
