"""A folder that set-up makes: complete under its name, or not there.

The folder is made as ``<name>-<key>``, where the key is a hash of all that its content depends
on, and a file in it is written last that says it is complete. Only then does the symbolic link
``<name>`` point to it, in one atomic step. So an interruption at any moment leaves either the old
folder in use or none, a changed input makes a new folder, and an unchanged one costs nothing.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

COMPLETE = '.complete'


def key_of(*inputs: object) -> str:
    """Return a short hash of everything that a result depends on."""
    text = '\0'.join(str(item) for item in inputs)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One such folder: the link that names it and the key of the wanted content."""

    link: Path
    key: str

    @property
    def folder(self) -> Path:
        """Where the content lies."""
        return self.link.with_name(f'{self.link.name}-{self.key}')

    def is_complete(self) -> bool:
        """Whether the wanted content is there and in use."""
        return self.is_filled() and self.link.resolve() == self.folder.resolve()

    def is_filled(self) -> bool:
        """Whether the wanted content is complete, in use or not."""
        return (self.folder / COMPLETE).is_file()

    def begin(self) -> Path:
        """Return the folder to fill, empty; what an interrupted run left in it is removed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self.folder

    def finish(self) -> None:
        """Declare the folder complete, put it to use and remove what it replaces."""
        (self.folder / COMPLETE).touch()
        staged = self.link.with_name(f'{self.link.name}.new')
        staged.unlink(missing_ok=True)
        staged.symlink_to(self.folder.name)
        staged.replace(self.link)
        for other in self.link.parent.glob(f'{self.link.name}-*'):
            if other != self.folder:
                shutil.rmtree(other, ignore_errors=True)
