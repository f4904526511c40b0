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
    compressed: bool = parameter(False, doc='Whether the recording is compressed with zstd.')
    look_hz: float = parameter(
        20.0, unit='Hz', low=1.0, high=200.0, doc='How often arrived messages are fetched.'
    )

    def __post_init__(self) -> None:
        if not self.output:
            raise ParameterError(
                "output is ''; allowed: a folder that does not exist yet; name one"
            )
