"""Shows how far several long steps are: one moving line on a terminal, sparse lines in a log."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

LOG_EVERY_S = 10.0
TERMINAL_EVERY_S = 0.1


@dataclass(slots=True)
class Task:
    """One step on its way."""

    name: str
    started: float
    shown: float = 0.0
    text: str = ''


class Progress:
    """The place where all steps of one set-up report; safe to use from several threads."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._terminal = self._stream.isatty()
        self._lock = threading.Lock()
        self._tasks: list[Task] = []
        self._drawn = 0.0

    @contextmanager
    def task(self, name: str) -> Iterator[Callable[[str], None]]:
        """Announce a step and its end; yields the function that says how far it is."""
        task = Task(name, self._clock(), self._clock())
        with self._lock:
            self._tasks.append(task)
            self._line(f'{name} ...')
        ended = 'failed'
        try:
            yield lambda text: self._update(task, text)
            ended = 'done'
        finally:
            with self._lock:
                self._tasks.remove(task)
                self._line(f'{name}: {ended} in {self._clock() - task.started:.0f} s')
                self._draw()

    def say(self, text: str) -> None:
        """Print one line between the reports."""
        with self._lock:
            self._line(text)
            self._draw()

    def _update(self, task: Task, text: str) -> None:
        with self._lock:
            task.text = text
            now = self._clock()
            if self._terminal:
                if now - self._drawn >= TERMINAL_EVERY_S:
                    self._drawn = now
                    self._draw()
            elif now - task.shown >= LOG_EVERY_S:
                task.shown = now
                self._line(f'{task.name}: {text} ({now - task.started:.0f} s)')

    def _line(self, text: str) -> None:
        self._stream.write(f'\r\033[K  {text}\n' if self._terminal else f'  {text}\n')
        self._stream.flush()

    def _draw(self) -> None:
        """Redraw the one line in which every running step stands."""
        if not self._terminal or not self._tasks:
            return
        now = self._clock()
        parts = [f'{task.name}: {task.text} ({now - task.started:.0f} s)' for task in self._tasks]
        width = shutil.get_terminal_size().columns - 3
        self._stream.write(f'\r\033[K  {"   ".join(parts)[:width]}')
        self._stream.flush()
