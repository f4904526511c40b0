"""One arm does what CRTK says, refuses what it must, and shows every limit that acts."""

import math

import numpy as np
import pytest

from telesurgery_arm.arm import Arm
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.kinematics import forward, forward_once
from telesurgery_arm.operating import StateCommand
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.workspace import Workspace
from telesurgery_core.types import OperatingState
from telesurgery_safety.states import Motion

DT = 0.002


def make_arm(model, name='PSM1', radius=1.0):
    ball = Workspace(np.array([0.0, 0.0, -0.2]), radius)
    return Arm(name, model, ball, ArmsParameters(), braking_factor=3.0)


def run(arm, seconds=DT, motion=Motion.LOCAL):
    for _ in range(max(1, round(seconds / DT))):
        arm.permit(motion)
        arm.approach(DT)
        arm.step(DT)
    return arm


def homed(arm):
    arm.command_state(StateCommand.ENABLE)
    arm.command_state(StateCommand.HOME)
    run(arm, 3.0, Motion.HOMING)
    return run(arm)


@pytest.fixture
def arm(psm):
    """An instrument that is enabled, homed and may be moved by clients."""
    return homed(make_arm(psm))


@pytest.fixture
def endoscope(ecm):
    return homed(make_arm(ecm, 'ECM'))


class TestStates:
    def test_an_arm_begins_disabled_and_not_homed(self, psm):
        arm = make_arm(psm)
        assert (arm.state, arm.is_homed, arm.is_busy) == (OperatingState.DISABLED, False, False)

    def test_homing_is_busy_and_ends_at_home(self, psm):
        arm = make_arm(psm)
        arm.place([0.1, 0.2, 0.05, 0.3, 0.0, 0.0, 0.5])
        arm.command_state(StateCommand.ENABLE)
        arm.command_state(StateCommand.HOME)
        assert arm.is_busy
        run(arm, 0.1, Motion.HOMING)
        assert (arm.is_busy, arm.is_homed) == (True, False)
        run(arm, 3.0, Motion.HOMING)
        assert (arm.is_busy, arm.is_homed) == (False, True)
        assert arm.chain.q == list(psm.home)
        assert arm.jaw.q == [1.0]  # twice the joint, and as it was

    def test_homing_a_homed_arm_moves_nothing(self, arm):
        arm.servo_jp([0.1, 0, 0.12, 0, 0, 0], 0.0)
        run(arm, 0.2)
        arm.command_state(StateCommand.HOME)
        assert not arm.is_busy

    def test_unhoming_stops_and_refuses_motion(self, arm):
        arm.move_jp([0.3, 0, 0.12, 0, 0, 0])
        arm.command_state(StateCommand.UNHOME)
        assert (arm.is_homed, arm.is_busy) == (False, False)
        with pytest.raises(CommandRefusedError, match='before homing; allowed: when homed'):
            arm.servo_jp([0.0] * 6, 0.0)

    @pytest.mark.parametrize('command', [StateCommand.PAUSE, StateCommand.DISABLE])
    def test_pausing_and_disabling_end_a_move_with_a_stop(self, arm, command):
        arm.move_jp([0.5, 0, 0.12, 0, 0, 0])
        run(arm, 0.3)
        arm.command_state(command)
        assert not arm.is_busy
        run(arm, 0.3, Motion.HOMING)
        q = list(arm.chain.q)
        assert 0.0 < q[0] < 0.5
        run(arm, 0.3, Motion.HOMING)
        assert arm.chain.q == q

    def test_homing_that_is_paused_is_not_homed(self, psm):
        arm = make_arm(psm)
        arm.command_state(StateCommand.ENABLE)
        arm.command_state(StateCommand.HOME)
        run(arm, 0.1, Motion.HOMING)
        arm.command_state(StateCommand.PAUSE)
        run(arm, 1.0, Motion.HOMING)
        assert not arm.is_homed

    def test_homing_goes_on_from_where_the_joints_were_found_again(self, psm):
        arm = make_arm(psm)
        arm.command_state(StateCommand.ENABLE)
        arm.command_state(StateCommand.HOME)
        run(arm, 0.3, Motion.HOMING)
        arm.place([0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.0])
        run(arm, motion=Motion.HOMING)
        assert (arm.is_homed, arm.is_busy) == (False, True)
        run(arm, 5.0, Motion.HOMING)
        assert (arm.is_homed, arm.chain.q) == (True, list(psm.home))

    def test_not_even_homing_moves_an_arm_that_nobody_may_move(self, psm):
        arm = make_arm(psm)
        run(arm, motion=Motion.NONE)
        arm.command_state(StateCommand.ENABLE)
        arm.command_state(StateCommand.HOME)
        run(arm, 1.0, Motion.NONE)
        assert (arm.is_homed, arm.chain.q[2]) == (False, 0.0)

    def test_a_tool_in_the_patient_is_homed_where_it_stands(self, psm):
        arm = make_arm(psm)
        arm.place([0.1, 0.2, 0.15, 0, 0, 0, 0])
        arm.command_state(StateCommand.ENABLE)
        arm.home_at_start()
        assert (arm.is_homed, arm.is_busy) == (True, False)

    def test_a_tool_outside_is_homed_by_a_move(self, psm):
        arm = make_arm(psm)
        arm.command_state(StateCommand.ENABLE)
        arm.home_at_start()
        assert (arm.is_homed, arm.is_busy) == (False, True)


