"""Repairs the CMake files of ROS's wheels, which name folders of the machine that built them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_HEADER_FOLDERS = """
import numpy, sysconfig
print(sysconfig.get_paths()['include'], numpy.get_include(), sep='\\n')
"""


def repair(environment: Path, headers: Path | None = None) -> int:
    """Put this machine's header folders into CMake files that name their builder's.

    The ROS wheels export the include folders of the Python and the numpy they were built with,
    below ``/opt/python``. Returns how many files were changed.
    """
    own, numpy = subprocess.run(
        [
            str(environment / 'bin/python'),
            '-c',
            _HEADER_FOLDERS,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    changed = 0
    for path in sorted((environment / 'share').rglob('*.cmake')):
        text = path.read_text(encoding='utf-8', errors='surrogateescape')
        repaired = repaired_export(text, str(headers or own), numpy)
        if repaired != text:
            path.write_text(repaired, encoding='utf-8', errors='surrogateescape')
            changed += 1
    return changed


def repaired_export(text: str, headers: str, numpy: str) -> str:
    """Return a CMake file's text with the builder's folders replaced by this machine's."""
    python = r'/opt/python/[^/";]+'
    text = re.sub(
        python + r'/lib/python[\d.]+/site-packages/numpy/\w+/include', lambda _: numpy, text
    )
    return re.sub(python + r'/include/python[\d.]+', lambda _: headers, text)
