"""The texts that ``./telesurgery --help`` and ``./telesurgery COMMAND --help`` print."""

from __future__ import annotations

from telesurgery_bringup.commands import PROGRAMS

COMMANDS = {
    'setup': (
        'bring what this machine lacks (ROS 2, Gazebo, Python packages)',
        """usage: ./telesurgery setup

Brings what is missing into the folder .telesurgery of this checkout and touches nothing else:
ROS 2 as Python packages, Gazebo 11 with what it needs, and a C++ compiler where there is none.
What is installed on the machine is used. Running it again costs nothing; an interrupted run is
mended by the next. Afterwards no network is needed. To undo it, delete .telesurgery.""",
    ),
    'build': (
        'build the workspace with colcon',
        """usage: ./telesurgery build

Sets up, then builds the packages whose sources changed, into build/ and install/.""",
    ),
    'test': (
        'run every check and every test, those with real ROS and real Gazebo included',
        """usage: ./telesurgery test [PYTEST ARGUMENTS]

Sets up, builds, then runs ruff, mypy and pytest. With arguments, only pytest runs, with these:

  ./telesurgery test src/telesurgery_link
  ./telesurgery test -k watchdog -x
  ./telesurgery test -m 'not ros and not gazebo'""",
    ),
    'launch': (
        'start a launch file',
        """usage: ./telesurgery launch FILE [NAME:=VALUE ...]

FILE is a path, or the name of a file in launch/. Where ROS's own launch is installed it runs the
file; elsewhere telesurgery_bringup does. Ctrl-C ends every process of it.

  ./telesurgery launch session.launch.xml
  ./telesurgery launch FILE --show-args     the arguments that a file declares""",
    ),
    'shell': (
        'open a shell in which ROS 2 and the workspace are sourced',
        """usage: ./telesurgery shell [-c COMMAND]

Opens bash with the environment of the workspace, or runs one command in it.""",
    ),
    'bench': (
        'run a benchmark of bench/',
        """usage: ./telesurgery bench NAME [ARGUMENTS]

Runs bench/NAME.py in the environment of the workspace. NAME --help tells its arguments.""",
    ),
}
"""For each command its line in the overview and its own help."""


def overview() -> str:
    """Return the help of the whole program."""
    summaries = {program.name: program.summary for program in PROGRAMS}
    summaries |= {name: summary for name, (summary, _) in COMMANDS.items()}
    lines = [f'  {name:<8} {summary}' for name, summary in summaries.items()]
    return '\n'.join(
        (
            'usage: ./telesurgery COMMAND [ARGUMENTS]',
            '',
            'Four surgical robot arms in Gazebo, driven from a console through a delayed link.',
            '',
            *lines,
            '',
            './telesurgery COMMAND --help tells more of one. Each sets up and builds first.',
        )
    )
