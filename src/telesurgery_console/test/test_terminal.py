"""Key strokes through a real pseudo-terminal."""

import os
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from telesurgery_console.errors import DeviceError
from telesurgery_console.terminal import TerminalKeys, split_keys


@pytest.fixture
def terminal():
    """The operator's end of a terminal, and the path of the program's end."""
    operator, program = os.openpty()
    yield operator, Path(os.ttyname(program))
    os.close(operator)
    os.close(program)


def read_all(keys, count):
    received = []
    while len(received) < count:
        select.select([keys._terminal], [], [], 10.0)
        received += keys.read()
    return received


def test_keys_arrive_without_a_return_key(terminal):
    operator, path = terminal
    keys = TerminalKeys(path)
    assert keys.read() == []
    os.write(operator, b'aP\t')

    assert read_all(keys, 3) == ['a', 'P', 'tab']
    keys.close()


def test_the_terminal_is_left_as_it_was(terminal):
    operator, path = terminal
    before = termios.tcgetattr(operator)
    keys = TerminalKeys(path)
    during = termios.tcgetattr(operator)
    keys.close()

    assert not during[3] & (termios.ICANON | termios.ECHO)
    assert during[3] & termios.ISIG, 'Ctrl-C still interrupts'
    assert termios.tcgetattr(operator) == before


@pytest.mark.parametrize(
    ('text', 'keys'),
    [
        ('', []),
        ('\x1b[A\x1b[Dx', ['up', 'left', 'x']),
        ('\x1b', ['escape']),
        (' \x7f\r', ['space', 'backspace', 'enter']),
    ],
)
def test_what_a_terminal_sends_is_split_into_keys(text, keys):
    assert split_keys(text) == keys


def test_what_is_no_terminal_is_refused_in_one_line(tmp_path):
    (tmp_path / 'file').write_text('')
    with pytest.raises(DeviceError, match=r'finds no terminal.*use the device gamepad'):
        TerminalKeys(tmp_path / 'file')


def test_without_a_controlling_terminal_the_keyboard_is_refused():
    code = 'from telesurgery_console.terminal import TerminalKeys; TerminalKeys()'
    done = subprocess.run(
        [sys.executable, '-c', code],
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert 'DeviceError: keyboard finds no terminal (/dev/tty' in done.stderr


BACKGROUND = """
import os, select, subprocess, sys
child = '''
import os, select
os.setpgrp()
from telesurgery_console.terminal import TerminalKeys
keys = TerminalKeys()
print("ready", flush=True)
received = []
while "x" not in received:
    select.select([keys._terminal], [], [], 10.0)
    received += keys.read()
keys.close()
print(received, flush=True)
'''
subprocess.run([sys.executable, '-c', child], check=True, timeout=60)
print('foreground again:', os.tcgetpgrp(0) == os.getpgrp(), flush=True)
"""


def test_a_process_in_the_background_takes_the_terminal_and_gives_it_back(terminal):
    """A launcher may start its processes in groups of their own."""
    operator, path = terminal
    with path.open() as standard_input:
        session = subprocess.Popen(
            ['setsid', '--ctty', sys.executable, '-c', BACKGROUND],
            env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)},
            stdin=standard_input,
            stdout=subprocess.PIPE,
            text=True,
        )
    with session:
        assert session.stdout.readline() == 'ready\n'
        os.write(operator, b'ax')
        assert session.stdout.readline() == "['a', 'x']\n"
        assert session.stdout.readline() == 'foreground again: True\n'
    assert session.returncode == 0
