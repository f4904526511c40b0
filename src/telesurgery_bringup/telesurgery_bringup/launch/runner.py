"""Carries out a launch plan: starts its processes, watches them, ends them, says what happened.

The exit code is 0 when every process did its work: it ended by itself with 0, or ended when it was
asked to. Otherwise it is that of the first process that did not (128 and the signal's number for
one that a signal ended). A process that is started again after its end does not count.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from telesurgery_bringup.launch import leftovers
from telesurgery_bringup.launch.child import Child, End
from telesurgery_bringup.launch.console import Console
from telesurgery_bringup.launch.parameter_files import command_line
from telesurgery_bringup.launch.plan import LaunchPlan, Process

CANNOT_START = 127
"""Exit code of a process that could not be started, as shells have it."""

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(plan: LaunchPlan, console: Console) -> int:
    """Carry out a plan to its end; return the exit code."""
    return asyncio.run(_Runner(plan, console).run())


@dataclass(frozen=True, slots=True)
class _Undertaker:
    """The process that ends what is left over, even when this one is killed."""

    marker: str
    folder: Path
    process: subprocess.Popen[str]

    @classmethod
    def start(cls) -> _Undertaker:
        marker = uuid.uuid4().hex
        folder = Path(tempfile.mkdtemp(prefix='telesurgery_launch_'))
        process = subprocess.Popen(
            [sys.executable, '-I', '-S', leftovers.__file__, marker, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is not for it
        )
        return cls(marker, folder, process)

    def finish(self) -> int:
        """End what is left over; return how many processes that were."""
        told, _ = self.process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)
        return int(told or 0)


class _Runner:
    """The processes of one plan while they run."""

    def __init__(self, plan: LaunchPlan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self._interrupts = 0
        self._interrupted_by_terminal = False
        self._exit_code = 0

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in STOPS:
            loop.add_signal_handler(number, self._on_signal, number)
        undertaker = _Undertaker.start()
        try:
            await asyncio.gather(
                *(self._keep_running(process, undertaker) for process in self._plan.processes)
            )
        finally:
            left = await asyncio.to_thread(undertaker.finish)
            self._console.close()
        if left:
            self._console.say('launch', 'WARNING', f'{left} processes were left over; ended them')
        return self._exit_code

    async def _keep_running(self, process: Process, undertaker: _Undertaker) -> None:
        while not self._stopping.is_set():
            end = await self._run_once(process, undertaker)
            if process.is_required and not self._stopping.is_set():
                self._console.say(process.name, 'INFO', 'was required: ending the others')
                self._stopping.set()
            if not process.respawn:
                if end.is_failure and not self._exit_code:
                    self._exit_code = end.shell_code
                return
            await self._pause(process.respawn_delay_s)

    async def _run_once(self, process: Process, undertaker: _Undertaker) -> End:
        command = command_line(process, undertaker.folder)
        marker = {leftovers.MARKER: undertaker.marker}
        try:
            child = await Child.start(process, command, marker, partial(self._on_line, process))
        except OSError as error:
            self._console.say(process.name, 'ERROR', f'cannot be started: {error}')
            return End(CANNOT_START, was_asked=False)
        self._console.say(process.name, 'INFO', f'process started with pid [{child.pid}]')
        running = asyncio.create_task(child.run())
        await self._ended_or_stopped(running)
        was_asked = not running.done()
        if was_asked:
            await self._end(process, child, running)
        end = End(await running, was_asked)
        self._report(process, child, end, command)
        return end

    async def _ended_or_stopped(self, running: asyncio.Task[int]) -> None:
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({running, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()

    async def _end(self, process: Process, child: Child, running: asyncio.Task[int]) -> None:
        """Ask a process to end, then insist, then force it."""
        if not self._interrupted_by_terminal:  # which has sent SIGINT to every process
            child.send(signal.SIGINT)
        steps = (
            (process.sigterm_after_s, signal.SIGTERM),
            (process.sigkill_after_s, signal.SIGKILL),
        )
        for patience_s, number in steps:
            hurry = asyncio.create_task(self._hurry.wait())
            await asyncio.wait(
                {running, hurry}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
            hurry.cancel()
            if running.done():
                return
            self._console.say(process.name, 'ERROR', f'does not end; sending {number.name}')
            child.send(number)

    async def _pause(self, seconds: float) -> None:
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({stop}, timeout=seconds)
        stop.cancel()

    def _on_signal(self, number: signal.Signals) -> None:
        self._interrupts += 1
        if self._interrupts == 1:
            self._interrupted_by_terminal = number == signal.SIGINT and sys.stdin.isatty()
            self._console.say('launch', 'WARNING', f'{number.name}: ending every process')
            self._stopping.set()
            return
        self._console.say('launch', 'WARNING', f'{number.name} again: no more patience')
        waiting, self._hurry = self._hurry, asyncio.Event()
        waiting.set()

    def _on_line(self, process: Process, line: str, is_error: bool) -> None:
        self._console.line(
            f'[{process.name}] {line}',
            shown=is_error or process.output.shows_stdout,
            logged=process.output.is_logged,
        )

    def _report(self, process: Process, child: Child, end: End, command: list[str]) -> None:
        if end.code == 0:
            text = f'process has finished cleanly [pid {child.pid}]'
            self._console.say(process.name, 'INFO', text)
        elif not end.is_failure:
            text = f'process has ended as asked [pid {child.pid}, {end}]'
            self._console.say(process.name, 'INFO', text)
        else:
            text = f"process has died [pid {child.pid}, {end}, cmd '{' '.join(command)}']"
            self._console.say(process.name, 'ERROR', text)
