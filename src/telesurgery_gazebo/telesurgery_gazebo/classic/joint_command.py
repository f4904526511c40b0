"""Joint targets and gains as the messages that Gazebo 11's joint controllers take.

One message a joint. All that changes in it from target to target are two numbers, position and
velocity; the messages of all joints are therefore kept ready in one block of bytes, in which the
numbers are replaced.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_gazebo.joint_control import Gains
from telesurgery_gazebo.transport.messages import JointCmd

MESSAGE_TYPE = 'ignition.msgs.JointCmd'


def gains_message(joint: str, gains: Gains) -> bytes:
    """Return the message that gives a scoped joint its gains and targets of zero."""
    message = JointCmd(name=joint)
    for controller, gain in (
        (message.position, gains.stiffness),
        (message.velocity, gains.damping),
    ):
        controller.target_optional.data = 0.0
        controller.p_gain_optional.data = gain
        controller.i_gain_optional.data = 0.0
        controller.d_gain_optional.data = 0.0
    data: bytes = message.SerializeToString()
    return data


class TargetMessages:
    """The target messages of ``n`` joints, kept ready."""

    def __init__(self, joints: Sequence[str]) -> None:
        """Prepare for the scoped joint names; all joints count as changed at first."""
        templates = [_target_message(joint) for joint in joints]
        ends = np.cumsum([len(template) for template in templates])
        starts = ends - [len(template) for template in templates]
        self._bytes = np.frombuffer(b''.join(templates), dtype=np.uint8).copy()
        self._at = np.array(
            [
                [start + offset + np.arange(8) for offset in _offsets(template)]
                for start, template in zip(starts, templates, strict=True)
            ]
        )
        block = memoryview(self._bytes.data)
        self._messages = [block[start:end] for start, end in zip(starts, ends, strict=True)]
        self._sent = np.full((len(joints), 2), np.nan)
        self.last_changed: int | None = None
        """Number of the joint whose message was the last one returned, if its target changed."""

    def changed(self, position: Array, velocity: Array, *, everything: bool) -> list[memoryview]:
        """Return the messages of the joints whose targets ``(n,)`` differ from the last ones.

        With ``everything`` those of the others come before them: whoever has taken the last one
        has taken all. They are views that the next call overwrites.
        """
        targets = np.stack((position, velocity), axis=1)
        differs = (targets != self._sent).any(axis=1)
        self._sent = targets
        self._bytes[self._at] = targets.view(np.uint8).reshape(self._at.shape)
        changed = np.flatnonzero(differs).tolist()
        same = np.flatnonzero(~differs).tolist() if everything else []
        self.last_changed = changed[-1] if changed else None
        return [self._messages[index] for index in (*same, *changed)]


_MARKS = (1.2345678901234567e301, 7.6543210987654321e-301)


def _target_message(joint: str) -> bytes:
    message = JointCmd(name=joint)
    message.position.target_optional.data, message.velocity.target_optional.data = _MARKS
    data: bytes = message.SerializeToString()
    return data


def _offsets(template: bytes) -> tuple[int, ...]:
    return tuple(template.rindex(np.float64(mark).tobytes()) for mark in _MARKS)
