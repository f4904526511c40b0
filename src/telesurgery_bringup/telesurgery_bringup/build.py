"""Builds the workspace with colcon: only the packages whose sources changed, and from scratch."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from telesurgery_bringup.errors import BuildError, SetupError
from telesurgery_bringup.provisioning import lock
from telesurgery_bringup.provisioning.artifact import key_of
from telesurgery_bringup.provisioning.command import run
from telesurgery_bringup.provisioning.progress import Progress
from telesurgery_bringup.workspace import Workspace

SHARED_FOLDERS = ('launch', 'urdf', 'worlds', 'config', 'recordings')
"""Folders of the root that telesurgery_bringup installs."""

UNDERLAY_FIRST = ('crtk_msgs',)
"""Packages that are not built where the machine has them already."""

IGNORED = ('test', '__pycache__', '.pytest_cache')


@dataclass(frozen=True, slots=True)
class Sources:
    """What there is to build: the fingerprint of each package, and of what all rest on."""

    base: str
    packages: Mapping[str, str]


def build(
    workspace: Workspace, env: Mapping[str, str], cmake_arguments: Sequence[str] = ()
) -> list[str]:
    """Build what changed since the last build and return the names of those packages.

    ``env`` is the underlay's environment. Raises BuildError with what the compiler said.
    """
    workspace.make_state_folder()
    with lock.exclusive(workspace.state / 'build.lock', 'builds'):
        record = workspace.state / 'build.json'
        wanted = fingerprint(workspace, env, cmake_arguments)
        built = _read(record)
        if built.base != wanted.base:  # another compiler, interpreter or ROS
            for folder in (workspace.build, workspace.install):
                shutil.rmtree(folder, ignore_errors=True)
            built = Sources(wanted.base, {})
        changed = changed_packages(built, wanted)
        gone = set(built.packages) - set(wanted.packages)
        # Until they are built again they count as not built: an interruption is then mended.
        kept = {
            name: value
            for name, value in built.packages.items()
            if name not in gone and name not in changed
        }
        if not changed and not gone:
            return []
        _write(record, Sources(wanted.base, kept))
        for name in (*gone, *changed):  # deleted sources must not live on in an installed copy
            shutil.rmtree(workspace.build / name, ignore_errors=True)
            shutil.rmtree(workspace.install / name, ignore_errors=True)
        if changed:
            with Progress().task('workspace') as tell:
                _colcon(workspace, env, cmake_arguments, changed, tell)
        _write(record, wanted)
        return changed


def fingerprint(
    workspace: Workspace, env: Mapping[str, str], cmake_arguments: Sequence[str] = ()
) -> Sources:
    """Return the fingerprints of the sources as they are now."""
    base = key_of(
        workspace.root,
        env.get('VIRTUAL_ENV', ''),
        env.get('ROS_DISTRO', ''),
        *cmake_arguments,
    )
    packages = {}
    for manifest in sorted(workspace.root.glob('src/*/package.xml')):
        name = manifest.parent.name
        if name in UNDERLAY_FIRST and _is_in_underlay(name, env):
            continue
        folders = [manifest.parent]
        if name == 'telesurgery_bringup':
            folders += [workspace.root / folder for folder in SHARED_FOLDERS]
        packages[name] = _hash(folders, workspace.root)
    return Sources(base, packages)


def changed_packages(built: Sources, wanted: Sources) -> list[str]:
    """Return the packages whose fingerprint is not that of the last build."""
    return [name for name, value in wanted.packages.items() if built.packages.get(name) != value]


def _hash(folders: Sequence[Path], root: Path) -> str:
    digest = sha256()
    for folder in folders:
        for path in sorted(folder.rglob('*')):
            relative = path.relative_to(root)
            if path.is_file() and not set(relative.parts).intersection(IGNORED):
                digest.update(str(relative).encode() + b'\0')
                digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _is_in_underlay(name: str, env: Mapping[str, str]) -> bool:
    prefixes = env.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    marker = f'share/ament_index/resource_index/packages/{name}'
    return any((Path(prefix) / marker).is_file() for prefix in prefixes if prefix)


def _colcon(
    workspace: Workspace,
    env: Mapping[str, str],
    cmake_arguments: Sequence[str],
    packages: Sequence[str],
    tell: Callable[[str], None],
) -> None:
    finished = 0
    said: list[str] = []

    def on_line(line: str) -> None:
        nonlocal finished
        if line.startswith('Finished <<<'):
            finished += 1
            tell(f'built {finished} of {len(packages)} packages')
        elif not line.startswith(('Starting >>>', 'Summary:')):
            said.append(line)

    generator = ['-GNinja'] if shutil.which('ninja', path=env.get('PATH')) else []
    started = time.monotonic()
    try:
        run(
            [
                *('colcon', '--log-base', workspace.state / 'colcon', 'build'),
                *('--base-paths', workspace.root / 'src'),
                *('--build-base', workspace.build, '--install-base', workspace.install),
                *('--packages-select', *packages),
                '--cmake-args',
                *generator,
                '-DBUILD_TESTING=OFF',
                '-DCMAKE_BUILD_TYPE=Release',
                *cmake_arguments,
            ],
            what='colcon build',
            env=_quiet(env),
            cwd=workspace.root,
            on_line=on_line,
            log=workspace.state / 'build.log',
        )
    except SetupError as error:
        told = '\n'.join(line for line in said if line.strip())
        raise BuildError(
            f'building {", ".join(packages)} failed after {time.monotonic() - started:.0f} s; '
            f'correct what is named here:\n{told}'
        ) from error


def _quiet(env: Mapping[str, str]) -> dict[str, str]:
    """Return ``env`` for colcon: Python files compiled, no word on setuptools' future."""
    kept = {name: value for name, value in env.items() if name != 'PYTHONDONTWRITEBYTECODE'}
    return {**kept, 'PYTHONWARNINGS': 'ignore'}


def _read(record: Path) -> Sources:
    try:
        content = json.loads(record.read_text(encoding='utf-8'))
        return Sources(str(content['base']), dict(content['packages']))
    except (OSError, ValueError, KeyError):
        return Sources('', {})


def _write(record: Path, sources: Sources) -> None:
    staged = record.with_suffix('.new')
    content = {'base': sources.base, 'packages': dict(sources.packages)}
    staged.write_text(json.dumps(content, indent=1), encoding='utf-8')
    staged.replace(record)
