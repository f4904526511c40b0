"""One running process of a launch: its output, its signals, and what became of it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from telesurgery_bringup.launch.plan import Process

STDOUT, STDERR = 1, 2

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


class Child(asyncio.SubprocessProtocol):
    """A process that has been started; ``run`` waits for its end."""

    def __init__(self, on_line: Callable[[str, bool], None]) -> None:
        loop = asyncio.get_running_loop()
        self._on_line = on_line
        self._pending = {STDOUT: b'', STDERR: b''}
        self._transport: asyncio.SubprocessTransport | None = None
        self._ended: asyncio.Future[int] = loop.create_future()
        self._silent = asyncio.Event()

    @classmethod
    async def start(
        cls,
        process: Process,
        command: Sequence[str],
        marker: Mapping[str, str],
        on_line: Callable[[str, bool], None],
    ) -> Child:
        """Start a process; OSError when that is not possible.

        ``on_line(line, is_stderr)`` receives every line of its output. The process stays in the
        launch's process group: a device that reads the terminal must be in its foreground.
        """
        _, child = await asyncio.get_running_loop().subprocess_exec(
            lambda: cls(on_line),
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**process.environment, **marker},
            cwd=process.cwd,
        )
        return child

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._transport is not None
        return self._transport.get_pid()

    async def run(self) -> int:
        """Wait for the end of the process and of its output; return the exit code."""
        code = await self._ended
        silence = asyncio.create_task(self._silent.wait())
        await asyncio.wait({silence}, timeout=OUTPUT_AFTER_END_S)
        silence.cancel()
        assert self._transport is not None
        self._transport.close()
        self._flush()
        return code

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        assert self._transport is not None
        if not self._ended.done():
            self._transport.send_signal(number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the handle of the process."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Hand over whole lines, of any length."""
        *lines, self._pending[fd] = (self._pending[fd] + data).split(b'\n')
        for line in lines:
            self._on_line(line.decode(errors='replace').rstrip('\r'), fd == STDERR)

    def process_exited(self) -> None:
        """Note the exit code; a child of the process may hold its output open for longer."""
        assert self._transport is not None
        code = self._transport.get_returncode()
        assert code is not None
        self._ended.set_result(code)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process has ended and all of its output has come."""
        self._silent.set()

    def _flush(self) -> None:
        """Hand over last lines that have no end."""
        for fd, line in self._pending.items():
            if line:
                self._on_line(line.decode(errors='replace'), fd == STDERR)
                self._pending[fd] = b''
