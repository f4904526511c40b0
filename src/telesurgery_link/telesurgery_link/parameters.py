"""Parameters of a gateway."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter


@dataclass(frozen=True, slots=True)
class GatewayParameters:
    """One gateway, on either side."""

    side: str = parameter(
        doc='Where this gateway stands: it sends the channels that lead away from there.',
        choices=('surgeon', 'patient'),
    )
    channels_file: str = parameter(doc='Path of the channel table, the same on both sides.')
    port: int = parameter(doc='UDP port to receive on.', low=1, high=65535)
    peer_port: int = parameter(doc="The peer's UDP port.", low=1, high=65535)
    peer_host: str = parameter('127.0.0.1', doc="The peer's name or address.")
    bind_host: str = parameter('127.0.0.1', doc='Own address to receive on.')
    profile: str = parameter(
        'none', doc='Injected WAN: a name in profiles_folder, or the path of a .yaml file.'
    )
    profiles_folder: str = parameter(
        '', doc='Folder of link profiles; empty: "link" beside the channel table.'
    )
    seed: int = parameter(
        0, doc='Seed of the injected WAN; give both sides the same.', low=0, high=2**63 - 1
    )
    ping_period_s: float = parameter(
        0.05, doc='Time between two measurements of the round trip.', unit='s', low=0.01, high=1.0
    )
    peer_timeout_s: float = parameter(
        0.5, doc='Silence after which the peer counts as gone.', unit='s', low=0.1, high=10.0
    )
    window_s: float = parameter(
        10.0, doc='Window of the statistics.', unit='s', low=1.0, high=600.0
    )

    realtime_priority: int = parameter(
        10,
        doc='Real-time priority of both threads where the system permits it; 0: ordinary.',
        low=0,
        high=99,
    )

    def __post_init__(self) -> None:
        if self.peer_timeout_s < 2 * self.ping_period_s:
            raise ParameterError(
                f'peer_timeout_s is {self.peer_timeout_s:g}; allowed: at least twice '
                f'ping_period_s ({self.ping_period_s:g}); raise it'
            )

    @property
    def profiles_path(self) -> Path:
        """Folder of the link profiles."""
        if self.profiles_folder:
            return Path(self.profiles_folder)
        return Path(self.channels_file).parent / 'link'
