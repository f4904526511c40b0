"""Warnings at most once a second for each subject.

ROS's own throttle counts by line of code: one topic's warning would silence that of another.
"""

from __future__ import annotations

import time

from rclpy.node import Node

WARN_EVERY_S = 1.0


class Warnings:
    """Logs warnings of one node; may be used by several threads."""

    def __init__(self, node: Node) -> None:
        self._logger = node.get_logger()
        self._said: dict[str, float] = {}
        self._kept_back: dict[str, int] = {}

    def warn(self, subject: str, what: object) -> None:
        """Log ``subject: what``, unless there was a warning of this subject a moment ago."""
        now = time.monotonic()
        if now - self._said.get(subject, -WARN_EVERY_S) < WARN_EVERY_S:
            self._kept_back[subject] = self._kept_back.get(subject, 0) + 1
            return
        self._said[subject] = now
        more = self._kept_back.pop(subject, 0)
        self._logger.warning(f'{subject}: {what}' + (f' ({more} more before it)' if more else ''))
