"""What a session was recorded with: the versions of everything."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

ROOT_VARIABLE = 'TELESURGERY_ROOT'


def versions(middleware: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the versions as JSON: workspace, ROS, middleware, Python, system, every package."""
    distributions = {
        distribution.metadata['Name']: distribution.version
        for distribution in importlib.metadata.distributions()
    }
    root = environ.get(ROOT_VARIABLE, '')
    return json.dumps(
        {
            'telesurgery': distributions.get('telesurgery_recording')
            or distributions.get('telesurgery-recording', ''),
            'commit': commit(Path(root)) if root else '',
            'ros': environ.get('ROS_DISTRO', ''),
            'middleware': middleware,
            'python': platform.python_version(),
            'system': platform.platform(),
            'processor': platform.machine(),
            'packages': dict(sorted(distributions.items())),
        }
    )


def commit(root: Path) -> str:
    """Return the commit that a checkout stands at; empty where it cannot be told."""
    git = root / '.git'
    try:
        head = (git / 'HEAD').read_text(encoding='utf-8').strip()
        if not head.startswith('ref: '):
            return head
        name = head.removeprefix('ref: ')
        if (git / name).is_file():
            return (git / name).read_text(encoding='utf-8').strip()
        packed = (git / 'packed-refs').read_text(encoding='utf-8').splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f' {name}')), '')
    except OSError:
        return ''
