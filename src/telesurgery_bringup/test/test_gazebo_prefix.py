"""What is done to the unpacked Gazebo so that it runs from a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import gazebo


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    (tmp_path / 'usr/bin').mkdir(parents=True)
    return tmp_path


def test_the_display_server_looks_beside_itself_and_keeps_its_size(prefix: Path) -> None:
    program = b'ELF\0/usr/bin\0..\0/usr/share/X11/xkb\0/usr/bin/X\0'
    (prefix / 'usr/bin/Xvfb').write_bytes(program)
    gazebo._move_display_server(prefix)
    copy = prefix / 'usr/bin/Xvfb.patched'
    assert copy.read_bytes() == b'ELF\0./bin\0\0\0\0..\0./share/X11/xkb\0\0\0\0/usr/bin/X\0'
    assert copy.stat().st_mode & 0o111


@pytest.mark.parametrize('program', [b'\0/usr/bin\0\0/usr/bin\0\0/usr/share/X11/xkb\0', b'ELF'])
def test_a_display_server_of_another_kind_is_refused(prefix: Path, program: bytes) -> None:
    (prefix / 'usr/bin/Xvfb').write_bytes(program)
    with pytest.raises(SetupError, match='allowed: once'):
        gazebo._move_display_server(prefix)


def test_the_keymap_compiler_runs_with_the_prefixs_own_loader(prefix: Path) -> None:
    compiler = prefix / 'usr/bin/xkbcomp'
    compiler.write_text('')
    loader = prefix / gazebo.LOADER
    loader.parent.mkdir(parents=True)
    loader.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    loader.chmod(0o755)
    gazebo._wrap_keymap_compiler(prefix)
    said = subprocess.run(
        ['./bin/xkbcomp', '-w', '1'],
        cwd=prefix / 'usr',
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    libraries = ':'.join(f'{prefix}/{folder}' for folder in gazebo.LIBRARY_PATH)
    assert said == [
        *('--library-path', libraries, f'{prefix}/usr/bin/xkbcomp.bin'),
        *(f'-I{prefix}/usr/share/X11/xkb', '-w', '1'),
    ]


def test_a_prefix_that_does_not_run_is_removed_and_told(prefix: Path) -> None:
    loader = prefix / gazebo.LOADER
    loader.parent.mkdir(parents=True)
    loader.write_text('#!/bin/sh\necho no such thing >&2\nexit 1\n')
    loader.chmod(0o755)
    with pytest.raises(SetupError, match=r'gzserver was unpacked .* run \(no such thing'):
        gazebo._try(prefix)
    assert not prefix.exists()
