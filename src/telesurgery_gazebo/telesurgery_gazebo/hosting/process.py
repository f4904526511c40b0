"""A child process that is watched, is ended with all its descendants, and cannot outlive us."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting import tether
from telesurgery_gazebo.hosting.program import Program

_COLOUR = re.compile(rb'\x1b\[[0-9;]*m')

_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""Signals that say nothing of what a program was about; of an abort its last words do."""

_CRASHES = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}

_ERROR_MARKS = ('[Err]', 'rror', 'Assertion', 'terminate called')

_PREFERRED = -10
"""Nice value of a preferred process."""


class ManagedProcess:
    """A program in a process group of its own, with its output in a file."""

    def __init__(
        self,
        name: str,
        program: Program,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        inherited: Sequence[int] = (),
    ) -> None:
        """Start it; call this from a thread that lives as long as the process is to live.

        ``inherited`` are file descriptors that it keeps. SimulatorError when it cannot be started.
        """
        self.name = name
        self._log = log
        self._ending = threading.Event()
        watched = [sys.executable, '-I', tether.__file__, str(os.getpid())]
        try:
            with log.open('wb') as output:
                self._process = subprocess.Popen(
                    [*watched, *program.command, *arguments],
                    env=dict(environment),
                    cwd=program.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=inherited,
                )
        except OSError as error:
            raise SimulatorError(
                f'{name} cannot be started ({error.strerror}); allowed: an executable program; '
                'check the installation'
            ) from error

    @property
    def pid(self) -> int:
        """Process id, which is the id of its process group, too."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def crashed(self) -> bool:
        """Whether it has ended by a fault of its own that no exit code tells."""
        code = self._process.poll()
        return code is not None and -code in _CRASHES

    def prefer(self) -> bool:
        """Let it run before ordinary processes; return whether the system permits it.

        Threads inherit this from the one that makes them: call it right after the start.
        """
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, _PREFERRED)
        except OSError:  # not root, and no limit that allows it
            return False
        return True

    def ends_within(self, patience_s: float) -> bool:
        """Return whether it has ended, or does so within ``patience_s`` [s]."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        return not self.running

    def watch(self, on_death: Callable[[str], None]) -> None:
        """Call ``on_death(reason)`` from a thread of its own, at once when it ends by itself."""

        def wait() -> None:
            self._process.wait()
            if not self._ending.is_set():
                on_death(self.obituary())

        threading.Thread(target=wait, name=f'{self.name} watcher', daemon=True).start()

    def obituary(self) -> str:
        """Return in words how it ended, and its last error if it ended by itself."""
        code = self._process.poll()
        if code is None:
            return ''
        if -code in _FROM_OUTSIDE:
            return f'{self.name} ended by {signal.Signals(-code).name}'
        how = f'by {signal.Signals(-code).name}' if code < 0 else f'with exit code {code}'
        error = self.last_error()
        return f'{self.name} ended {how}' + (f': {error}' if error else '')

    def end(self, patience_s: float = 5.0) -> None:
        """End it and its descendants: SIGTERM, then SIGKILL after ``patience_s`` [s]."""
        self._ending.set()
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def last_error(self) -> str:
        """Return the last error that it printed, else the last line; empty for nothing."""
        lines = _COLOUR.sub(b'', self._log.read_bytes()).decode(errors='replace').splitlines()
        errors = [line for line in lines if any(mark in line for mark in _ERROR_MARKS)]
        return ' '.join((errors or lines or [''])[-1].split())
