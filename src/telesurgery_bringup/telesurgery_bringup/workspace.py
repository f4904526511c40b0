"""Where things are in a checkout: the one source for every path of this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from telesurgery_bringup.errors import BringupError

ROOT_VARIABLE = 'TELESURGERY_ROOT'
"""Names the checkout in the environment of everything that the commands start."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A checkout and the folders that the commands make in it."""

    root: Path

    @classmethod
    def current(cls, environ: Mapping[str, str] = os.environ) -> Workspace:
        """Return the checkout that this code runs for.

        An installed copy knows it from the environment that the commands give to what they start.
        Raises BringupError where there is none.
        """
        candidates = [Path(__file__).resolve().parents[3]]
        if environ.get(ROOT_VARIABLE):
            candidates.insert(0, Path(environ[ROOT_VARIABLE]))
        for root in candidates:
            if (root / 'requirements.lock').is_file():
                return cls(root)
        raise BringupError(
            f'{ROOT_VARIABLE} is {environ.get(ROOT_VARIABLE)!r}; allowed: the folder of a '
            'checkout; start this from ./telesurgery shell'
        )

    @property
    def state(self) -> Path:
        """What set-up brings; may be deleted at any time, set-up brings it again."""
        return self.root / '.telesurgery'

    @property
    def python_environment(self) -> Path:
        """The virtual environment, where one is used."""
        return self.state / 'venv'

    @property
    def gazebo(self) -> Path:
        """The folder with Gazebo, where the machine has none of its own."""
        return self.state / 'gazebo'

    @property
    def toolchain(self) -> Path:
        """The folder with a C++ compiler, where the machine has none of its own."""
        return self.state / 'toolchain'

    @property
    def installer(self) -> Path:
        """The folder with pip, where the machine's Python brings none."""
        return self.state / 'installer'

    @property
    def lock_file(self) -> Path:
        """The pinned Python packages."""
        return self.root / 'requirements.lock'

    @property
    def install(self) -> Path:
        """What colcon builds."""
        return self.root / 'install'

    @property
    def build(self) -> Path:
        """Where colcon builds."""
        return self.root / 'build'

    def make_state_folder(self) -> None:
        """Make the state folder and keep colcon, pytest and git out of it."""
        self.state.mkdir(exist_ok=True)
        (self.state / 'COLCON_IGNORE').touch()
        (self.state / '.gitignore').write_text('*\n', encoding='utf-8')
