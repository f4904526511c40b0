"""The pictures of Gazebo's cameras, which are rendered only while somebody subscribes."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping

from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.images import image_of
from telesurgery_gazebo.picture_pace import PicturePace
from telesurgery_gazebo.simulator import Image
from telesurgery_gazebo.transport.client import TransportClient

_log = logging.getLogger(__name__)

_ASK_AGAIN_S = 3.0
"""After so long without a picture a camera is subscribed to anew. The notice that tells Gazebo of
a subscriber travels on a connection of its own: on a busy machine one may be lost, or overtaken by
that of an end."""


class CameraFeed:
    """Cameras by name, over gz-transport."""

    def __init__(
        self,
        client: TransportClient,
        topics: Mapping[str, str],
        show: Callable[[Image], None],
        longest_pause_s: float,
    ) -> None:
        """Call ``show`` from the client's thread with every picture that is wanted.

        Pictures give way where the machine is too slow, to one in ``longest_pause_s`` [s].
        """
        self._client, self._topics, self._show = client, topics, show
        self._pace = PicturePace(longest_pause_s)
        self._resumes_s: dict[str, float] = {}
        """When a camera that is wanted is subscribed to again [s]; infinite: it is now."""
        self._heard_s: dict[str, float] = {}
        """When it was subscribed to, or showed something, last."""
        self._lock = threading.Lock()
        self._unreadable: set[str] = set()

    def watch(self, camera: str, wanted: bool) -> None:
        """Ask for a camera's pictures, or no more for them; an unknown one has none."""
        with self._lock:
            if camera not in self._topics or (camera in self._resumes_s) == wanted:
                return
            if wanted:
                self._subscribe(camera)
            else:
                if self._resumes_s.pop(camera) == math.inf:
                    self._client.unsubscribe(self._topics[camera])

    def tend(self, now: float, real_time_factor: float) -> None:
        """Let pictures give way to a simulator that is behind real time; call this often.

        A camera that pauses is not subscribed to, and so it does not render.
        """
        with self._lock:
            if not self._resumes_s:
                return
            if self._pace.judge(now, real_time_factor):
                self._say(real_time_factor)
            runs = not math.isnan(real_time_factor)
            for camera, resumes_s in self._resumes_s.items():
                silent = runs and now - self._heard_s[camera] > _ASK_AGAIN_S
                if resumes_s == math.inf and silent:
                    self._client.unsubscribe(self._topics[camera])
                    self._subscribe(camera)
                elif resumes_s <= now:
                    self._subscribe(camera)

    def _subscribe(self, camera: str) -> None:
        self._resumes_s[camera], self._heard_s[camera] = math.inf, time.monotonic()
        self._client.subscribe(self._topics[camera], lambda data: self._take(camera, data))

    def _take(self, camera: str, data: bytes) -> None:
        with self._lock:
            if self._resumes_s.get(camera) != math.inf:
                return  # one that was on its way
            self._heard_s[camera] = time.monotonic()
            if self._pace.pause_s > 0.0:
                self._client.unsubscribe(self._topics[camera])
                self._resumes_s[camera] = time.monotonic() + self._pace.pause_s
        try:
            self._show(image_of(data, camera, time.time_ns()))
        except WireError as error:
            if camera not in self._unreadable:  # once is enough, they come many times a second
                self._unreadable.add(camera)
                _log.warning('%s', error)

    def _say(self, real_time_factor: float) -> None:
        if self._pace.pause_s > 0.0:
            _log.warning(
                'this machine is too slow for all pictures (real-time factor %.2f): they become '
                'rarer, so that motion keeps its time',
                real_time_factor,
            )
        else:
            _log.warning('this machine keeps up again: all pictures are rendered')
