"""Parameters of a gateway."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_link.channels import Side
from telesurgery_link.paths import Endpoint, PathRow, PathTable

DEFAULT_KEY_FILE = '~/.config/telesurgery/link.key'
"""Where ``./telesurgery keys`` puts a key, and where a gateway looks for it."""

ONE_PATH = 'one'
"""Value of ``paths`` for a link of one path."""


@dataclass(frozen=True, slots=True)
class GatewayParameters:
    """One gateway, on either side."""

    side: str = parameter(
        doc='Where this gateway stands: it sends the channels that lead away from there.',
        choices=('surgeon', 'patient'),
    )
    channels_file: str = parameter(doc='Path of the channel table, the same on both sides.')
    port: int = parameter(
        0, doc='UDP port to receive on; needed unless paths is a file.', low=0, high=65535
    )
    peer_port: int = parameter(
        0, doc="The peer's UDP port; needed unless paths is a file.", low=0, high=65535
    )
    peer_host: str = parameter('127.0.0.1', doc="The peer's name or address.")
    bind_host: str = parameter('127.0.0.1', doc='Own address to receive on.')
    profile: str = parameter(
        'none',
        doc='Injected WAN: a name in profiles_folder, the path of a .yaml file, a netem line or a '
        'sentence (docs/link.md); may be set while the gateway runs.',
        changeable=True,
    )
    paths: str = parameter(
        ONE_PATH,
        doc='one: the path that port, peer_port, peer_host, bind_host and profile say; or the '
        'path of a .yaml file with several, the same on both sides.',
    )
    key_file: str = parameter(
        DEFAULT_KEY_FILE,
        doc='Key that seals the link, made by ./telesurgery keys: a pre-shared one, or this '
        "side's own.",
    )
    peer_certificate: str = parameter(
        '~/.config/telesurgery/peer.crt',
        doc="The peer's certificate; used when key_file holds a key of this side's own.",
    )
    insecure: bool = parameter(
        False, doc='Use no key: anybody on the way can read and forge what passes.'
    )
    rekey_s: float = parameter(
        120.0, doc='Age at which a key is replaced by a new one.', unit='s', low=1.0, high=3600.0
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
    path_timeout_s: float = parameter(
        0.25,
        doc='Time without an answer after which a path counts as dead, and media leave it.',
        unit='s',
        low=0.05,
        high=10.0,
    )
    window_s: float = parameter(
        10.0, doc='Window of the statistics.', unit='s', low=1.0, high=600.0
    )
    realtime_priority: int = parameter(
        10,
        doc='Real-time priority of its threads where the system permits it; 0: ordinary.',
        low=0,
        high=99,
    )

    def __post_init__(self) -> None:
        if self.peer_timeout_s < 2 * self.ping_period_s:
            raise ParameterError(
                f'peer_timeout_s is {self.peer_timeout_s:g}; allowed: at least twice '
                f'ping_period_s ({self.ping_period_s:g}); raise it'
            )

        if self.path_timeout_s < 2 * self.ping_period_s:
            raise ParameterError(
                f'path_timeout_s is {self.path_timeout_s:g}; allowed: at least twice '
                f'ping_period_s ({self.ping_period_s:g}); raise it'
            )
        if self.paths == ONE_PATH and not (self.port and self.peer_port):
            raise ParameterError(
                f'port is {self.port} and peer_port {self.peer_port}; allowed: 1 .. 65535 for '
                'both with paths one; set them, or name a file of paths'
            )

    def path_table(self) -> PathTable:
        """Return the paths of the link; ParameterError for a file that holds none."""
        if self.paths != ONE_PATH:
            return PathTable.load(Path(self.paths))
        own = Endpoint(self.bind_host, self.port)
        peer = Endpoint(self.peer_host, self.peer_port)
        surgeon, patient = (own, peer) if self.side == Side.SURGEON.value else (peer, own)
        return PathTable((PathRow('main', surgeon, patient, self.profile),))

    @property
    def profiles_path(self) -> Path:
        """Folder of the link profiles."""
        if self.profiles_folder:
            return Path(self.profiles_folder)
        return Path(self.channels_file).parent / 'link'
