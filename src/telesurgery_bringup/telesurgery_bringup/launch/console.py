"""Where the lines of a launch go: the screen and a log file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO


def log_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder for logs, by the rule of ROS."""
    if environment.get('ROS_LOG_DIR'):
        return Path(environment['ROS_LOG_DIR']).expanduser()
    home = environment.get('ROS_HOME') or '~/.ros'
    return Path(home).expanduser() / 'log'


class Console:
    """Prints lines and keeps those that belong into the log file, which is made when needed."""

    def __init__(self, folder: Path, screen: TextIO | None = None) -> None:
        self._path = folder / time.strftime(f'%Y-%m-%d-%H-%M-%S-launch-{os.getpid()}.log')
        self._screen = sys.stdout if screen is None else screen
        self._log: TextIO | None = None

    def say(self, name: str, level: str, text: str) -> None:
        """Print a word of the launch itself about one of its processes."""
        self.line(f'[{level}] [{name}]: {text}', shown=True, logged=self._log is not None)

    def line(self, text: str, *, shown: bool, logged: bool) -> None:
        """Print and keep one line."""
        if shown:
            try:
                print(text, file=self._screen, flush=True)
            except BrokenPipeError:  # nobody reads any more: the processes are what matters
                self._screen = open(os.devnull, 'w', encoding='utf-8')  # noqa: PTH123, SIM115
        if logged:
            if self._log is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._log = self._path.open('a', encoding='utf-8')
            print(f'{time.time():.7f} {text}', file=self._log, flush=True)

    def close(self) -> None:
        """Close the log file."""
        if self._log is not None:
            self._log.close()
