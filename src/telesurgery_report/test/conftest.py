"""Bags with known truth, for every test of the report."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_report.analysis import Analysis, analyse, needed_links
from telesurgery_report.load import load
from telesurgery_report.session import Session


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f'{name}.py')
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


for part in ('synthetic_truth', 'synthetic_bag', 'synthetic_motion'):
    _load(part)
synthetic = _load('synthetic_session')


@pytest.fixture(scope='session')
def robot(workspace: Path) -> RobotDescription:
    """The robot that the synthetic sessions are about."""
    return RobotDescription.load(workspace / 'config' / 'arms.yaml')


@pytest.fixture(scope='session')
def faultless(tmp_path_factory: pytest.TempPathFactory, workspace: Path) -> tuple[Path, Path]:
    """The bags of a session in which nothing went wrong: surgeon's, patient's."""
    return synthetic.write_session(tmp_path_factory.mktemp('faultless'), workspace)


class SessionMaker:
    """Writes, loads and analyses a session, once: ``session_of(truth, faults)``."""

    def __init__(self, folder: Path, workspace: Path, robot: RobotDescription) -> None:
        self._folder, self._workspace, self._robot = folder, workspace, robot
        self._made: dict[str, tuple[Session, Analysis]] = {}

    def __call__(self, truth: object = None, faults: object = None) -> tuple[Session, Analysis]:
        key = repr((truth or synthetic.Truth(), faults or synthetic.Faults()))
        if key not in self._made:
            folder = self._folder / str(len(self._made))
            bags = synthetic.write_session(folder, self._workspace, truth, faults)
            session = load(bags, arms=list(self._robot.arms), links=needed_links(self._robot))
            self._made[key] = session, analyse(session, self._robot)
        return self._made[key]


@pytest.fixture(scope='session')
def session_of(
    tmp_path_factory: pytest.TempPathFactory, workspace: Path, robot: RobotDescription
) -> SessionMaker:
    """Make sessions with a given truth and given faults."""
    return SessionMaker(tmp_path_factory.mktemp('sessions'), workspace, robot)
