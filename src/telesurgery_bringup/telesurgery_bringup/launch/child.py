"""One running process of a launch: its output, its signals, and what became of it."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from telesurgery_bringup.launch.plan import Process

OUTPUT_AFTER_END_S = 1.0
"""How long the output of an ended process is awaited that others, its own children, hold open."""

ASKED_TO_END = {0, -signal.SIGINT, -signal.SIGTERM, -signal.SIGHUP, 130, 143}
"""Exit codes of a process that did what SIGINT or SIGTERM asked of it."""


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended."""

    code: int
    """Exit code; negative: the number of the signal that ended it."""
    was_asked: bool
    """Whether everything was being ended."""

    @property
    def is_failure(self) -> bool:
        """Whether it ended in a way that it should not have."""
        return self.code not in ASKED_TO_END if self.was_asked else self.code != 0

    @property
    def shell_code(self) -> int:
        """The code as shells give it: 128 and the signal for a killed process."""
        return self.code if self.code >= 0 else 128 - self.code

    def __str__(self) -> str:
        if self.code >= 0:
            return f'exit code {self.code}'
        try:
            return f'exit code {self.code}, {signal.Signals(-self.code).name}'
        except ValueError:
            return f'exit code {self.code}'


class Child:
    """A process that has been started."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(
        cls, process: Process, command: Sequence[str], marker: Mapping[str, str]
    ) -> Child:
        """Start a process; OSError when that is not possible.

        It stays in the launch's process group: a device that reads the terminal must be in the
        terminal's foreground.
        """
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                env={**process.environment, **marker},
                cwd=process.cwd,
            )
        )

    async def run(self, on_line: Callable[[str, bool], None]) -> int:
        """Hand every line of output to ``on_line(line, is_stderr)``; return the exit code."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        readers = [
            asyncio.create_task(_read(self._process.stdout, lambda line: on_line(line, False))),
            asyncio.create_task(_read(self._process.stderr, lambda line: on_line(line, True))),
        ]
        code = await self._process.wait()
        _, unfinished = await asyncio.wait(readers, timeout=OUTPUT_AFTER_END_S)
        for reader in unfinished:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        return code

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if self._process.returncode is None:
            self._process.send_signal(number)


async def _read(stream: asyncio.StreamReader, on_line: Callable[[str], None]) -> None:
    """Hand over lines of any length, and at the end a line without an end."""
    pending = b''
    while chunk := await stream.read(65536):
        *lines, pending = (pending + chunk).split(b'\n')
        for line in lines:
            on_line(line.decode(errors='replace').rstrip('\r'))
    if pending:
        on_line(pending.decode(errors='replace'))
