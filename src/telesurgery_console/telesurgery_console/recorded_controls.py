"""Joy or twist topics of a recording, driven through their mapping as if they were live."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Any

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.console_topics import JOY_TYPE
from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.errors import DeviceError
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.message_controls import joy_axes, joy_buttons, twist_axes
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.recorded_topic import RecordedTopic
from telesurgery_console.timeline import Timeline
from telesurgery_console.topic_names import TopicNames
from telesurgery_console.unit import Unit
from telesurgery_recording.reader import Recording

TWIST_TYPES = ('geometry_msgs/msg/Twist', 'geometry_msgs/msg/TwistStamped')


class RecordedControls:
    """A source that says at any time what was last recorded before it."""

    reporting = Reporting.STREAM
    buttons = ()

    def __init__(
        self, recording: Recording, names: TopicNames, mapping: ControlMapping, source: TimeSource
    ) -> None:
        """Read the topics; DeviceError when they are not there."""
        self.name = f'{mapping.device} {names.axes} of {recording.path.name}'
        self._full = mapping.full_deflection
        self._joy_has_axes = mapping.device == 'joy'
        self._axes: list[tuple[int, dict[str, float]]] = []
        self._pressed: list[tuple[int, frozenset[str]]] = []
        self._read_at = -1
        self.dropped: Counter[str] = Counter()
        """Messages that are not as they should be, by what, and what becomes of them."""
        topics = recording.topics
        wanted = {names.axes: TWIST_TYPES if mapping.device == 'twist' else (JOY_TYPE,)}
        wanted.setdefault(names.buttons, (JOY_TYPE,))
        for topic, types in wanted.items():
            if topic not in topics or topics[topic].type not in types:
                raise DeviceError(
                    f'recording {str(recording.path)!r} has no {topic} of type '
                    f'{" or ".join(types)}; allowed: one that is there (it has '
                    f'{", ".join(topics) or "none"}); name it with unit'
                )
        heard: dict[str, RecordedTopic] = {}
        for topic in wanted:
            recording.require(topic)
            heard[topic] = RecordedTopic(zero_is_unstamped=True)
        for message in recording.messages(wanted):
            heard[message.topic].take(recording, message, self.dropped)
        for topic, messages in heard.items():
            for time_ns, content in zip(*messages.played(source, self.dropped), strict=True):
                self._take(time_ns, content, topics[topic].type)
        if len(self._axes) < 2 or not self._pressed:
            raise DeviceError(
                f'recording {str(recording.path)!r} has {len(self._axes)} messages of '
                f'{names.axes} and {len(self._pressed)} of {names.buttons}; allowed: a stream of '
                'both; choose another recording'
            )

    @property
    def span_ns(self) -> tuple[int, int]:
        """Times of the first and the last message of the axes [ns]."""
        return self._axes[0][0], self._axes[-1][0]

    def label(self, control: str) -> str:
        """Return the name of a control."""
        return control

    def read(self, now: float) -> Reading:
        """Return what was said last at ``now`` [s] of the recording, counted from its first."""
        time_ns = self.span_ns[0] + round(now * 1e9)
        axes, pressed = _last(self._axes, time_ns), _last(self._pressed, time_ns)
        if axes < 0 or pressed < 0:
            return Reading(None, trouble='nothing has been recorded yet')
        fresh, self._read_at = axes > self._read_at, axes
        return Reading(
            Controls(axes=self._axes[axes][1], buttons=self._pressed[pressed][1]), fresh
        )

    def close(self) -> None:
        """Let go of nothing."""

    def _take(self, time_ns: int, content: Any, type_name: str) -> None:
        if type_name == JOY_TYPE:
            self._pressed.append((time_ns, joy_buttons(content.buttons)))
            if self._joy_has_axes:
                self._axes.append((time_ns, joy_axes(content.axes, self._full)))
        else:
            twist = content if type_name == TWIST_TYPES[0] else content.twist
            self._axes.append((time_ns, twist_axes(twist.linear, twist.angular, self._full)))


def timeline_of_controls(
    source: RecordedControls, mapping: ControlMapping, rate_hz: float
) -> Timeline:
    """Return the samples that the device would have given, ``rate_hz`` a second."""
    device = RateDevice({None: Unit(source, mapping)}, mapping, rate_hz)
    begin_ns, end_ns = source.span_ns
    count = int((end_ns - begin_ns) * 1e-9 * rate_hz) + 1
    samples = [device.poll(k / rate_hz) for k in range(count)]
    return Timeline(
        samples=tuple(sample for sample in samples if sample is not None),
        notes=(
            *(f'{count} messages {what}' for what, count in source.dropped.items()),
            *device.notices(),
        ),
    )


def _last(messages: list[tuple[int, Any]], time_ns: int) -> int:
    return bisect_right(messages, time_ns, key=lambda found: found[0]) - 1
