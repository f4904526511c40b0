"""What ``./telesurgery qualify`` makes of its arguments, and how its runs end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from telesurgery_bringup import qualify
from telesurgery_bringup.errors import UsageError
from telesurgery_bringup.qualify import Settings, settings_from
from telesurgery_bringup.reservations import Reservations

DEADLINE_S = 60.0


def settings(*words: str) -> Settings:
    return settings_from(qualify._parser().parse_args(words))


def test_an_emulated_link_needs_its_name_alone() -> None:
    asked = settings('--link', 'rome_beijing')
    assert asked.link == 'rome_beijing'
    assert asked.seconds == 60.0
    assert asked.listen is None
    assert asked.peer is None


def test_the_ends_of_a_real_link_are_addresses() -> None:
    assert settings('--listen', '47001').listen == ('0.0.0.0', 47001)
    assert settings('--listen', '10.0.0.1:47001').listen == ('10.0.0.1', 47001)
    assert settings('--peer', 'hospital:47001').peer == ('hospital', 47001)
    assert settings('--peer', '[2001:db8::1]:47001').peer == ('2001:db8::1', 47001)


def test_a_real_link_is_sealed_unless_insecure_is_said() -> None:
    assert settings('--listen', '47001').key == Path(qualify.DEFAULT_KEY).expanduser()
    assert settings('--listen', '47001', '--insecure').key is None


@pytest.mark.parametrize(
    ('words', 'what'),
    [
        ([], 'no link is named'),
        (['--listen', '1', '--peer', 'a:1'], '--listen and --peer are both given'),
        (['--listen', '70000'], "--listen is '70000'"),
        (['--listen', 'x:y'], "--listen is 'x:y'"),
        (['--peer', '47001'], "--peer is '47001'"),
        (['--link', 'lan', '--insecure'], '--key or --insecure is given without'),
        (['--peer', 'a:1', '--insecure', '--key', 'k'], '--key and --insecure'),
        (['--listen', '1', '--seconds', '5'], '--seconds, --video or --return-video'),
        (['--link', 'lan', '--seconds', '0.5'], '--seconds is 0.5'),
        (['--link', 'lan', '--seconds', 'nan'], '--seconds is nan'),
        (['--link', 'lan', '--seconds', '0'], '--seconds is 0'),
        (['--link', 'lan', '--video', '-1'], '--video is -1'),
        (['--link', 'lan', '--patience', '0'], '--patience is 0'),
        (['--link', 'lan', '--seed', '-1'], '--seed is -1'),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(words: list[str], what: str) -> None:
    with pytest.raises(UsageError) as refused:
        settings(*words)
    assert str(refused.value).startswith(what)
    assert 'allowed: ' in str(refused.value)
    assert '\n' not in str(refused.value)


def run(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, '-m', 'telesurgery_bringup.qualify', *words],
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path), 'PYTHONUNBUFFERED': '1'},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], word: str) -> None:
    """Read what a program says until a line has a word in it."""
    assert process.stdout is not None
    for line in process.stdout:
        if word in line:
            return
    raise AssertionError(f'the program ended before it said {word!r}')


@pytest.mark.parametrize(
    ('words', 'what'),
    [
        (['--link', 'nowhere'], "link profile is 'nowhere'"),
        (['--listen', '47001', '--key', '/nowhere/key'], "key file '/nowhere/key'"),
        (['--peer', 'no.such.host.invalid:1', '--insecure'], "peer_host is 'no.such.host"),
    ],
)
def test_what_cannot_begin_ends_with_one_line(words: list[str], what: str, tmp_path: Path) -> None:
    process = run(*words, '--output', str(tmp_path / 'report'))
    said, _ = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 2
    assert said.splitlines()[-1].startswith(f'qualify: error: {what}')
    assert 'Traceback' not in said


def test_a_run_stopped_by_hand_has_a_report_of_what_there_was(tmp_path: Path) -> None:
    folder = tmp_path / 'report'
    process = run('--link', 'lan', '--video', '2', '--output', str(folder))
    read_until(process, ' 2 of 60 s')
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 1
    assert 'Not shown to be suitable.' in said
    assert 'The run ended early: stopped by hand.' in said
    report = json.loads((folder / 'report.json').read_text())
    assert report['round_trip_ms']['count'] > 300
    assert (folder / 'report.html').is_file()


def test_a_peer_that_dies_leaves_a_report_of_what_there_was(
    tmp_path: Path, reservations: Reservations
) -> None:
    port = reservations.udp_port()
    folder = tmp_path / 'report'
    listening = run('--listen', f'127.0.0.1:{port}', '--insecure')
    read_until(listening, 'listening')
    calling = run(
        *('--peer', f'127.0.0.1:{port}', '--insecure', '--video', '2', '--patience', '2'),
        *('--output', str(folder)),
    )
    read_until(calling, ' 2 of 60 s')
    listening.kill()
    listening.communicate()
    said, _ = calling.communicate(timeout=DEADLINE_S)
    assert calling.returncode == 1
    assert 'the other end was silent for 2 s' in said
    report = json.loads((folder / 'report.json').read_text())
    assert report['sealed'] is False
    assert report['longest_interruption_ms'] > 1900.0
    known = report['directions']
    assert known['patient_to_surgeon']['control_frames']['expected'] > 500
    assert known['surgeon_to_patient']['control_frames']['expected'] > 0
