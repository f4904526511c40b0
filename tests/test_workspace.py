"""The workspace hangs together: packages, their dependencies, and the lists that name them."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
MANIFESTS = {path.parent.name: path for path in sorted(ROOT.glob('src/*/package.xml'))}
PYTHON = sorted(path.parent.name for path in ROOT.glob('src/*/setup.py'))


def dependencies(package: str) -> set[str]:
    """Return the packages of the workspace on which one depends, for whatever purpose."""
    root = ElementTree.parse(MANIFESTS[package]).getroot()
    named = {element.text for element in root if element.tag.endswith('depend')}
    return {name for name in named if name in MANIFESTS}


def test_dependencies_point_one_way() -> None:
    remaining = {name: dependencies(name) for name in MANIFESTS}
    while remaining:
        free = {name for name, needed in remaining.items() if not needed & remaining.keys()}
        assert free, f'these depend on one another: {remaining}'
        for name in free:
            del remaining[name]


def test_the_core_depends_on_no_other_package() -> None:
    assert dependencies('telesurgery_core') == set()


@pytest.mark.parametrize('package', sorted(MANIFESTS))
def test_a_package_has_the_name_of_its_folder(package: str) -> None:
    assert ElementTree.parse(MANIFESTS[package]).findtext('name') == package


def test_no_manifest_hides_src_from_colcon() -> None:
    assert not (ROOT / 'package.xml').exists()


@pytest.fixture(scope='module')
def tools() -> dict[str, dict[str, object]]:
    configuration = tomllib.loads((ROOT / 'pyproject.toml').read_text(encoding='utf-8'))
    found: dict[str, dict[str, object]] = configuration['tool']
    return found


def test_mypy_checks_every_package(tools: dict[str, dict[str, object]]) -> None:
    assert tools['mypy']['packages'] == PYTHON
    folders = [f'$MYPY_CONFIG_FILE_DIR/src/{name}' for name in PYTHON]
    assert tools['mypy']['mypy_path'] == [*folders, '$MYPY_CONFIG_FILE_DIR/bench']


def test_pytest_imports_every_package_from_its_sources(
    tools: dict[str, dict[str, object]],
) -> None:
    options = tools['pytest']['ini_options']
    assert isinstance(options, dict)
    assert options['pythonpath'] == [f'src/{name}' for name in PYTHON]


def imported_by(package: str) -> set[str]:
    """Return the names of packages that the modules of a package import."""
    found = set()
    for path in (ROOT / 'src' / package / package).rglob('*.py'):
        for line in path.read_text(encoding='utf-8').splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ('import', 'from'):
                found.add(words[1].split('.')[0])
    return found


@pytest.mark.parametrize('package', PYTHON)
def test_what_a_package_imports_of_the_workspace_it_declares(package: str) -> None:
    missing = imported_by(package) & MANIFESTS.keys() - dependencies(package) - {package}
    assert not missing, f'package.xml of {package} lacks {sorted(missing)}'


KEYS = {
    'PIL': 'python3-pil',
    'cryptography': 'python3-cryptography',
    'google': 'python3-protobuf',
    'hid': 'python3-hidapi',
    'jinja2': 'python3-jinja2',
    'lz4': 'python3-rosbags-pip',
    'matplotlib': 'python3-matplotlib',
    'numpy': 'python3-numpy',
    'pygame': 'python3-pygame',
    'rosbags': 'python3-rosbags-pip',
    'scipy': 'python3-scipy',
    'trimesh': 'python3-trimesh-pip',
    'yaml': 'python3-yaml',
    'zmq': 'python3-zmq',
    'zstandard': 'python3-rosbags-pip',
}
"""What is imported, and its key in rosdep's python.yaml (ros/rosdistro, seen on 2026-08-22).

dask, distributed and pyarrow have none there, and a key that is not there stops `rosdep install`.
"""


@pytest.mark.parametrize('package', PYTHON)
def test_python_packages_are_declared_by_keys_that_rosdep_knows(package: str) -> None:
    manifest = MANIFESTS[package].read_text(encoding='utf-8')
    declared = set(re.findall(r'depend>(python3-[^<]+)<', manifest))
    known = {*KEYS.values(), 'python3-pytest', 'python3-hypothesis'}
    assert declared <= known
    missing = {KEYS[name] for name in imported_by(package) if name in KEYS} - declared
    assert not missing, f'package.xml of {package} lacks {sorted(missing)}'
