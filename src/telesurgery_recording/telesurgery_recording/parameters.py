"""Parameters of the recorder node."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter


@dataclass(frozen=True, slots=True)
class RecorderParameters:
    """What is recorded and where to."""

    output: str = parameter('', doc='Folder of the recording; it must not exist.')
    topics_file: str = parameter(
        '', doc='File with the tables of topics; empty: the installed config/recorder.yaml.'
    )
    table: str = parameter('patient', doc='Which table of the file is recorded.')
    details: bool = parameter(
        True, doc='Whether the topics are recorded, too, that the table calls details.'
    )
    compressed: bool = parameter(False, doc='Whether the recording is compressed with zstd.')
    look_hz: float = parameter(
        20.0, unit='Hz', low=1.0, high=200.0, doc='How often arrived messages are fetched.'
    )
    flush_s: float = parameter(
        0.4,
        unit='s',
        low=0.05,
        high=10.0,
        doc='How often they are written; a crash takes with it what came since, and a look.',
    )
    split_mb: float = parameter(
        1000.0, unit='MB', low=0.0, high=1e6, doc='Size at which a new file begins; 0: never.'
    )
    split_s: float = parameter(
        0.0, unit='s', low=0.0, high=86400.0, doc='Time after which a new file begins; 0: never.'
    )
    buffer_mb: float = parameter(
        100.0,
        unit='MB',
        low=1.0,
        high=10000.0,
        doc='What may wait in memory for a slow disk; more is dropped and counted.',
    )
    reserve_mb: float = parameter(
        200.0,
        unit='MB',
        low=0.0,
        high=1e6,
        doc='Room on the disk that is left free: with less nothing more is written.',
    )

    def __post_init__(self) -> None:
        if not self.output:
            raise ParameterError(
                "output is ''; allowed: a folder that does not exist yet; name one"
            )
