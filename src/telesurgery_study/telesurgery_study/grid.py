"""The runs of a study, and the key by which the result of each is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from telesurgery_console.mapping_files import is_path
from telesurgery_core.parameters import from_mapping
from telesurgery_study.description import Part, StudyDescription
from telesurgery_virtual.experiment import Experiment

CODE = ('arm', 'console', 'core', 'gazebo', 'link', 'motion', 'recording', 'safety', 'virtual')
"""The packages whose code has a part in what comes out."""
KEY_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    key: str
    """Hash of everything that its result depends on."""
    bag: str
    """Name of the recording, for people."""
    experiment: Experiment


def runs_of(study: StudyDescription, config: Path) -> Iterator[Run]:
    """Yield the runs of a study with the files of ``config``.

    A key holds the settings, the bytes of the recording, of every file in ``config`` and of the
    programs: a result is only taken for finished while all of them are the same.
    """
    common = f'{digest_of(config)} {_digest_of_code()}'
    bags = {part: _digest_of_input(part) for part in study.parts}
    seeds = range(study.first_seed, study.first_seed + study.seeds)
    parts = [(part, start) for part in study.parts for start in part.starts_s]
    for (part, start), link, name, scale, seed in product(
        parts, study.links, study.filters, study.scales, seeds
    ):
        settings = {
            'bag': part.bag,
            'mapping': part.mapping,
            'link': link,
            'filter': name,
            'scale': scale,
            'seed': seed,
            'start_s': start,
            'seconds': part.seconds,
            'reengage_after_s': study.reengage_after_s,
            'rate_hz': study.rate_hz,
            'control_rate_hz': study.control_rate_hz,
            'tremor_um': study.tremor_um,
        }
        experiment = from_mapping(Experiment, settings, where='the study')
        key = key_of(experiment, bags[part], common)
        yield Run(key, Path(part.bag).name, experiment)


def key_of(experiment: Experiment, bag_digest: str, common: str) -> str:
    """Return the hash of settings, recording and all that is common to a study."""
    settings: Mapping[str, object] = {**asdict(experiment), 'bag': bag_digest}
    text = f'{common} {json.dumps(settings, sort_keys=True)}'
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


def _digest_of_input(part: Part) -> str:
    """Return the hash of a recording, and of its mapping where that is no file of ``config``."""
    bag = digest_of(Path(part.bag))
    return f'{bag} {digest_of(Path(part.mapping))}' if is_path(part.mapping) else bag


def digest_of(path: Path) -> str:
    """Return the hash of a file, or of the files in a folder with their names."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(p for p in path.rglob('*') if p.is_file())
    for file in files:
        digest.update(str(file.relative_to(path) if file != path else '').encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _digest_of_code() -> str:
    digest = hashlib.sha256()
    for name in CODE:
        package = __import__(f'telesurgery_{name}')
        for file in sorted(Path(str(package.__file__)).parent.rglob('*.py')):
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
