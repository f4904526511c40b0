"""The pictures of Gazebo's cameras, which are rendered only while somebody subscribes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.images import image_of
from telesurgery_gazebo.simulator import Image
from telesurgery_gazebo.transport.client import TransportClient

_log = logging.getLogger(__name__)


class CameraFeed:
    """Cameras by name, over gz-transport."""

    def __init__(
        self, client: TransportClient, topics: Mapping[str, str], show: Callable[[Image], None]
    ) -> None:
        """Call ``show`` from the client's thread with every picture that is wanted."""
        self._client, self._topics, self._show = client, topics, show
        self._wanted: set[str] = set()
        self._unreadable: set[str] = set()

    def watch(self, camera: str, wanted: bool) -> None:
        """Ask for a camera's pictures, or no more for them; an unknown one has none."""
        topic = self._topics.get(camera)
        if topic is None or (camera in self._wanted) == wanted:
            return
        if wanted:
            self._wanted.add(camera)
            self._client.subscribe(topic, lambda data: self._take(camera, data))
        else:
            self._wanted.discard(camera)
            self._client.unsubscribe(topic)

    def _take(self, camera: str, data: bytes) -> None:
        try:
            self._show(image_of(data, camera, time.time_ns()))
        except WireError as error:
            if camera not in self._unreadable:  # once is enough, they come many times a second
                self._unreadable.add(camera)
                _log.warning('%s', error)
