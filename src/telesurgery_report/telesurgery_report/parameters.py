"""Parameters of the node ``relays``."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.parameters import parameter

OWN_DOMAIN = -1


@dataclass(frozen=True, slots=True)
class RelaysParameters:
    """The chain of bare relays beside a session."""

    relays: int = parameter(4, low=1, high=16, doc='Relay processes between source and sink.')
    rate_hz: float = parameter(
        200.0, unit='Hz', low=10.0, high=500.0, doc='Messages through the chain, in a burst.'
    )
    burst_s: float = parameter(1.0, unit='s', low=0.2, high=60.0, doc='Length of a burst.')
    pause_s: float = parameter(
        3.0, unit='s', low=0.0, high=600.0, doc='From the end of a burst to the next one.'
    )
    report_domain: int = parameter(
        OWN_DOMAIN,
        low=OWN_DOMAIN,
        high=232,
        doc='DDS domain in which /trace/relay is published; -1: the domain of the chain.',
    )
