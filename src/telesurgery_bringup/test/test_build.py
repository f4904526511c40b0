"""What is built: changed packages, from scratch, nothing twice. A script plays colcon."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from telesurgery_bringup.build import build, changed_packages, fingerprint
from telesurgery_bringup.errors import BuildError
from telesurgery_bringup.workspace import Workspace

COLCON = """#!/bin/sh
echo "$@" >> asked
while [ "$1" != --packages-select ]; do shift; done
shift
while [ "$1" != --cmake-args ]; do
  mkdir -p build/$1 install/$1 && touch install/$1/new
  echo "Finished <<< $1 [1s]"
  shift
done
"""


class Checkout:
    """A workspace with three packages and a colcon that only notes what it was asked."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        for name in ('crtk_msgs', 'telesurgery_bringup', 'telesurgery_core'):
            self.write(f'src/{name}/package.xml', '<package/>')
            self.write(f'src/{name}/{name}/__init__.py', '')
        self.write('config/arms.yaml', 'a: 1')
        self.colcon(COLCON)
        self.env = {'PATH': f'{root}/bin:{os.environ["PATH"]}'}

    def colcon(self, script: str) -> None:
        self.write('bin/colcon', script)
        (self.workspace.root / 'bin/colcon').chmod(0o755)

    def write(self, name: str, content: str) -> None:
        path = self.workspace.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def build(self) -> list[str]:
        return build(self.workspace, self.env)

    @property
    def installed(self) -> Path:
        return self.workspace.install


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_everything_is_built_once(checkout: Checkout) -> None:
    assert checkout.build() == ['crtk_msgs', 'telesurgery_bringup', 'telesurgery_core']
    assert checkout.build() == []


def test_only_the_changed_package_is_built_again(checkout: Checkout) -> None:
    checkout.build()
    checkout.write('src/telesurgery_core/telesurgery_core/new.py', 'x = 1')
    assert checkout.build() == ['telesurgery_core']


@pytest.mark.parametrize('name', ['config/arms.yaml', 'launch/new.launch.xml'])
def test_shared_folders_belong_to_bringup(checkout: Checkout, name: str) -> None:
    checkout.build()
    checkout.write(name, 'changed')
    assert checkout.build() == ['telesurgery_bringup']


def test_tests_are_not_part_of_a_package(checkout: Checkout) -> None:
    checkout.build()
    checkout.write('src/telesurgery_core/test/test_new.py', '')
    checkout.write('src/telesurgery_core/telesurgery_core/__pycache__/x.pyc', '')
    assert checkout.build() == []


def test_what_was_deleted_is_not_installed_any_more(checkout: Checkout) -> None:
    checkout.build()
    (checkout.installed / 'telesurgery_core/old').touch()
    checkout.write('src/telesurgery_core/telesurgery_core/new.py', '')
    shutil.rmtree(checkout.workspace.root / 'src/crtk_msgs')
    assert checkout.build() == ['telesurgery_core']
    assert [path.name for path in (checkout.installed / 'telesurgery_core').iterdir()] == ['new']
    assert not (checkout.installed / 'crtk_msgs').exists()


def test_another_environment_builds_everything_from_scratch(checkout: Checkout) -> None:
    checkout.build()
    (checkout.installed / 'stale').touch()
    checkout.env['VIRTUAL_ENV'] = '/another'
    assert len(checkout.build()) == 3
    assert not (checkout.installed / 'stale').exists()


def test_a_package_of_the_machine_is_not_built(checkout: Checkout, tmp_path: Path) -> None:
    index = tmp_path / 'ros/share/ament_index/resource_index/packages'
    index.mkdir(parents=True)
    (index / 'crtk_msgs').touch()
    checkout.env['AMENT_PREFIX_PATH'] = str(tmp_path / 'ros')
    assert 'crtk_msgs' not in checkout.build()


def test_a_failed_build_says_what_the_compiler_said_and_is_repeated(checkout: Checkout) -> None:
    checkout.build()
    checkout.write('src/telesurgery_core/telesurgery_core/new.py', '')
    checkout.colcon('#!/bin/sh\necho "Starting >>> x"\necho "--- stderr: x"\necho wrong; exit 1\n')
    with pytest.raises(BuildError) as caught:
        checkout.build()
    assert '--- stderr: x\nwrong' in str(caught.value)
    assert 'Starting' not in str(caught.value)
    checkout.colcon(COLCON)
    assert checkout.build() == ['telesurgery_core']


def test_a_build_that_was_interrupted_is_repeated_even_if_the_change_is_undone(
    checkout: Checkout,
) -> None:
    checkout.build()
    before = fingerprint(checkout.workspace, checkout.env)
    checkout.write('src/telesurgery_core/telesurgery_core/new.py', '')
    checkout.colcon('#!/bin/sh\nexit 1\n')
    with pytest.raises(BuildError):
        checkout.build()
    (checkout.workspace.root / 'src/telesurgery_core/telesurgery_core/new.py').unlink()
    assert changed_packages(before, fingerprint(checkout.workspace, checkout.env)) == []
    checkout.colcon(COLCON)
    assert checkout.build() == ['telesurgery_core']


def test_a_damaged_record_builds_everything(checkout: Checkout) -> None:
    checkout.build()
    (checkout.workspace.state / 'build.json').write_text('{')
    assert len(checkout.build()) == 3
