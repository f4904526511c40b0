"""The table of paths: by which ways, and over which emulated WANs, the two gateways meet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import load_yaml, parameter
from telesurgery_link.channels import Side
from telesurgery_link.datagrams import MOST_PATHS


@dataclass(frozen=True)
class Endpoint:
    """Where one side's gateway is reached on a path."""

    host: str = parameter(doc='Name or address by which the other side reaches it.')
    port: int = parameter(doc='UDP port.', low=1, high=65535)
    bind: str = parameter('', doc='Own address to receive on; empty: host.')

    @property
    def own_host(self) -> str:
        """The address that the side itself binds."""
        return self.bind or self.host


@dataclass(frozen=True)
class PathRow:
    """One path."""

    name: str = parameter(doc='Name in status and diagnostics, such as fibre or 5g.')
    surgeon: Endpoint = parameter(doc="The surgeon side's end.")
    patient: Endpoint = parameter(doc="The patient side's end.")
    profile: str = parameter('none', doc='Injected WAN of this path, as the parameter profile.')

    def end(self, side: Side) -> Endpoint:
        """Return the end on a side."""
        return self.surgeon if side is Side.SURGEON else self.patient


@dataclass(frozen=True)
class PathTable:
    """All paths of a link, the preferred one first; both gateways load the same table."""

    paths: tuple[PathRow, ...] = parameter(doc='The rows.')

    def __post_init__(self) -> None:
        if not 1 <= len(self.paths) <= MOST_PATHS:
            raise ParameterError(
                f'paths has {len(self.paths)} rows; allowed: 1 .. {MOST_PATHS}; add or remove rows'
            )
        names = [path.name for path in self.paths]
        for name in names:
            if not name or names.count(name) > 1:
                raise ParameterError(
                    f'name {name!r} has {names.count(name)} rows; allowed: a name of its own for '
                    'each path; rename one'
                )
        for side in Side:
            ends = [(path.end(side).own_host, path.end(side).port) for path in self.paths]
            for end in ends:
                if ends.count(end) > 1:
                    raise ParameterError(
                        f'{side.value} end {end[0]}:{end[1]} stands in {ends.count(end)} paths; '
                        'allowed: an address or port of its own for each; change one'
                    )

    @classmethod
    def load(cls, path: Path) -> PathTable:
        """Read the table from a YAML file; ParameterError when it is not one."""
        return load_yaml(cls, path)
