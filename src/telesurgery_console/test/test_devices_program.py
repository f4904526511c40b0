"""``./telesurgery devices`` as a user runs it, with a controller that exists in SDL only."""

import os
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from telesurgery_console.choosing import Found
from telesurgery_console.devices_program import chosen_device, mapping_target
from telesurgery_console.errors import DeviceError
from telesurgery_console.inventory import Kind, describe
from telesurgery_console.live_view import bar
from telesurgery_console.mapping import load_mapping
from telesurgery_core.errors import ParameterError

HERE = Path(__file__).parent
DEADLINE_S = 30.0
pytest.importorskip('pygame')


class Terminal:
    """A program in a terminal of its own, beside a virtual controller."""

    def __init__(self, folder, *arguments):
        self.operator, self._program = os.openpty()
        self.before = termios.tcgetattr(self.operator)
        self.text = ''
        pipe = folder / 'pad'
        os.mkfifo(pipe)
        self.process = subprocess.Popen(
            ['setsid', '--ctty', sys.executable, str(HERE / 'with_virtual_pad.py'),
             'telesurgery_bringup.devices', *arguments],
            env={
                **os.environ, 'PYTHONPATH': os.pathsep.join(sys.path),
                'SDL_JOYSTICK_DEVICE': '/dev/null', 'VIRTUAL_PAD': str(pipe),
            },
            stdin=self._program,
            stdout=self._program,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._pad = os.fdopen(os.open(pipe, os.O_RDWR), 'w')  # waits for no reader

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._pad.close()
        os.close(self.operator)
        os.close(self._program)

    def pad(self, *lines):
        self._pad.write(''.join(f'{line}\n' for line in lines))
        self._pad.flush()

    def strike(self, keys):
        os.write(self.operator, keys.encode())

    def see(self, wanted):
        """Read until the text has appeared since the last look."""
        give_up = time.monotonic() + DEADLINE_S
        while wanted not in self.text:
            assert time.monotonic() < give_up, f'{wanted!r} not in {self.text[-2000:]!r}'
            if select.select([self.operator], [], [], 0.1)[0]:
                self.text += os.read(self.operator, 65536).decode()
        self.text = self.text.split(wanted, 1)[1]

    def end(self):
        return self.process.wait(DEADLINE_S)


def run(*arguments, folder=None):
    done = subprocess.run(
        [sys.executable, '-m', 'telesurgery_bringup.devices', *arguments],
        env={
            **os.environ,
            'PYTHONPATH': os.pathsep.join(sys.path),
            'SDL_JOYSTICK_DEVICE': '/dev/null',
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
        timeout=DEADLINE_S,
    )
    assert 'Traceback' not in done.stderr
    return done


def test_it_lists_every_kind_of_device_and_needs_none():
    done = run()

    assert done.returncode == 0
    for line in (
        'gamepads, through SDL: device:=gamepad',
        'SpaceMice, through hidapi: device:=spacemouse',
        'mapping: gamepad (unless another is named)',
        'device:=twist',
    ):
        assert line in done.stdout


def test_the_rule_that_it_names_is_there(workspace):
    rule = workspace / 'config' / 'udev' / '70-telesurgery-spacemouse.rules'

    assert '256f' in rule.read_text()


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--live', '--device', 'joy'], "--device is 'joy'; allowed: gamepad, spacemouse"),
        (['--live', '--device', 'gamepad'], 'gamepad not found'),
        (['--live', '--device', 'gamepad', '--mapping', 'nix'], "mapping is 'nix'; allowed: game"),
        (['--live', '--device', 'gamepad', '--mapping', 'joy'], "joy.yaml: device is 'joy'"),
        (['--new', 'Bad Name'], "--new is 'Bad Name'; allowed: a name of small letters"),
        (['--new', 'gamepad'], 'exists; allowed: a new name; nothing is overwritten'),
        (['--new', 'pad', '--live'], 'not allowed with argument'),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(arguments, message):
    done = run(*arguments)

    assert done.returncode == 2
    assert message in done.stderr


def test_a_pad_that_is_connected_is_listed(tmp_path):
    with Terminal(tmp_path) as terminal:
        terminal.see('gamepads, through SDL')
        terminal.see('  1  ')
        terminal.see('GUID ')
        assert terminal.end() == 0


def test_live_values_are_shown_until_q_and_the_terminal_is_left_as_it_was(tmp_path):
    with Terminal(tmp_path, '--live') as terminal:
        terminal.see('pressed: -')
        terminal.see('operator_present no')
        terminal.pad('press rightshoulder')
        terminal.see('rightshoulder = presence')
        terminal.see('operator_present YES')
        terminal.pad('tilt leftx -0.75')
        terminal.see('-0.750')
        terminal.pad('unplug')
        terminal.see('is gone: unplugged')
        terminal.see('operator_present no')
        terminal.strike('q')
        terminal.see('\x1b[?25h')
        assert terminal.end() == 0
        assert termios.tcgetattr(terminal.operator) == terminal.before


def test_ctrl_c_ends_it_as_well(tmp_path):
    with Terminal(tmp_path, '--live') as terminal:
        terminal.see('pressed: -')
        terminal.strike('\x03')
        terminal.see('\x1b[?25h')
        assert terminal.end() == 0
        assert termios.tcgetattr(terminal.operator) == terminal.before


def test_a_new_mapping_is_written_by_showing(tmp_path):
    target = tmp_path / 'mine.yaml'
    with Terminal(tmp_path, '--new', str(target)) as terminal:
        terminal.see('press the button for presence')
        terminal.see('presence (you')  # drawn once more: it looks at the pad now
        terminal.pad('press leftshoulder')
        terminal.see('leftshoulder is presence')
        terminal.pad('release leftshoulder')
        for _ in range(7):
            terminal.see('Enter leaves it out')
            terminal.strike('\n')
            terminal.see('left out')
        terminal.see('moves the hand LEFT')
        terminal.pad('tilt rightx -1.0')
        terminal.see('rightx moves x')
        terminal.pad('tilt rightx 0')
        while terminal.process.poll() is None:
            terminal.strike('\n')
            time.sleep(0.02)
        terminal.see('is written; use it with device:=gamepad mapping:=')
        assert terminal.end() == 0
    mapping = load_mapping(target, 'gamepad')

    assert {name: action.value for name, action in mapping.buttons.items()} == {
        'leftshoulder': 'presence'
    }
    assert {name: (b.normal.drives.value, b.normal.sign) for name, b in mapping.axes.items()} == {
        'rightx': ('x', -1)
    }


def test_giving_up_writes_nothing(tmp_path):
    target = tmp_path / 'mine.yaml'
    with Terminal(tmp_path, '--new', str(target)) as terminal:
        terminal.see('press the button for presence')
        terminal.strike('q')
        terminal.see('given up; nothing is written')
        assert terminal.end() == 130
        assert termios.tcgetattr(terminal.operator) == terminal.before
    assert not target.exists()


def kinds(**found):
    return [Kind(device, device, tuple(there), 'connect it') for device, there in found.items()]


def test_the_first_device_that_may_be_used_is_shown():
    locked = Found('k', 'SpaceMouse', usable=False)

    assert chosen_device(
        '', kinds(gamepad=[], spacemouse=[locked], spacenavd=[Found('d', 'd')])
    ) == ('spacenavd')
    with pytest.raises(DeviceError, match='no device is here'):
        chosen_device('', kinds(gamepad=[], spacemouse=[locked]))


def test_what_is_connected_is_listed_by_number_with_its_mappings(tmp_path, workspace):
    text = (workspace / 'config' / 'devices' / 'gamepad.yaml').read_text()
    (tmp_path / 'gamepad.yaml').write_text(text)
    (tmp_path / 'mine.yaml').write_text(text)
    (tmp_path / 'broken.yaml').write_text('device: gamepad\nspeed: 3\n')
    lines = describe(kinds(gamepad=[Found('g', 'Pad', 'GUID g')]), tmp_path)

    assert lines[:3] == [
        'gamepad: device:=gamepad',
        '  1  Pad  (GUID g)',
        '  mapping: gamepad (unless another is named), mine',
    ]
    assert any("cannot be used: broken.yaml: unknown key 'speed'" in line for line in lines)


def test_with_nothing_connected_it_says_how_to_connect(tmp_path):
    lines = describe(kinds(spacemouse=[]), tmp_path)

    assert '  none; connect it' in lines
    assert '  mapping: none; write one with ./telesurgery devices --new NAME' in lines


def test_it_needs_no_ros():
    code = 'import sys, telesurgery_console.devices_program; print("rclpy" in sys.modules)'
    done = subprocess.run(
        [sys.executable, '-c', code],
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE_S,
    )

    assert done.stdout == 'False\n'


@pytest.mark.parametrize('name', ['', '-x', 'X', 'a b', 'a' * 50, 'ä'])
def test_a_name_that_is_none_is_refused(name, tmp_path):
    with pytest.raises(ParameterError, match='--new is'):
        mapping_target(name, tmp_path)


@pytest.mark.parametrize(
    ('value', 'drawn'),
    [
        (0.0, '[          |          ]'),
        (1.0, '[          |##########]'),
        (-0.5, '[     #####|          ]'),
        (float('nan'), '[?????????????????????]'),
    ],
)
def test_a_bar_shows_a_value(value, drawn):
    assert bar(value) == drawn
