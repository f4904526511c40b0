"""What every simulator does, whichever it is: one suite over all of them."""

import contextlib
import os
import signal
import time

import numpy as np
import pytest

from telesurgery_core.parameters import load_yaml
from telesurgery_gazebo.classic.simulator import ClassicSimulator
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz.installation import Installation
from telesurgery_gazebo.gz.simulator import GzSimulator
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.joint_control import gains_at_home
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback_simulator import LoopbackSimulator
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import SimulatorState
from telesurgery_gazebo.stepping import STEP_S
from telesurgery_gazebo.testing import Recorder

REPORTING = Reporting(
    watched_links=('_roll_link', '_wrist_yaw_link', '_jaw_link', '_jaw_mimic_link')
)


AT_REST = 1e-3
"""Joints stand still below this speed [rad/s or m/s]."""

THERE = 5e-4
"""Joints are there within this distance [rad or m]: at the tip less than 0.1 mm."""

TAKES_EFFECT_S = 0.5
"""A target is in force after so much simulated time; every one is repeated each 0.1 s."""

AFTER_STATES = 100
"""And after so many states; of those that wait while we stand still only a few are told."""

SOFT_STOP = 0.05
"""How far a joint at full speed may run into its stop [rad or m]; Gazebo's stops are springs."""


WEIGHTLESS_N = 0.05
"""The wrists' sensors tell the inertia of what is beyond them, too: 24 g, hardly moving now."""

ABOVE_THE_BOARD, INTO_THE_BOARD = 0.230, 0.2335
"""Insertions of PSM1 [m]: its jaws touch the board at 0.232."""

SPRING_BOUND = {'classic': 0.4, 'gz': 0.05}
"""Share by which contact force and spring may differ. Gazebo 11 corrects a part of what bodies
overlap by moving them, and for that it tells no force."""

WRIST_BOUND = {'classic': 1.5, 'gz': 0.05}
"""Share by which contact force and wrist's force may differ. Gazebo 11's contacts come and go from
step to step, and its wrist sensor measures in some of them: that is twice the mean, or nothing."""


def loopback(robot, tree, workspace, **options):
    return LoopbackSimulator(Joints.of(robot), tree, REPORTING, **options)


def classic(robot, tree, workspace, **options):
    return ClassicSimulator(robot, *gazebo(workspace, options), REPORTING)


def gz(robot, tree, workspace, **options):
    return GzSimulator(robot, *gazebo(workspace, options), REPORTING)


def gazebo(workspace, options):
    """Return what both Gazebos are made with."""
    files = SceneFiles.of(SimulatorParameters(), workspace)
    server = ServerOptions(files.robot, files.world, files.arms, cameras=False, **options)
    return server, load_yaml(GazeboSettings, files.gazebo)


def missing_gz():
    """Why there is no gz-sim here; empty: there is one."""
    try:
        Installation.find(os.environ)
    except SimulatorError as error:
        return str(error)
    return ''


NO_GZ = missing_gz()

MAKERS = [
    loopback,
    pytest.param(classic, marks=pytest.mark.gazebo),
    pytest.param(gz, marks=[pytest.mark.gazebo, pytest.mark.skipif(bool(NO_GZ), reason=NO_GZ)]),
]
NAMES = ['loopback', 'classic', 'gz']


@pytest.fixture(scope='module', params=MAKERS, ids=NAMES)
def running(request, robot, tree, workspace):
    """A simulator of each kind, running, and what it says."""
    simulator, recorder = request.param(robot, tree, workspace), Recorder()
    simulator.start(recorder)
    try:
        recorder.wait_for(SimulatorState.RUNNING)
        recorder.wait_until(lambda: recorder.joints and recorder.links)
        yield simulator, recorder
    finally:
        simulator.close()


@pytest.fixture(params=MAKERS[1:], ids=NAMES[1:])
def process_maker(request):
    """What makes those simulators that are processes of their own."""
    return request.param


@pytest.fixture(scope='module')
def joints(robot):
    return Joints.of(robot)


@pytest.fixture(scope='module')
def middle(joints):
    """A position well inside all limits, another one for every joint, none of them zero."""
    share = np.linspace(0.4, 0.15, len(joints.names))
    return joints.lower + share * (joints.upper - joints.lower)


