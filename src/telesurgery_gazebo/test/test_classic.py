"""What Gazebo 11 alone does: it dies, stalls, shows pictures, and holds the remote centre."""

import dataclasses
import os
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest

from telesurgery_core.parameters import load_yaml
from telesurgery_gazebo.classic.installation import Installation
from telesurgery_gazebo.classic.pacing import STEP_RATE_HZ, Pacing
from telesurgery_gazebo.classic.server import GazeboServer
from telesurgery_gazebo.classic.simulator import STARTS, ClassicSimulator
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.display import start_screen
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import SimulatorState
from telesurgery_gazebo.testing import Recorder

pytestmark = pytest.mark.gazebo

REPORTING = Reporting(watched_links=('_roll_link',))


@pytest.fixture(scope='module')
def files(workspace):
    return SceneFiles.of(SimulatorParameters(), workspace)


@pytest.fixture(scope='module')
def options(files):
    return ServerOptions(files.robot, files.world, files.arms, cameras=False)


@pytest.fixture
def started(robot, options, files):
    """Start simulators with changed options; all are closed after the test."""
    simulators = []

    def start(reporting=REPORTING, **changes):
        simulator = ClassicSimulator(
            robot,
            dataclasses.replace(options, **changes),
            load_yaml(GazeboSettings, files.gazebo),
            reporting,
        )
        simulators.append(simulator)
        recorder = Recorder()
        simulator.start(recorder)
        return simulator, recorder

    yield start
    for simulator in simulators:
        simulator.close()


def servers() -> set[int]:
    """Process ids of the Gazebo servers and screens that this process has started."""
    found = set()
    for status in Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = status.read_text().rsplit(')', 1)[1].split()
            command = status.with_name('cmdline').read_bytes()
        except OSError:
            continue
        ours = int(fields[1]) == os.getpid() and fields[0] != 'Z'
        if ours and (b'gzserver' in command or b'Xvfb' in command):
            found.add(int(status.parent.name))
    return found


def server_of(simulator) -> int:
    (pid,) = (pid for pid in servers() if b'gzserver' in Path(f'/proc/{pid}/cmdline').read_bytes())
    assert simulator.health().state is not SimulatorState.DEAD
    return pid


def test_gazebo_steps_at_the_rate_that_its_pacing_asks_for(started, monkeypatch):
    class HalfSpeed(Pacing):
        def update(self, now, sim_time_s):
            return STEP_RATE_HZ / 2

    monkeypatch.setattr('telesurgery_gazebo.classic.simulator.Pacing', HalfSpeed)
    _, recorder = started()
    recorder.wait_until(lambda: recorder.joints and recorder.joints[-1][1] > 1.0)
    half = len(recorder.joints) // 2
    (first, sim_first), (last, sim_last) = recorder.joints[half], recorder.joints[-1]
    # A busy machine makes it slower still, but nothing makes it faster.
    assert sim_last - sim_first < 0.55e-9 * (last.stamp_ns - first.stamp_ns)


def test_closing_leaves_no_process_and_no_folder(started):
    simulator, recorder = started(cameras=True)
    recorder.wait_for(SimulatorState.RUNNING)
    folder = Path(simulator._server._folder.name)
    assert servers()
    assert folder.is_dir()
    simulator.close()
    assert not servers()
    assert not folder.exists()


def test_closing_while_it_starts_leaves_nothing_either(started):
    simulator, _ = started()
    simulator.close()
    assert not servers()


def test_a_port_in_use_is_refused_before_anything_starts(started, gazebo_port):
    with socket.create_server(('127.0.0.1', gazebo_port)):
        with pytest.raises(SimulatorError, match=f'master_port {gazebo_port} is in use'):
            started(master_port=gazebo_port)
        assert not servers()


def test_it_runs_where_it_is_told_to(started, gazebo_port, gazebo_partition):
    simulator, recorder = started(master_port=gazebo_port, partition=gazebo_partition)
    recorder.wait_for(SimulatorState.RUNNING)
    environment = Path(f'/proc/{server_of(simulator)}/environ').read_bytes().split(b'\0')
    assert f'GAZEBO_MASTER_URI=http://127.0.0.1:{gazebo_port}'.encode() in environment
    assert f'IGN_PARTITION={gazebo_partition}'.encode() in environment


def test_a_window_without_a_display_is_refused(options, monkeypatch):
    monkeypatch.setenv('DISPLAY', '')
    with pytest.raises(SimulatorError, match="asks for a display and DISPLAY is ''"):
        GazeboServer(dataclasses.replace(options, gui=True), lambda _: None)
    assert not servers()


