"""The impairment of one direction: stages for each channel, made when its first frame comes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from telesurgery_link.impairment.bandwidth import Bandwidth
from telesurgery_link.impairment.fates import Fate, Impairment
from telesurgery_link.impairment.stages import ChannelStages, CommonStages
from telesurgery_link.impairment.streams import Streams
from telesurgery_link.impairment.treatment import Treatment


class StagedImpairment:
    """Gives each frame its fates by the treatment of its channel."""

    def __init__(
        self,
        treatment: Treatment,
        streams: Streams,
        start_ns: int,
        *,
        own: Mapping[int, Treatment] | None = None,
        bandwidth: Bandwidth | None = None,
        priorities: Mapping[int, int] | None = None,
        limit_frames: int | None = None,
    ) -> None:
        """Begin at ``start_ns``; ``own`` has the treatments of channels with one of their own."""
        self.bandwidth = bandwidth
        self.limit_frames = limit_frames
        self._treatment = treatment
        self._own = dict(own or {})
        self._priorities = dict(priorities or {})
        self._streams = streams
        self._start_ns = start_ns
        self._common: dict[int, CommonStages] = {}
        self._stages: dict[int, ChannelStages] = {}

    def at(self, now_ns: int) -> Impairment:
        """Return itself: no schedule."""
        return self

    def fates(self, now_ns: int, channel: int) -> Sequence[Fate]:
        """Return the fates of the copies of the channel's next frame; none: it is lost."""
        stages = self._stages.get(channel)
        if stages is None:
            stages = self._stages[channel] = self._begin(channel)
        return stages.fates(now_ns)

    def priority(self, channel: int) -> int:
        """Return the channel's priority at the bottleneck; 0 goes first."""
        return self._priorities.get(channel, 0)

    def _begin(self, channel: int) -> ChannelStages:
        treatment = self._own.get(channel, self._treatment)
        common = self._common.get(id(treatment))
        if common is None:
            common = CommonStages(treatment, self._streams, self._start_ns)
            self._common[id(treatment)] = common
        return ChannelStages(treatment, common, self._streams, channel)


class ScheduledImpairment:
    """One impairment after another, each from a given time on."""

    def __init__(self, phases: Sequence[tuple[int, Impairment]]) -> None:
        """Take the phases as (begin [ns], impairment), in the order of time."""
        self._phases = tuple(phases)
        self._begins_ns = [begin_ns for begin_ns, _ in phases]
        self._impairments = [impairment for _, impairment in phases]

    @property
    def bandwidth(self) -> Bandwidth | None:
        """That of the first phase; ``at`` tells that of any other."""
        return self._impairments[0].bandwidth

    @property
    def limit_frames(self) -> int | None:
        """That of the first phase; ``at`` tells that of any other."""
        return self._impairments[0].limit_frames

    def at(self, now_ns: int) -> Impairment:
        """Return the impairment that is in force at ``now_ns``."""
        index = bisect_right(self._begins_ns, now_ns) - 1
        return self._impairments[max(0, index)].at(now_ns)

    def followed_by(self, begin_ns: int, following: Impairment) -> ScheduledImpairment:
        """Return the schedule with another impairment from ``begin_ns`` on."""
        kept = [phase for phase in self._phases if phase[0] < begin_ns]
        return ScheduledImpairment((*kept, (begin_ns, following)))

    def fates(self, now_ns: int, channel: int) -> Sequence[Fate]:
        """Return the fates by the impairment that is in force."""
        return self.at(now_ns).fates(now_ns, channel)

    def priority(self, channel: int) -> int:
        """Return the priority in the first phase; ``at`` tells that in any other."""
        return self._impairments[0].priority(channel)
