"""The scripts that start a compiler from a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import toolchain
from telesurgery_bringup.provisioning.machine import Machine


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    (tmp_path / 'usr/bin').mkdir(parents=True)
    return tmp_path


def program(prefix: Path, name: str, script: str) -> None:
    path = prefix / 'usr/bin' / name
    path.write_text(f'#!/bin/sh\n{script}\n')
    path.chmod(0o755)


def test_the_headers_are_those_of_the_machines_python() -> None:
    assert 'libpython3.12-dev' in toolchain.packages(Machine(python_version=(3, 12)))


def test_the_compiler_takes_the_folder_as_its_root(prefix: Path) -> None:
    program(prefix, 'g++', 'printf "%s\\n" "$LD_LIBRARY_PATH" "$@"')
    toolchain._write_script(prefix, 'c++', 'g++')
    answer = subprocess.run(
        [prefix / 'bin/c++', '-c', 'a b.cpp'],
        env={'LD_LIBRARY_PATH': '/mine'},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.splitlines() == [
        f'{prefix}/libraries:/mine',
        *(f'--sysroot={prefix}', f'-B{prefix}/bin', '-c', 'a b.cpp'),
    ]


def test_other_programs_have_no_root(prefix: Path) -> None:
    program(prefix, 'ar', 'echo "$@"')
    toolchain._write_script(prefix, 'ar', 'ar')
    answer = subprocess.run([prefix / 'bin/ar', 'x'], capture_output=True, text=True, check=True)
    assert answer.stdout == 'x\n'


def test_the_compilers_own_libraries_are_gathered_but_not_the_c_library(prefix: Path) -> None:
    folder = prefix / 'usr/lib' / toolchain.ARCH
    folder.mkdir(parents=True)
    for name in ('libmpc.so.3', 'libbfd-2.40-system.so', 'libc.so.6', 'libm.so.6', 'libpthread.a'):
        (folder / name).touch()
    toolchain._gather_libraries(prefix)
    gathered = sorted(path.name for path in (prefix / 'libraries').iterdir())
    assert gathered == ['libbfd-2.40-system.so', 'libmpc.so.3']
    assert (prefix / 'libraries/libmpc.so.3').resolve() == folder / 'libmpc.so.3'


def test_a_compiler_that_makes_no_working_program_is_refused(prefix: Path) -> None:
    (prefix / 'bin').mkdir()
    program(prefix, 'g++', 'echo no crt1.o >&2; exit 1')
    toolchain._write_script(prefix, 'c++', 'g++')
    with pytest.raises(SetupError, match=r'\(no crt1.o\); .* apt-get install g\+\+ python3-dev'):
        toolchain._try(prefix)