def go(simulator, recorder, target):
    """Command a target and wait until the joints stand; return their positions."""
    begun, heard = recorder.joints[-1][1], len(recorder.joints)
    simulator.command(target)

    def standing():
        # States of a busy machine come in bursts, or jump when we ourselves stood: what stands
        # still in the first of them may not have heard of the target yet.
        return (
            recorder.joints[-1][1] > begun + TAKES_EFFECT_S
            and len(recorder.joints) > heard + AFTER_STATES
            and all(np.abs(sample.velocity).max() < AT_REST for sample, _ in recorder.joints[-25:])
        )

    recorder.wait_until(standing)
    return recorder.newest.position


def test_it_names_the_joints_in_the_order_of_the_description(running, robot):
    simulator, recorder = running
    assert simulator.joint_names == robot.joint_names
    assert recorder.newest.position.shape == (25,)
    assert recorder.newest.velocity.shape == (25,)


def test_it_starts_folded_and_stays_there(running):
    _, recorder = running
    first, _ = recorder.joints[0]
    np.testing.assert_allclose(first.position, 0.0, atol=THERE)


def test_it_is_running_and_says_so(running):
    simulator, recorder = running
    recorder.wait_until(lambda: simulator.health().real_time_factor > 0.0)
    assert simulator.health().state is SimulatorState.RUNNING
    assert simulator.health().reason == ''
    assert simulator.health().sim_time_s > 0.0


def test_every_joint_goes_to_its_own_target(running, middle):
    np.testing.assert_allclose(go(*running, middle), middle, atol=THERE)


def test_a_target_beyond_the_stops_leads_to_the_stops(running, joints, middle):
    simulator, recorder = running
    start = len(recorder.joints)
    high = middle.copy()
    high[:7] = joints.upper[:7] + 1.0
    high[7:14] = joints.lower[7:14] - 1.0
    reached = go(simulator, recorder, high)
    np.testing.assert_allclose(reached[:7], joints.upper[:7], atol=2 * THERE)
    np.testing.assert_allclose(reached[7:14], joints.lower[7:14], atol=2 * THERE)
    for sample, _ in recorder.joints[start:]:
        assert (sample.position <= joints.upper + SOFT_STOP).all()
        assert (sample.position >= joints.lower - SOFT_STOP).all()


def test_a_joint_that_turns_beyond_half_a_turn_keeps_its_position(running, joints, middle):
    roll = joints.names.index('PSM3_roll')
    for angle in (4.2, -4.2, 0.0):
        target = middle.copy()
        target[roll] = angle
        assert go(*running, target)[roll] == pytest.approx(angle, abs=THERE)


def test_velocity_adds_up_to_the_way_that_was_gone(running, middle):
    """In sign and unit: the sum of velocity times simulated time is the change of position."""
    simulator, recorder = running
    go(simulator, recorder, middle)
    start = len(recorder.joints)
    go(simulator, recorder, np.zeros(25))
    samples, times = zip(*recorder.joints[start - 1 :], strict=True)
    velocity = np.array([sample.velocity for sample in samples[1:]])
    way = np.diff(times) @ velocity
    np.testing.assert_allclose(way, samples[-1].position - samples[0].position, atol=1e-9)
    assert np.abs(velocity).max(axis=0).min() > 10 * AT_REST  # every joint has moved


def test_links_stand_where_the_joints_put_them(running, tree, middle):
    simulator, recorder = running
    position = go(simulator, recorder, middle)
    count = len(recorder.links)
    recorder.wait_until(lambda: len(recorder.links) > count)
    _, links = recorder.links[-1]
    poses = tree.link_poses(dict(zip(simulator.joint_names, position.tolist(), strict=True)))
    assert len(links) == 3 * 4 + 1
    for link in links:
        np.testing.assert_allclose(link.T_world_link, poses[link.name], atol=1e-3)


