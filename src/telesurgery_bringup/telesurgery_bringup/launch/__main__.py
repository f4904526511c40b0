"""``python -m telesurgery_bringup.launch FILE [NAME:=VALUE ...]``: run a launch file.

ROS's own launch runs it where that is installed; this package elsewhere.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from telesurgery_bringup.errors import BringupError, LaunchFileError, UsageError, one_of
from telesurgery_bringup.launch import runner
from telesurgery_bringup.launch.console import Console, log_folder
from telesurgery_bringup.launch.plan import Argument
from telesurgery_bringup.launch.resolve import declared_arguments, resolve
from telesurgery_bringup.launch.substitutions import Surroundings, substitute

PACKAGE = 'telesurgery_bringup'
SHOW_ARGUMENTS = ('-s', '--show-args')


def main(argv: Sequence[str]) -> int:
    """Run the launch file that the arguments name; return the exit code."""
    try:
        return _run(list(argv))
    except UsageError as error:
        print(f'launch: {error}', file=sys.stderr)
        return 2
    except BringupError as error:
        print(f'launch: {error}', file=sys.stderr)
        return 1


def _run(argv: list[str]) -> int:
    if not argv:
        raise UsageError('no launch file is named; allowed: a path, or a file in launch/; name it')
    path = find(argv[0])
    if any(word in SHOW_ARGUMENTS for word in argv[1:]):
        print(describe(path.name, declared_arguments(path)))
        return 0
    given = parse_arguments(argv[1:])
    if ros_launch_is_installed():
        _refuse_undeclared(path, given)
        command = ['ros2', 'launch', str(path), *argv[1:]]
        os.execvp(command[0], command)
    plan = resolve(path, given, os.environ)
    return runner.run(plan, Console(log_folder(os.environ)))


def _refuse_undeclared(path: Path, given: Mapping[str, str]) -> None:
    """Refuse an argument that nothing declares: ROS's launch would pass over it in silence."""
    with contextlib.suppress(LaunchFileError):  # what is wrong in the file, ROS's launch says
        resolve(path, given, os.environ)


def ros_launch_is_installed() -> bool:
    """Whether ROS's own launch can run XML files here."""
    modules = ('launch', 'launch_ros', 'launch_xml', 'ros2launch')
    there = all(importlib.util.find_spec(name) is not None for name in modules)
    return there and shutil.which('ros2') is not None


def find(name: str) -> Path:
    """Return the launch file that a path or a name means; LaunchFileError when there is none."""
    if Path(name).is_file():
        return Path(name).absolute()
    surroundings = Surroundings({}, os.environ, Path())
    folder = Path(substitute(f'$(find-pkg-share {PACKAGE})', surroundings)) / 'launch'
    if (folder / name).is_file():
        return folder / name
    there = sorted(path.name for path in folder.glob('*.xml'))
    raise LaunchFileError(one_of('the launch file', name, there, 'name one of them, or a path'))


def parse_arguments(words: Sequence[str]) -> dict[str, str]:
    """Return the arguments ``NAME:=VALUE``; of two of one name the last one holds, as in ROS."""
    given = {}
    for word in words:
        name, separator, value = word.partition(':=')
        if not name or not separator:
            raise UsageError(
                one_of('the argument', word, ['NAME:=VALUE', '--show-args'], 'correct it')
            )
        given[name] = value
    return given


def describe(file: str, arguments: Sequence[Argument]) -> str:
    """Return the arguments of a launch file for people to read."""
    lines = [f'arguments of {file} (give them as NAME:=VALUE):']
    for argument in arguments:
        default = 'required' if argument.default is None else f'default: {argument.default}'
        lines += ['', f'  {argument.name}', f'      {argument.description}', f'      ({default})']
    return '\n'.join(lines)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
