"""Temporary folders of servers, removed even after a kill: by the next one that starts."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = 'telesurgery_gazebo_'


def new_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a new folder of this process; those of killed ones are removed first."""
    remove_leftovers()
    return tempfile.TemporaryDirectory(prefix=f'{_PREFIX}{os.getpid()}_')


def remove_leftovers() -> None:
    """Remove the temporary folders of processes that were killed before they could do so."""
    for folder in Path(tempfile.gettempdir()).glob(f'{_PREFIX}[0-9]*_*'):
        pid = folder.name.removeprefix(_PREFIX).partition('_')[0]
        if not Path('/proc', pid).exists():
            shutil.rmtree(folder, ignore_errors=True)  # another user's stays