def test_both_fingers_of_a_jaw_open(running, joints):
    simulator, recorder = running
    target = np.zeros(25)
    target[joints.names.index('PSM1_jaw')] = 0.4
    go(simulator, recorder, target)
    count = len(recorder.links)
    recorder.wait_until(lambda: len(recorder.links) > count)
    poses = {link.name: link.T_world_link for link in recorder.links[-1][1]}
    wrist = np.linalg.inv(poses['PSM1_wrist_yaw_link'])
    for finger, angle in (('jaw', 0.4), ('jaw_mimic', -0.4)):
        turn = wrist @ poses[f'PSM1_{finger}_link']
        assert np.arctan2(turn[1, 0], turn[0, 0]) == pytest.approx(angle, abs=1e-3)


def test_a_tool_that_touches_nothing_feels_nothing(running):
    simulator, recorder = running
    go(simulator, recorder, np.zeros(25))
    count = len(recorder.forces)
    recorder.wait_until(lambda: len(recorder.forces) > count + 2)
    assert [felt.arm for felt in recorder.forces[-1]] == ['ECM', 'PSM1', 'PSM2', 'PSM3']
    for felt in recorder.forces[-1]:
        assert not felt.contact.force.any()
        assert not felt.contact.torque.any()
        assert (felt.wrist is None) == (felt.arm == 'ECM')
        assert felt.wrist is None or np.linalg.norm(felt.wrist.force) < WEIGHTLESS_N


def test_what_presses_on_a_tool_is_what_the_spring_of_its_joint_holds(
    running, robot, tree, workspace, joints
):
    """At rest, a spring bent by the board holds as much as the board pushes."""
    simulator, recorder = running
    if simulator.name == 'loopback':
        pytest.skip('its plant has no board: no tool touches anything there')
    insertion = joints.names.index('PSM1_insertion')
    target = np.zeros(25)
    for target[insertion] in (ABOVE_THE_BOARD, INTO_THE_BOARD):
        simulator.command(target)
        deep = target[insertion] - 3.0 * THERE
        recorder.wait_until(lambda deep=deep: recorder.newest.position[insertion] > deep)
    begun, heard = recorder.joints[-1][1], len(recorder.joints)
    recorder.wait_until(  # for the last of the motion
        lambda: (
            recorder.joints[-1][1] > begun + 1.0
            and len(recorder.joints) > heard + 2 * AFTER_STATES
        )
    )
    forces_before, joints_before = len(recorder.forces), len(recorder.joints)
    recorder.wait_until(lambda: len(recorder.forces) > forces_before + 20)
    pressed = recorder.forces[forces_before:]
    felt = [item for forces in pressed for item in forces if item.arm == 'PSM1']
    contact = np.mean([item.contact.force for item in felt], axis=0)
    wrist = np.mean([item.wrist.force for item in felt], axis=0)
    position = np.mean([sample.position for sample, _ in recorder.joints[joints_before:]], axis=0)
    control = gazebo(workspace, {})[1].control
    (gain,) = gains_at_home(tree, robot, ['PSM1_insertion'], control)
    spring = gain.stiffness * (target - position)[insertion]
    assert spring > 1.0
    along = -contact[2]  # the tip's z leads along the tool
    assert along == pytest.approx(spring, rel=SPRING_BOUND[simulator.name])
    positions = dict(zip(joints.names, position.tolist(), strict=True))
    R_world_tip = tree.pose_of('PSM1_tip', positions)[:3, :3]
    R_world_wrist = tree.pose_of('PSM1_wrist_pitch_link', positions)[:3, :3]
    assert (R_world_tip @ contact)[2] > 1.0  # upwards
    apart = np.linalg.norm(R_world_wrist @ wrist - R_world_tip @ contact)
    assert apart < WRIST_BOUND[simulator.name] * np.linalg.norm(contact)
    go(simulator, recorder, np.zeros(25))


def test_time_and_stamps_only_go_forward(running):
    _, recorder = running
    times = [time for _, time in recorder.joints]
    stamps = [sample.stamp_ns for sample, _ in recorder.joints]
    assert (np.diff(times) > 0.0).all()
    assert (np.diff(stamps) >= 0).all()


