"""One direction of a link profile: a treatment for all, others for some channels, a bottleneck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter
from telesurgery_link.channels import Channel, Policy
from telesurgery_link.impairment.bandwidth import DEFAULT_PRIORITIES, Bandwidth
from telesurgery_link.impairment.staged import StagedImpairment
from telesurgery_link.impairment.streams import LINK_CHANNEL, Streams
from telesurgery_link.impairment.treatment import Treatment

T = TypeVar('T')

LINK = 'link'
"""Names what the link sends for itself: pings and acknowledgements."""
GROUPS = (LINK, *(policy.value for policy in Policy))


@dataclass(frozen=True)
class DirectionProfile(Treatment):
    """What happens to frames in one direction."""

    bandwidth: Bandwidth | None = parameter(None, doc='The bottleneck at its end; null: none.')
    limit_frames: int | None = parameter(
        None, doc='Most frames on the way at once; more are dropped.', low=1, high=10_000_000
    )
    channels: dict[str, Treatment] | None = parameter(
        None, doc='What is otherwise for a topic, a policy or "link".'
    )

    def impairment(
        self, streams: Streams, start_ns: int, channels: Sequence[Channel] = ()
    ) -> StagedImpairment:
        """Return the process of this direction from ``start_ns`` on.

        ``channels`` are the rows of the channel table, for what is said of some of them.
        ParameterError for a topic that is not among them.
        """
        priorities = {}
        if self.bandwidth is not None:
            given = self.bandwidth.priorities
            priorities = by_channel(
                DEFAULT_PRIORITIES if given is None else given, channels, 'priorities'
            )
        return StagedImpairment(
            self,
            streams,
            start_ns,
            own=by_channel(self.channels or {}, channels, 'channels'),
            bandwidth=self.bandwidth,
            priorities=priorities,
            limit_frames=self.limit_frames,
        )

    @property
    def least_delays_ms(self) -> dict[str, float]:
        """The smallest delay of frames in their place, by what it is said of."""
        own = {name: t.least_delay_ms for name, t in (self.channels or {}).items()}
        return {'all': self.least_delay_ms, **own}


def by_channel(named: Mapping[str, T], channels: Sequence[Channel], what: str) -> dict[int, T]:
    """Return by channel identifier what is said of topics and policies; topics go first.

    ParameterError for a name that is neither a policy nor, where ``channels`` is given, a topic.
    """
    topics = {channel.topic: channel.id for channel in channels}
    for name in named:
        if name not in GROUPS and name not in topics and channels:
            raise ParameterError(
                one_of(what, name, (*GROUPS, *topics), 'name a group or a topic of the table')
            )
    found = {LINK_CHANNEL: named[LINK]} if LINK in named else {}
    for channel in channels:
        name = channel.topic if channel.topic in named else channel.policy.value
        if name in named:
            found[channel.id] = named[name]
    return found