class TestServo:
    def test_servo_jp_goes_there(self, arm):
        goal = [0.01, 0.02, 0.121, 0.1, 0.1, 0.1]
        arm.servo_jp(goal, 0.0)
        run(arm, 0.3)
        assert arm.chain.q == goal

    def test_servo_jr_adds_up_though_goals_come_faster_than_they_are_reached(self, arm):
        for index in range(10):
            arm.servo_jr([0.001, 0, 0, 0, 0, 0], index * DT)
            run(arm)
        run(arm, 0.1)
        assert arm.chain.q[0] == pytest.approx(0.01, abs=1e-12)

    def test_servo_cp_goes_there(self, arm, psm):
        T = forward(psm, (0.05, -0.05, 0.13, 0.2, 0.2, -0.2))
        arm.servo_cp(T, 0.0)
        run(arm, 1.0)
        assert arm.tip() == pytest.approx(T, abs=1e-9)

    def test_the_jaw_is_half_its_angle_at_the_joint(self, arm):
        arm.servo_jaw([0.8], 0.0)
        run(arm, 0.2)
        assert arm.targets[-1] == pytest.approx(0.4)

    def test_servo_takes_over_from_a_move(self, arm):
        arm.move_jp([0.5, 0, 0.12, 0, 0, 0])
        run(arm, 0.1)
        arm.servo_jp([0.0, 0, 0.12, 0, 0, 0], 0.0)
        assert not arm.is_busy

    def test_hold_brakes_a_servo_motion(self, arm):
        arm.servo_jp([1.0, 0, 0.12, 0, 0, 0], 0.0)
        run(arm, 0.1)
        arm.hold()
        run(arm, 0.2)
        assert arm.stands
        assert arm.chain.q[0] < 0.3


class TestMoves:
    def test_move_jp_is_busy_until_it_arrives(self, arm):
        arm.move_jp([0.2, 0.1, 0.15, 1.0, 0.5, -0.5])
        assert arm.is_busy
        run(arm, 3.0)
        assert not arm.is_busy
        assert arm.chain.q == [0.2, 0.1, 0.15, 1.0, 0.5, -0.5]

    def test_move_jr_starts_from_the_setpoint(self, arm):
        arm.move_jr([0.0, 0.0, 0.02, 0.0, 0.0, 0.0])
        run(arm, 2.0)
        assert arm.chain.q[2] == pytest.approx(0.14)

    def test_move_cp_goes_there_straight_in_joint_space(self, arm, psm):
        T = forward(psm, (0.2, -0.1, 0.16, 0.5, 0.4, -0.3))
        start = np.array(arm.chain.q)
        arm.move_cp(T)
        path = []
        while arm.is_busy:
            run(arm)
            path.append(np.array(arm.chain.q) - start)
        assert arm.tip() == pytest.approx(T, abs=1e-9)
        way = path[-1]
        for part in path:
            assert part == pytest.approx(way * (part @ way) / (way @ way), abs=1e-9)

    def test_move_of_the_jaw(self, arm):
        arm.move_jaw([1.0])
        assert arm.is_busy
        run(arm, 1.0)
        assert arm.jaw.q == [1.0]

    def test_a_move_to_where_the_arm_is_ends_at_once(self, arm, psm):
        arm.move_jp(psm.home)
        assert arm.is_busy
        run(arm)
        assert not arm.is_busy


