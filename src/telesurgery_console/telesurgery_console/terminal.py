"""Key strokes from a terminal, without waiting for them."""

from __future__ import annotations

import os
import select
import signal
import termios
import tty
from pathlib import Path
from types import FrameType, TracebackType

from telesurgery_console.errors import DeviceError
from telesurgery_console.keyboard_mapping import NAMED_KEYS

CONTROLLING_TERMINAL = Path('/dev/tty')
_ESCAPE = '\x1b'


class TerminalKeys:
    """Reads single keys until it is closed; Ctrl-C keeps its meaning.

    The keys are those of the process's terminal, even where something else is its standard input
    (a launcher starts it so), and even from the background. DeviceError without a terminal.
    """

    def __init__(self, terminal: Path = CONTROLLING_TERMINAL) -> None:
        try:
            self._terminal = os.open(terminal, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
            self._before = termios.tcgetattr(self._terminal)
        except (OSError, termios.error) as error:
            raise DeviceError(
                f'keyboard finds no terminal ({terminal}: {error.args[-1]}); allowed: a session '
                'started by hand in a terminal; start it there, or use the device gamepad or '
                'replay'
            ) from error
        self._foreground = self._take_foreground()
        tty.setcbreak(self._terminal)

    def read(self) -> list[str]:
        """Return the strokes since the last call, by the names that mappings use."""
        if not select.select([self._terminal], [], [], 0.0)[0]:
            return []
        try:
            text = os.read(self._terminal, 1024).decode('utf-8', errors='ignore')
        except BlockingIOError:
            return []
        return split_keys(text)

    def close(self) -> None:
        """Leave the terminal as it was."""
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)
        if self._foreground is not None:
            self._set_foreground(self._foreground)
        os.close(self._terminal)

    def _take_foreground(self) -> int | None:
        """Become the terminal's foreground group; return the one that was, if another."""
        try:
            group = os.tcgetpgrp(self._terminal)
        except OSError:  # not our controlling terminal: then nobody stops us from reading it
            return None
        if group == os.getpgrp():
            return None
        self._set_foreground(os.getpgrp())
        return group

    def _set_foreground(self, group: int) -> None:
        # The system stops a background process that does this, unless it ignores SIGTTOU.
        before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        try:
            os.tcsetpgrp(self._terminal, group)
        except OSError:  # the other group has ended
            pass
        finally:
            signal.signal(signal.SIGTTOU, before)


class CtrlC:
    """Notes Ctrl-C within its block, for a loop that asks.

    As an exception it may strike anywhere, and is lost where it strikes a callback.

    Attributes:
        pressed: whether it was.
    """

    def __init__(self) -> None:
        self.pressed = False

    def __enter__(self) -> CtrlC:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.pressed = True


def has_terminal(terminal: Path = CONTROLLING_TERMINAL) -> bool:
    """Return whether the process has a terminal."""
    try:
        opened = os.open(terminal, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return False
    os.close(opened)
    return True


def split_keys(text: str) -> list[str]:
    """Return the keys that a terminal has sent as ``text``."""
    keys = []
    while text:
        length = 3 if text.startswith(_ESCAPE) and text[:3] in NAMED_KEYS else 1
        keys.append(NAMED_KEYS.get(text[:length], text[:length]))
        text = text[length:]
    return keys
