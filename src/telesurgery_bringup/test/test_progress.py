"""Progress is one moving line on a terminal and a few lines in a log."""

from __future__ import annotations

import io
import re

import pytest

from telesurgery_bringup.provisioning.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_log_has_begin_end_and_a_line_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    with Progress(stream, clock).task('Gazebo') as tell:
        for second in range(25):
            clock.now = float(second)
            tell(f'{second} %')
    assert stream.getvalue().splitlines() == [
        '  Gazebo ...',
        '  Gazebo: 10 % (10 s)',
        '  Gazebo: 20 % (20 s)',
        '  Gazebo: done in 24 s',
    ]


def test_a_terminal_has_all_running_steps_in_its_last_line() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, clock)
    with progress.task('pip') as tell_pip, progress.task('Gazebo') as tell_gazebo:
        clock.now = 1.0
        tell_pip('1 of 2')
        clock.now = 2.0
        tell_gazebo('50 %')
        last = re.split(r'\r\x1b\[K', stream.getvalue())[-1]
    assert last == '  pip: 1 of 2 (2 s)   Gazebo: 50 % (2 s)'


def test_a_failed_step_is_not_called_done() -> None:
    stream = io.StringIO()
    with pytest.raises(RuntimeError), Progress(stream, Clock()).task('pip'):
        raise RuntimeError
    assert stream.getvalue().splitlines()[-1] == '  pip: failed in 0 s'


def test_words_between_the_reports_are_lines_of_their_own() -> None:
    stream = io.StringIO()
    Progress(stream, Clock()).say('a word')
    assert stream.getvalue() == '  a word\n'