def test_a_target_that_is_none_is_refused_and_moves_nothing(running, middle):
    simulator, recorder = running
    before = go(simulator, recorder, middle)
    for target, message in (
        (np.zeros(24), r'shape \(24,\)'),
        (np.zeros((25, 1)), 'shape'),
        (np.full(25, np.nan), 'PSM1_yaw is nan'),
        (np.r_[np.zeros(24), np.inf], 'ECM_roll is inf'),
    ):
        with pytest.raises(SimulatorError, match=message):
            simulator.command(target)
    count = len(recorder.joints)
    recorder.wait_until(lambda: len(recorder.joints) > count + 50)
    np.testing.assert_allclose(recorder.newest.position, before, atol=THERE)


def test_a_camera_that_is_not_there_is_no_fault(running):
    simulator, _ = running
    simulator.watch('nowhere', True)
    simulator.watch('nowhere', False)
    assert simulator.health().state is SimulatorState.RUNNING


def test_a_pause_stops_its_time_and_its_joints_and_nothing_is_lost(running, middle):
    simulator, recorder = running
    go(simulator, recorder, np.zeros(25))
    simulator.pause(True)
    assert recorder.wait_for(SimulatorState.PAUSED).reason == ''
    recorder.wait_until_silent()
    _, time = recorder.joints[-1]
    simulator.command(middle)
    assert recorder.joints[-1][1] == time
    simulator.pause(False)
    recorder.wait_for(SimulatorState.RUNNING)
    np.testing.assert_allclose(go(simulator, recorder, middle), middle, atol=THERE)
    assert next(when for _, when in recorder.joints if when > time) < time + 0.1  # it went on


def test_a_pause_is_no_death_however_long(running):
    simulator, recorder = running
    simulator.pause(True)
    recorder.wait_for(SimulatorState.PAUSED)
    heard = len(recorder.health)
    with pytest.raises(TimeoutError):
        recorder.wait_until(lambda: len(recorder.health) > heard, deadline_s=1.5)
    assert simulator.health().state is SimulatorState.PAUSED
    simulator.pause(False)
    recorder.wait_for(SimulatorState.RUNNING)


def test_a_reset_puts_joints_and_time_to_zero_and_they_stay_there(running, middle):
    simulator, recorder = running
    go(simulator, recorder, middle)
    before = recorder.joints[-1][1]
    simulator.reset()
    recorder.wait_until(lambda: recorder.joints[-1][1] < before)
    start = len(recorder.joints)
    recorder.wait_until(lambda: len(recorder.joints) > start + 50)
    np.testing.assert_allclose(recorder.newest.position, 0.0, atol=THERE)
    np.testing.assert_allclose(go(simulator, recorder, middle), middle, atol=THERE)


def test_one_that_runs_by_itself_is_not_stepped(running):
    simulator, _ = running
    with pytest.raises(SimulatorError, match='is running; allowed: to step one that is paused'):
        simulator.step(1)


def test_a_paused_one_does_just_the_steps_that_it_is_asked_for(running, middle):
    simulator, recorder = running
    go(simulator, recorder, np.zeros(25))
    simulator.pause(True)
    recorder.wait_for(SimulatorState.PAUSED)
    recorder.wait_until_silent()
    simulator.command(middle)
    simulator.step(1)  # from wherever between two reports it was stopped
    _, begun = recorder.joints[-1]
    for count in (1, 2, 3, 4, 90):
        simulator.step(count)
    sample, time = recorder.joints[-1]
    assert time - begun == pytest.approx(0.1, abs=1e-9)
    assert np.abs(sample.position).max() > 0.01
    with pytest.raises(SimulatorError, match='0 steps; allowed: 1 or more'):
        simulator.step(0)
    assert simulator.health().state is SimulatorState.PAUSED
    simulator.pause(False)
    recorder.wait_for(SimulatorState.RUNNING)
    np.testing.assert_allclose(go(simulator, recorder, middle), middle, atol=THERE)


PERIOD_S = 0.002
"""Of the targets in lockstep: the arms' control period."""

LASTS_S = 0.4