class TestLimits:
    def test_a_goal_beyond_a_joint_limit_is_clamped_visibly(self, arm):
        arm.servo_jp([0.0, 0.0, 0.5, 0.0, 0.0, 0.0], 0.0)
        run(arm, 1.0)
        assert arm.chain.q[2] == 0.24
        texts = [str(clamp) for clamp in arm.take_clamps()]
        assert 'insertion: position 0.5 m limited to 0.24 m' in texts
        assert arm.take_clamps() == ()

    def test_a_fast_goal_is_slowed_visibly(self, arm):
        arm.servo_jp([1.0, 0.0, 0.12, 0.0, 0.0, 0.0], 0.0)
        run(arm)
        assert any('yaw: speed' in str(clamp) for clamp in arm.take_clamps())

    def test_a_goal_outside_of_the_workspace_is_clamped_visibly(self, psm):
        arm = homed(make_arm(psm, radius=0.2))
        T = forward(psm, psm.home)
        T[:3, 3] = (0.3, 0.0, -0.2)
        arm.servo_cp(T, 0.0)
        texts = [str(clamp) for clamp in arm.take_clamps()]
        assert 'tip: distance from the centre of the workspace 0.3 m limited to 0.2 m' in texts

    def test_a_tool_in_its_cannula_moves_only_along_its_shaft(self, arm, psm):
        arm.move_jp([0.1, 0.1, 0.03, 0, 0, 0])
        run(arm, 3.0)
        T = forward(psm, (0.3, -0.2, 0.05, 0, 0, 0))
        arm.servo_cp(T, 0.0)
        run(arm, 1.0)
        assert arm.chain.q[:2] == [0.1, 0.1]
        assert any('insertion for lateral motion' in str(clamp) for clamp in arm.take_clamps())

    def test_the_operator_cannot_pull_the_tip_out_of_reach(self, arm, psm):
        q = list(arm.chain.q)
        T = forward(psm, psm.home)
        T[:3, 3] = (0.0, 0.0, 0.05)
        run(arm, motion=Motion.TELEOPERATED)
        arm.follow(T, 0.005)
        run(arm, 1.0, Motion.TELEOPERATED)
        assert arm.chain.q[:2] == pytest.approx(q[:2], abs=1e-12)
        drawn_in = forward(psm, np.zeros(6))  # as far as it goes: 6.5 mm of the tip are left over
        assert arm.tip()[2, 3] <= drawn_in[2, 3] + 1e-9
        texts = [str(clamp) for clamp in arm.take_clamps()]
        assert 'tip: height above the port 0.05 m limited to 0 m' in texts


NOT_A_NUMBER = [math.nan, 0, 0.12, 0, 0, 0]
INFINITE = [0, 0, math.inf, 0, 0, 0]


@pytest.mark.parametrize('q', [NOT_A_NUMBER, INFINITE, [0.0] * 5, [0.0] * 7, []])
@pytest.mark.parametrize('what', ['servo_jp', 'servo_jr', 'move_jp', 'move_jr'])
def test_an_invalid_joint_command_is_refused_and_changes_nothing(arm, what, q):
    before = list(arm.chain.q)
    arguments = (q, 0.0) if what.startswith('servo') else (q,)
    with pytest.raises(CommandRefusedError, match=what):
        getattr(arm, what)(*arguments)
    run(arm, 0.1)
    assert arm.chain.q == before
    assert not arm.is_busy


@pytest.mark.parametrize('change', ['nan', 'scaled', 'mirrored', 'far'])
def test_an_invalid_pose_is_refused_and_changes_nothing(arm, psm, change):
    T = forward(psm, psm.home)
    if change == 'nan':
        T[0, 3] = math.nan
    elif change == 'scaled':
        T[:3, :3] *= 1.01
    elif change == 'mirrored':
        T[:3, 0] *= -1.0
    else:
        T[2, 3] = 0.2
    before = list(arm.chain.q)
    with pytest.raises(CommandRefusedError):
        arm.servo_cp(T, 0.0)
    with pytest.raises(CommandRefusedError):
        arm.move_cp(T)
    run(arm, 0.1)
    assert arm.chain.q == before


@pytest.mark.parametrize(
    ('motion', 'words'),
    [(Motion.NONE, 'is held by the supervisor'), (Motion.TELEOPERATED, 'follows a hand')],
)
def test_a_client_cannot_move_an_arm_that_is_not_its(arm, motion, words):
    run(arm, motion=motion)
    with pytest.raises(CommandRefusedError, match=words):
        arm.move_jp([0.1, 0, 0.12, 0, 0, 0])


def test_a_client_cannot_move_a_disabled_arm(psm):
    with pytest.raises(CommandRefusedError, match='in the state DISABLED; allowed: in ENABLED'):
        make_arm(psm).servo_jp([0.0] * 6, 0.0)


def test_free_is_refused(arm):
    with pytest.raises(CommandRefusedError, match='free is not supported'):
        arm.free()


def test_an_arm_without_a_jaw_refuses_jaw_commands(endoscope):
    with pytest.raises(CommandRefusedError, match='ECM has no jaw'):
        endoscope.servo_jaw([0.1], 0.0)


def test_the_endoscope_follows_a_position_and_the_nearest_roll(endoscope, ecm):
    T = forward(ecm, (0.1, -0.1, 0.06, 0.3))
    endoscope.servo_cp(T, 0.0)
    run(endoscope, 3.0)
    assert forward_once(ecm, endoscope.chain.q) == pytest.approx(T, abs=1e-9)
