"""A study as its file has it: what is varied, and over what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from telesurgery_console.mapping_files import is_path
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import load_yaml, parameter
from telesurgery_link.profiles import load_profile
from telesurgery_motion.filters.parameters import NAMES

MOST_RUNS = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Parts of one recording."""

    bag: str = parameter(doc='Path of a recording, relative to the file of the study.')
    mapping: str = parameter('', doc='Which topics are the hands; empty: its CRTK masters.')
    starts_s: tuple[float, ...] = parameter((0.0,), doc='Where the parts begin [s].')
    seconds: float = parameter(
        86400.0, unit='s', low=0.1, high=86400.0, doc='How long each is at most.'
    )


@dataclass(frozen=True, slots=True)
class StudyDescription:
    """A grid: every part with every link, filter, scale and seed."""

    parts: tuple[Part, ...] = parameter(doc='Recordings and parts of them.')
    links: tuple[str, ...] = parameter(doc='WANs: files of config/link, paths, sentences.')
    filters: tuple[str, ...] = parameter(('adaptive',), doc='Tremor filters by name.')
    scales: tuple[float, ...] = parameter((0.2,), doc='Metres of the tip per metre of the hand.')
    seeds: int = parameter(1, low=1, high=100_000, doc='How many seeds each is tried with.')
    first_seed: int = parameter(1, low=0, high=2**30, doc='The first of them.')
    tremor_um: float = parameter(
        0.0, unit='um', low=0.0, high=1000.0, doc='Tremor added to the hands, RMS an axis.'
    )
    reengage_after_s: float = parameter(
        1.0,
        unit='s',
        low=0.0,
        high=60.0,
        doc='How long after the hands have been stopped the clutch is used; 0: never.',
    )
    rate_hz: float = parameter(
        100.0, unit='Hz', low=10.0, high=1000.0, doc='Samples of the hands a second at most.'
    )
    control_rate_hz: float = parameter(
        500.0,
        unit='Hz',
        low=100.0,
        high=1000.0,
        doc='Control ticks of the arms a second; 500 as the nodes have it.',
    )

    def __post_init__(self) -> None:
        for name in ('parts', 'links', 'filters', 'scales'):
            _check_axis(name, getattr(self, name))
        for part in self.parts:
            _check_axis(f'starts_s of {part.bag}', part.starts_s)
        for name in self.filters:
            if name not in NAMES:
                raise ParameterError(one_of('filter', name, NAMES, 'correct or remove it'))
        if self.count > MOST_RUNS:
            raise ParameterError(
                f'the grid has {self.count} runs; allowed: at most {MOST_RUNS}; make it smaller'
            )

    @property
    def count(self) -> int:
        """Number of runs."""
        starts = sum(len(part.starts_s) for part in self.parts)
        return starts * len(self.links) * len(self.filters) * len(self.scales) * self.seeds


def load_study(path: Path, links: Path) -> StudyDescription:
    """Read a study; paths in it become absolute, and its links are looked for in ``links``.

    ParameterError for a file that is none, or names what is not there.
    """
    described = load_yaml(StudyDescription, path)
    for link in described.links:
        try:
            load_profile(link, links)
        except ParameterError as error:
            raise ParameterError(f'{path.name}: links: {error}') from error
    parts = tuple(_found(part, path) for part in described.parts)
    return replace(described, parts=parts)


def _found(part: Part, study: Path) -> Part:
    bag = (study.parent / Path(part.bag).expanduser()).resolve()
    if not bag.exists():
        raise ParameterError(
            f'{study.name}: bag is {part.bag!r}, and {str(bag)!r} does not exist; allowed: a '
            'rosbag2 folder or file, relative to the study; correct the path'
        )
    mapping = part.mapping
    if is_path(mapping):
        mapping = str((study.parent / Path(mapping).expanduser()).resolve())
        if not Path(mapping).is_file():
            raise ParameterError(
                f'{study.name}: mapping is {part.mapping!r}, and {mapping!r} does not exist; '
                'allowed: a name in config/replay or config/devices, or a file, relative to the '
                'study; correct it'
            )
    return replace(part, bag=str(bag), mapping=mapping)


def _check_axis(name: str, values: tuple[object, ...]) -> None:
    if not values:
        raise ParameterError(
            f'{name} is empty, and with it the grid; allowed: at least one value; add one'
        )
    if len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise ParameterError(f'{name} has {twice!r} twice; allowed: each once; remove one')
