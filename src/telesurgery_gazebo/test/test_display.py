"""A display is used only where it lets us in."""

import socket
import struct
import threading
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting import display
from telesurgery_gazebo.hosting.program import Program


def entry(number: bytes, cookie: bytes, kind: bytes = b'MIT-MAGIC-COOKIE-1') -> bytes:
    strings = (b'host', number, kind, cookie)
    return struct.pack('>H', 256) + b''.join(
        struct.pack('>H', len(text)) + text for text in strings
    )


def test_the_cookie_of_a_display_is_found_among_others():
    authority = entry(b'1', b'other') + entry(b'0', b'wrong', b'XDM') + entry(b'0', b'right')
    assert display.cookie_in(authority, b'0') == b'right'


def test_a_cookie_for_every_display_is_taken():
    assert display.cookie_in(entry(b'', b'any'), b'7') == b'any'


def test_no_cookie_is_none():
    assert display.cookie_in(entry(b'1', b'other'), b'0') == b''
    assert display.cookie_in(b'', b'0') == b''


@given(st.binary(max_size=200))
def test_a_broken_authority_file_gives_no_cookie(data):
    assert display.cookie_in(data, b'no such display') == b''


def test_the_greeting_is_that_of_x11():
    """Byte order l, version 11.0, lengths of name and data, both padded to four bytes."""
    assert display.greeting(b'') == b'l\0\x0b\0\0\0\0\0\0\0\0\0'
    greeting = display.greeting(b'c' * 16)
    assert greeting[6:10] == bytes([18, 0, 16, 0])
    assert greeting[12:] == b'MIT-MAGIC-COOKIE-1\0\0' + b'c' * 16


@pytest.mark.parametrize('name', ['', 'elsewhere:0', ':x', ':987654', '/tmp/socket'])
def test_a_display_that_is_not_there_is_not_used(name):
    assert not display.accepts({'DISPLAY': name})
    assert not display.accepts({})


@pytest.mark.parametrize(('answer', 'let_in'), [(b'\1', True), (b'\0', False), (b'', False)])
def test_a_display_is_used_when_it_accepts_the_greeting(answer, let_in, monkeypatch, tmp_path):
    number = uuid.uuid4().int % 10**9
    address = tmp_path / f'X{number}'
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(address))
    server.listen()
    monkeypatch.setattr(display, 'SOCKETS', tmp_path)

    def serve():
        client, _ = server.accept()
        with client:
            assert client.recv(100) == display.greeting(b'')
            client.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    environment = {'DISPLAY': f':{number}', 'XAUTHORITY': str(tmp_path / 'none')}
    assert display.accepts(environment) is let_in
    thread.join(10.0)
    server.close()


def test_without_xvfb_it_is_said_what_to_do(tmp_path):
    with pytest.raises(SimulatorError, match='there is no Xvfb'):
        display.start_screen(None, {}, tmp_path / 'log')


def test_an_xvfb_that_ends_at_once_is_reported_with_its_last_words(tmp_path):
    program = Program(('/bin/sh', '-c', 'echo "Fatal server error: no memory"; exit 1', 'sh'))
    with pytest.raises(SimulatorError, match='exit code 1: Fatal server error: no memory'):
        display.start_screen(program, {'PATH': '/bin'}, tmp_path / 'log')


def test_the_number_that_xvfb_chose_is_read_whole(tmp_path):
    """It writes the number and the end of the line separately, and dies if nobody reads both."""
    script = tmp_path / 'xvfb'
    script.write_text('#!/bin/bash\nprintf 4 >&$2; printf "2\\n" >&$2; exec sleep 60\n')
    script.chmod(0o755)
    program = Program((str(script),))
    screen, name = display.start_screen(program, {'PATH': '/bin:/usr/bin'}, tmp_path / 'log')
    assert name == ':42'
    assert screen.running
    screen.end()
    assert not Path('/proc', str(screen.pid)).exists()