def lockstep_trajectory(maker, robot, tree, workspace, target):
    """Return the targets ``(n, 25)`` of a smooth motion, and the positions that they led to."""
    simulator, recorder = maker(robot, tree, workspace, lockstep=True), Recorder()
    share = np.linspace(0.0, 1.0, round(LASTS_S / PERIOD_S))[:, None]
    targets = (share**3 * (10.0 - 15.0 * share + 6.0 * share**2)) * target
    positions = []
    with contextlib.closing(simulator):
        simulator.start(recorder)
        recorder.wait_for(SimulatorState.PAUSED)
        begun = recorder.joints[-1][1] if recorder.joints else 0.0
        for row in targets:
            simulator.command(row)
            simulator.step(round(PERIOD_S / STEP_S))
            positions.append(recorder.newest.position)
        assert recorder.joints[-1][1] - begun == pytest.approx(LASTS_S, abs=1e-9)
        assert simulator.health().state is SimulatorState.PAUSED
    return targets, np.array(positions)


FOLLOWED = {'loopback': 0.012, 'classic': 0.002, 'gz': 0.002}
"""How far a joint may be from its target in a smooth motion across part of its range [rad or m].

No joint goes faster than 1 rad/s or 8 rad/s^2: the loopback's lag of 10 ms is 0.01 rad, and a
Gazebo's spring of at least 100 rad/s gives way by 8 / 100^2 = 0.0008 rad."""


@pytest.fixture(scope='module')
def trajectories():
    """The trajectories of all simulators that there are, run once, by name."""
    return {}


@pytest.mark.parametrize('maker', MAKERS, ids=NAMES)
def test_in_lockstep_the_same_targets_lead_to_the_same_joint_trajectory(
    maker, robot, tree, workspace, middle, trajectories
):
    targets, positions = lockstep_trajectory(maker, robot, tree, workspace, 0.08 * middle)
    assert np.abs(positions - targets).max() < FOLLOWED[maker.__name__]
    trajectories[maker.__name__] = positions
    for name, others in trajectories.items():
        bound = max(FOLLOWED[name], FOLLOWED[maker.__name__])
        np.testing.assert_allclose(positions, others, atol=bound, err_msg=name)


@pytest.mark.parametrize('maker', MAKERS)
def test_in_lockstep_joints_whose_targets_stop_coming_stand_at_the_last(
    maker, robot, tree, workspace, middle
):
    simulator, recorder = maker(robot, tree, workspace, lockstep=True), Recorder()
    with contextlib.closing(simulator):
        simulator.start(recorder)
        recorder.wait_for(SimulatorState.PAUSED)
        for share in np.arange(0.0, 0.1, 0.001):  # at half of the range a second
            target = share * middle
            simulator.command(target)
            simulator.step(round(PERIOD_S / STEP_S))
        simulator.step(300)
        assert np.abs(recorder.newest.position - target).max() < FOLLOWED[maker.__name__]


@pytest.mark.parametrize('maker', MAKERS)
def test_it_closes_twice_and_is_silent_then(maker, robot, tree, workspace):
    simulator, recorder = maker(robot, tree, workspace), Recorder()
    with contextlib.closing(simulator):
        simulator.start(recorder)
        recorder.wait_for(SimulatorState.RUNNING)
        simulator.close()
        count = len(recorder.joints)
    with pytest.raises(TimeoutError):
        recorder.wait_until(lambda: len(recorder.joints) > count, deadline_s=0.2)


def test_death_is_said_at_once_with_its_reason_and_so_is_a_stall_and_its_end(
    process_maker, robot, tree, workspace
):
    simulator, recorder = process_maker(robot, tree, workspace), Recorder()
    with contextlib.closing(simulator):
        simulator.start(recorder)
        recorder.wait_for(SimulatorState.RUNNING)
        server = simulator._server.process
        os.kill(server.pid, signal.SIGSTOP)
        assert 'has said nothing for' in recorder.wait_for(SimulatorState.DEAD).reason
        os.kill(server.pid, signal.SIGCONT)
        recorder.wait_for(SimulatorState.RUNNING)
        killed = time.monotonic()
        os.kill(server.pid, signal.SIGKILL)
        health = recorder.wait_for(SimulatorState.DEAD)
        assert health.reason == f'{server.name} ended by SIGKILL'
        assert time.monotonic() - killed < REPORTING.silence_limit_s
        simulator.command(np.zeros(25))  # nobody to hand it to, and no harm
        assert simulator.health().state is SimulatorState.DEAD