def test_a_window_opens_on_a_display(started, monkeypatch, tmp_path):
    installation = Installation.find(os.environ)
    environment = {**os.environ, **installation.environment}
    screen, display = start_screen(
        installation.display_server, environment, tmp_path / 'screen.log'
    )
    try:
        monkeypatch.setenv('DISPLAY', display)
        monkeypatch.setenv('XAUTHORITY', os.devnull)
        simulator, recorder = started(gui=True)
        recorder.wait_for(SimulatorState.RUNNING)
        log = Path(simulator._server._folder.name, 'gzclient.log')
        recorder.wait_until(lambda: 'Connected to gazebo master' in log.read_text())
        (window,) = (p for p in simulator._server._processes if p.name == 'gzclient')
        assert window.running
        simulator.close()
        assert not window.running
    finally:
        screen.end()


def test_a_server_that_crashes_as_it_starts_is_started_again(started, caplog):
    simulator, recorder = started()
    crashed = simulator._server.process.pid
    os.kill(crashed, signal.SIGABRT)
    recorder.wait_for(SimulatorState.RUNNING)
    assert server_of(simulator) != crashed
    assert 'gzserver ended by SIGABRT' in caplog.text
    assert 'is started again' in caplog.text
    assert SimulatorState.DEAD not in [health.state for health in recorder.health]


def test_a_server_that_goes_on_crashing_is_a_death_with_its_reason(started, monkeypatch, tmp_path):
    starts = tmp_path / 'starts'
    program = tmp_path / 'gzserver'
    program.write_text(f'#!/bin/sh\necho one >> {starts}\necho Assertion failed\nkill -ABRT $$\n')
    program.chmod(0o755)
    monkeypatch.delenv('TELESURGERY_GAZEBO_PREFIX', raising=False)
    monkeypatch.setenv('PATH', f'{tmp_path}:{os.environ["PATH"]}')
    _, recorder = started()
    reason = recorder.wait_for(SimulatorState.DEAD).reason
    assert reason == 'gzserver ended by SIGABRT: Assertion failed'
    assert len(starts.read_text().split()) == STARTS


def test_a_world_that_gazebo_cannot_load_is_a_death_with_its_words(started, tmp_path):
    world = tmp_path / 'world.sdf.xacro'
    world.write_text('<sdf version="1.7"><world name="a"><model/></world></sdf>')
    _, recorder = started(dataclasses.replace(REPORTING, start_limit_s=3.0), world=world)
    assert '[Err]' in recorder.wait_for(SimulatorState.DEAD).reason


def test_a_world_without_the_robot_is_said_to_be_one(started, tmp_path):
    world = tmp_path / 'world.sdf.xacro'
    world.write_text('<sdf version="1.7"><world name="a"/></sdf>')
    _, recorder = started(dataclasses.replace(REPORTING, start_limit_s=2.0), world=world)
    reason = recorder.wait_for(SimulatorState.DEAD).reason
    assert 'nobody listens to /telesurgery/joint_cmd' in reason


@pytest.mark.parametrize('camera', ['endoscope', 'room_camera'])
def test_a_camera_shows_something_when_it_is_watched(started, camera):
    simulator, recorder = started(cameras=True)
    recorder.wait_for(SimulatorState.RUNNING)
    simulator.watch(camera, True)
    recorder.wait_until(lambda: len(recorder.images) >= 3)
    image = recorder.images[-1]
    assert (image.camera, image.width, image.height) == (camera, 640, 480)
    pixels = np.frombuffer(image.rgb, np.uint8).reshape(480, 640, 3)
    assert pixels.mean() > 20  # not black
    assert pixels.std(axis=(0, 1)).min() > 10  # not one colour
    simulator.watch(camera, False)


def test_the_shaft_stays_in_its_port_while_the_arms_move(started, robot):
    """The distance of the remote centre from the axis of the shaft, out of Gazebo's link poses."""
    simulator, recorder = started()
    recorder.wait_for(SimulatorState.RUNNING)
    target = np.zeros(25)
    start = time.monotonic()
    while (elapsed := time.monotonic() - start) < 4.0:
        for arm in range(3):
            swing = 0.3 * np.sin(2 * np.pi * 0.5 * elapsed + arm)
            target[7 * arm : 7 * arm + 4] = (swing, swing, 0.1 + 0.05 * swing, 2 * swing)
        target[21:25] = (0.1 * np.sin(elapsed), 0.1 * np.sin(elapsed), 0.02, 0.0)
        simulator.command(target)
        time.sleep(0.002)
    assert len(recorder.links) > 100
    for arm in robot.arms:
        p_world_rcm = robot.T_world_rcm(arm)[:3, 3]
        shafts = [
            link.T_world_link
            for _, links in recorder.links
            for link in links
            if link.name == f'{arm}_roll_link'
        ]
        distances = [np.linalg.norm(np.cross(p_world_rcm - T[:3, 3], T[:3, 2])) for T in shafts]
        assert max(distances) < 1e-3
