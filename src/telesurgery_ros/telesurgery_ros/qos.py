"""The four qualities of service that the workspace uses, by purpose."""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

STREAM_OUT = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)
"""What a stream is published with: any subscriber matches it."""

STREAM_IN = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
"""What a stream is subscribed with: the newest wins, nothing old is sent again."""

EVENT = QoSProfile(depth=100, reliability=ReliabilityPolicy.RELIABLE)
"""Commands and events: every one, in order."""

LATCHED = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
"""A state that a late joiner must see."""
