"""Four arms under one supervisor: what commands, faults and clients do to their tips."""

import math

import numpy as np
import pytest

from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.startup import SOUND_S
from telesurgery_core.transforms import rotation_from_vector
from telesurgery_core.types import JointSample, OperatingState
from telesurgery_safety.body import Measure


class TestStart:
    def test_nothing_is_sent_before_the_joints_are_known(self, make_rig):
        assert make_rig().robot.step(1.0) is None

    def test_the_first_targets_are_where_the_joints_are(self, make_rig):
        rig = make_rig(arms={'start_enabled': False})
        rig.joints[2] = 0.1
        before = rig.joints.copy()
        rig.run(0.5)
        assert (np.array(rig.path) == before).all()
        assert rig.arm().state is OperatingState.DISABLED

    def test_all_arms_are_enabled_and_homed_by_a_move(self, make_rig, psm, ecm):
        rig = make_rig().run(0.5)
        assert rig.arm().is_busy
        rig.run(4.0)
        assert [station.arm.is_available for station in rig.robot.stations.values()] == [True] * 4
        assert rig.arm('PSM3').chain.q == list(psm.home)
        assert rig.arm('ECM').chain.q == list(ecm.home)

    def test_an_arm_that_touches_too_hard_goes_no_further_home_until_it_is_told_again(
        self, make_rig
    ):
        rig = make_rig(safety={'force_time_s': 0.0}).run(0.5)
        assert rig.state() == 'homing'
        rig.robot.supervisor.measured(rig.now, 'PSM1', Measure.FORCE, 12.0)
        arm = rig.run(0.3).arm()
        stopped = arm.chain.q
        rig.run(4.0)
        assert arm.chain.q == stopped
        assert (arm.state, arm.is_homed, arm.is_busy) == (OperatingState.ENABLED, False, False)
        assert rig.robot.supervisor.verdict('PSM1').reason == (
            'PSM1 touches with 12.0 N (limit 10.0 N); homing ended; send home again to go on'
        )
        assert rig.arm('PSM2').is_available
        rig.robot.command_state('PSM1', 'home', rig.now)
        assert rig.run(5.0).state() == 'ready'

    @pytest.mark.parametrize('silent_s', [0.2, 0.4])
    def test_an_arm_whose_simulator_was_away_is_homed_when_it_is_at_home(self, make_rig, silent_s):
        rig = make_rig().run(0.5)
        rig.plant_lives = False
        rig.run(silent_s)
        rig.plant_lives = True
        while not rig.arm().is_homed:
            assert rig.now < 15.0, 'it never comes home'
            rig.run()
        assert rig.arm().chain.q == list(rig.description.model_of('PSM1').home)

    @staticmethod
    def away_while_homing(rig, seconds):
        rig.run(0.5)
        rig.plant_lives = False
        rig.run(seconds)
        rig.plant_lives = True
        return rig

    def test_arms_whose_simulator_went_away_before_they_were_ready_start_again(self, make_rig):
        rig = self.away_while_homing(make_rig(), 0.7)
        assert rig.state() == 'fault'
        rig.run(SOUND_S - 0.1)
        assert rig.state() == 'fault'
        rig.run(5.0)
        assert rig.state() == 'ready'
        assert rig.arm().chain.q == list(rig.description.model_of('PSM1').home)

    def test_an_arm_that_was_ready_stays_in_fault(self, rig):
        self.away_while_homing(rig, 0.7).run(5.0)
        assert rig.state() == 'fault'

    def test_an_arm_whose_state_somebody_has_commanded_is_left_to_them(self, make_rig):
        rig = make_rig().run(0.5)
        rig.robot.command_state('PSM1', 'pause', rig.now)
        self.away_while_homing(rig, 0.7).run(5.0)
        assert rig.state() == 'fault'
        assert rig.state('PSM2') == 'ready'

    def test_nothing_starts_again_while_an_emergency_stop_is_pressed(self, make_rig):
        rig = self.away_while_homing(make_rig(), 0.7)
        rig.robot.supervisor.stop(rig.now, 'local', 'pressed')
        rig.run(5.0)
        assert not rig.arm().is_homed

    def test_homing_is_optional(self, make_rig):
        rig = make_rig(arms={'home_on_start': False}).run(0.5)
        assert (rig.arm().state, rig.arm().is_homed) == (OperatingState.ENABLED, False)
        assert rig.state() == 'disabled'


class TestFollowing:
    def test_a_hand_moves_the_tip_in_the_view(self, rig):
        before = rig.tip_in_view()
        rig.engage().drive(rig.hand(p=(0.01, -0.005, 0.008), v=(0.1, 0.2, -0.1)))
        after = rig.tip_in_view()
        assert after[:3, 3] - before[:3, 3] == pytest.approx([0.01, -0.005, 0.008], abs=1e-9)
        turned = rotation_from_vector((0.1, 0.2, -0.1)) @ before[:3, :3]
        assert after[:3, :3] == pytest.approx(turned, abs=1e-9)

    def test_both_hands_move_their_own_arms(self, rig):
        before = {name: rig.tip_in_view(name) for name in ('PSM1', 'PSM2', 'PSM3')}
        rig.send(rig.hand('PSM1', 0, engaged=False), rig.hand('PSM2', 0, engaged=False))
        rig.run()
        rig.drive(rig.hand('PSM1', 1, p=(0.01, 0, 0)), rig.hand('PSM2', 1, p=(0, 0.01, 0)))
        moved = {name: rig.tip_in_view(name)[:3, 3] - T[:3, 3] for name, T in before.items()}
        assert moved['PSM1'] == pytest.approx([0.01, 0, 0], abs=1e-9)
        assert moved['PSM2'] == pytest.approx([0, 0.01, 0], abs=1e-9)
        assert moved['PSM3'].tolist() == [0, 0, 0]

    def test_the_jaw_follows(self, rig):
        rig.engage(jaw=0.8).drive(rig.hand(jaw=0.8))
        assert rig.joints[6] == pytest.approx(0.4)

    def test_the_jaw_approaches_the_gripper_slowly_and_without_a_warning(self, rig):
        rig.engage(jaw=0.8)
        rig.path.clear()
        rig.drive(rig.hand(jaw=0.8))
        jaw = 2.0 * np.array(rig.path)[:, 6]
        # The goal moves at 36 deg/s; the setpoint starts from rest and catches up with it.
        assert np.diff(jaw).max() / rig.tick <= math.radians(36.0) * 1.25
        assert 'jaw' not in rig.robot.status(rig.now).arms[0].limits

    def test_a_new_engagement_lets_the_jaw_approach_again(self, rig):
        rig.engage(jaw=0.1).drive(rig.hand(jaw=0.1))
        rig.send(rig.hand(epoch=1, engaged=False))
        rig.run(0.1)
        rig.send(rig.hand(epoch=2, jaw=1.0))
        rig.run(0.05)
        assert 2.0 * rig.joints[6] <= 0.1 + math.radians(36.0) * 0.05 * (1 + 1e-9)

    def test_an_endoscope_moves_in_the_view_that_it_had(self, rig):
        before = rig.robot.frames.T_base_rcm('ECM') @ rig.arm('ECM').tip()
        rig.engage('ECM').drive(rig.hand('ECM', p=(0.004, 0.003, 0.01)))
        after = rig.robot.frames.T_base_rcm('ECM') @ rig.arm('ECM').tip()
        in_view = before[:3, :3].T @ (after[:3, 3] - before[:3, 3])
        assert in_view == pytest.approx([0.004, 0.003, 0.01], abs=1e-9)

    def test_a_new_engagement_brakes_before_it_latches(self, rig, psm):
        rig.engage()
        rig.send(rig.hand(p=(0.08, 0, 0)))
        rig.run(0.05)
        rig.path.clear()
        rig.send(rig.hand(epoch=2))
        rig.run(0.098)
        speeds = np.diff(rig.path, axis=0)[:, :6] / rig.tick
        braking = np.abs(np.diff(speeds, axis=0)).max(axis=0) / rig.tick
        assert np.abs(speeds[0]).max() > 0.3
        assert (braking <= 3.0 * psm.acceleration * 1.001).all()
        assert np.abs(speeds[-1]).max() == 0.0

    def test_a_target_carries_a_command_in_the_next_tick(self, rig):
        rig.engage()
        before = rig.joints.copy()
        rig.send(rig.hand(p=(0.001, 0, 0)))
        rig.run()
        assert (rig.joints != before).any()

    def test_clients_are_refused_meanwhile(self, rig):
        rig.engage()
        with pytest.raises(CommandRefusedError, match='PSM1 follows a hand'):
            rig.robot.servo_cp('PSM1', rig.tip_in_view(), rig.now)

    def test_a_new_engagement_stops_a_clients_move(self, rig):
        rig.arm().move_jp([0.5, 0, 0.12, 0, 0, 0])
        rig.run(0.3)
        rig.engage()
        rig.settle()
        assert not rig.arm().is_busy
        assert rig.joints[0] < 0.3


class TestHold:
    def test_the_link_cut_stops_the_arm_and_it_stays(self, rig):
        rig.engage()
        rig.send(rig.hand(p=(0.05, 0, 0)))
        rig.run(0.06)
        rig.run(0.2)
        assert rig.state() == 'hold'
        held = rig.joints.copy()
        for _ in range(20):
            rig.send(rig.hand(p=(0.1, 0, 0)))
            rig.run(0.01)
        assert (rig.joints == held).all()
        assert rig.robot.status(rig.now).holds == 1

    def test_braking_begins_in_the_tick_of_the_trip(self, rig, psm):
        rig.engage()
        rig.send(rig.hand(p=(0.08, 0, 0)))
        rig.run(0.06)
        fast = max(abs(rig.path[-1] - rig.path[-2]) / rig.tick)
        assert fast > 0.5
        rig.send(rig.hand(p=(0.09, 0, 0)), age_s=0.5)  # too old: trips at its arrival
        stop = rig.arm().chain.stopping_point
        rig.run()
        assert rig.state() == 'hold'
        assert rig.arm().chain.stopping_point == pytest.approx(stop, abs=1e-4)  # no further
        rig.run(0.006)  # the smoothing, which bounds jerk, lets an acceleration run out
        assert max(abs(rig.path[-1] - rig.path[-2]) / rig.tick) < fast
        speeds = []
        while not rig.arm().stands:
            rig.run()
            speeds.append((rig.path[-1] - rig.path[-2]) / rig.tick)
        braking = np.abs(np.diff(speeds, axis=0))[:, :6].max(axis=0) / rig.tick
        assert (braking <= 3.0 * psm.acceleration * 1.001).all()

    def test_re_engagement_goes_on_from_where_the_arm_stands(self, rig):
        rig.engage().drive(rig.hand(p=(0.01, 0, 0)))
        rig.run(0.5)
        assert rig.state() == 'hold'
        held = rig.tip_in_view()
        rig.drive(rig.hand(epoch=2))
        assert rig.tip_in_view() == pytest.approx(held, abs=1e-9)
        rig.drive(rig.hand(epoch=2, p=(0, 0.01, 0)))
        assert rig.tip_in_view()[:3, 3] - held[:3, 3] == pytest.approx([0, 0.01, 0], abs=1e-9)

    def test_the_jaw_stays_as_it_is(self, rig):
        rig.engage(jaw=0.4).drive(rig.hand(jaw=0.4))
        rig.run(0.2)
        rig.send(rig.hand(jaw=1.2))
        rig.settle()
        assert rig.joints[6] == pytest.approx(0.2)

    def test_clients_are_refused_until_it_ends_at_the_patient_side(self, rig):
        rig.engage().run(0.2)
        with pytest.raises(CommandRefusedError, match='is held by the supervisor'):
            rig.arm().move_jp([0, 0, 0.15, 0, 0, 0])
        rig.robot.command_state('PSM1', 'disable', rig.now)
        rig.run()
        rig.robot.command_state('PSM1', 'enable', rig.now)
        rig.run()
        rig.arm().move_jp([0, 0, 0.15, 0, 0, 0])
        assert rig.arm().is_busy


class TestClients:
    def test_servo_cp_is_in_the_view(self, rig):
        T = rig.tip_in_view('PSM3')
        T[:3, 3] += (0.002, -0.003, 0.001)
        rig.robot.servo_cp('PSM3', T, rig.now)
        rig.settle()
        assert rig.tip_in_view('PSM3') == pytest.approx(T, abs=1e-9)

    def test_move_cp_is_in_the_view(self, rig):
        T = rig.tip_in_view('PSM2')
        T[:3, 3] += (0.02, -0.01, 0.01)
        rig.robot.move_cp('PSM2', T)
        while rig.arm('PSM2').is_busy:
            rig.run()
        assert rig.tip_in_view('PSM2') == pytest.approx(T, abs=1e-9)

    def test_an_arm_that_does_not_exist_is_refused_by_name(self, rig):
        for command in (
            lambda: rig.robot.arm('PSM9'),
            lambda: rig.robot.command_state('PSM9', 'enable', rig.now),
            lambda: rig.robot.servo_cp('PSM9', np.eye(4), rig.now),
            lambda: rig.robot.move_cp('PSM9', np.eye(4)),
        ):
            with pytest.raises(
                CommandRefusedError, match="'PSM9'; allowed: PSM1, PSM2, PSM3, ECM"
            ):
                command()


class TestInvalidTeleoperation:
    @pytest.mark.parametrize(
        'change',
        [{'p': (math.nan, 0, 0)}, {'p': (math.inf, 0, 0)}, {'jaw': math.nan}, {'name': 'PSM9'}],
    )
    def test_it_is_refused_and_is_no_sign_of_life(self, rig, change):
        rig.engage()
        before = rig.joints.copy()
        for _ in range(20):
            with pytest.raises(CommandRefusedError):
                rig.send(rig.hand(**change))
            rig.run(0.01)
        assert (rig.joints == before).all()
        assert rig.state() == 'hold'


class TestFaults:
    def test_an_arm_waits_for_joint_states_that_are_late_and_goes_on(self, rig):
        rig.engage()
        for k in range(12):
            rig.send(rig.hand(p=(0.001 * k, 0, 0)))
            rig.run(0.01)
        rig.plant_lives = False
        for k in range(12, 22):
            rig.send(rig.hand(p=(0.001 * k, 0, 0)))
            rig.run(0.01)
        waiting = rig.tip_in_view()
        rig.send(rig.hand(p=(0.025, 0, 0)))
        rig.run(0.01)
        assert rig.tip_in_view() == pytest.approx(waiting, abs=1e-12)
        assert rig.state() == 'following'
        before = waiting[0, 3]
        rig.plant_lives = True
        rig.drive(rig.hand(p=(0.025, 0, 0)))
        assert rig.state() == 'following'
        assert rig.tip_in_view()[0, 3] > before + 0.005

    def test_missing_joint_states_hold_an_arm_before_they_are_a_fault(self, rig):
        rig.engage()
        rig.plant_lives = False
        for _ in range(16):
            rig.run(0.01)
            rig.send(rig.hand())
        assert rig.state() == 'hold'
        assert rig.robot.status(rig.now).arms[0].reason.startswith('no joint states for 15')
        assert rig.arm().state is OperatingState.ENABLED

    def test_missing_joint_states_are_a_fault_of_all_arms(self, rig):
        rig.plant_lives = False
        rig.run(0.6)
        assert {rig.state(name) for name in rig.robot.stations} == {'fault'}
        assert rig.arm().state is OperatingState.FAULT
        (reason,) = {arm.reason for arm in rig.robot.status(rig.now).arms}
        assert reason.startswith('no joint states for 50')

    def test_a_dead_simulator_is_a_fault_at_once(self, rig):
        rig.engage()
        rig.robot.plant.died('gzserver ended with code 255')
        rig.run()
        assert rig.state() == 'fault'
        assert 'gzserver ended with code 255' in rig.robot.status(rig.now).arms[0].reason

    def test_a_fault_is_not_left_while_its_cause_is_there(self, rig):
        rig.robot.plant.died('')
        rig.run()
        with pytest.raises(CommandRefusedError, match='the simulator is dead'):
            rig.robot.command_state('PSM1', 'enable', rig.now)

    def test_a_fault_is_left_by_enabling_from_where_the_joints_are(self, rig):
        rig.plant_lives = False
        rig.run(0.6)
        rig.joints[:] = 0.01  # the simulator was started again
        rig.plant_lives = True
        rig.run()
        assert rig.joints[:6] == pytest.approx([0.01] * 6)
        rig.robot.command_state('PSM1', 'enable', rig.now)
        rig.run(0.1)
        assert rig.arm().is_available
        assert rig.joints[:6] == pytest.approx([0.01] * 6)

    def test_a_disabled_arm_that_was_pushed_begins_where_it_is(self, rig):
        rig.robot.command_state('PSM1', 'disable', rig.now)
        rig.run()
        pushed = rig.joints.copy()
        pushed[:3] += (0.1, -0.1, 0.02)
        rig.robot.step(rig.now, JointSample(0, pushed, np.zeros(25)))
        rig.robot.command_state('PSM1', 'enable', rig.now)
        assert rig.robot.step(rig.now + rig.tick)[:3] == pytest.approx(pushed[:3])
        assert rig.arm().is_available

    def test_enabling_needs_joint_states(self, make_rig):
        with pytest.raises(CommandRefusedError, match='no joint states yet'):
            make_rig().robot.command_state('PSM1', 'enable', 1.0)

    def test_an_impossible_setpoint_does_not_leave_and_is_a_fault(self, rig):
        before = rig.joints.copy()
        rig.arm().chain.q = [2.0, 0, 0.12, 0, 0, 0]  # as a fault of the arm's code would
        rig.run()
        assert (rig.joints == before).all()
        assert rig.state() == 'fault' or rig.run().state() == 'fault'
        assert rig.arm().targets == pytest.approx(before[:7])
        assert 'target of PSM1_yaw is 2' in rig.robot.status(rig.now).arms[0].reason
        assert rig.state('PSM2') == 'ready'


class TestTime:
    def test_a_late_tick_moves_no_further_than_a_short_one(self, rig):
        rig.arm().servo_jp([1.0, 0, 0.12, 0, 0, 0], rig.now)
        rig.run()
        before = rig.joints[0]
        rig.now += 0.1
        rig.run()
        assert rig.joints[0] - before <= 1.5708 * 0.01 * 1.0001

    def test_time_that_stands_or_goes_back_moves_nothing(self, rig):
        rig.arm().servo_jp([1.0, 0, 0.12, 0, 0, 0], rig.now)
        before = rig.joints.copy()
        sample = JointSample(0, rig.joints, np.zeros(25))
        for now in (rig.now, rig.now - 1.0, rig.now):
            assert rig.robot.step(now, sample) == pytest.approx(before)


def test_a_limit_that_acts_is_in_the_status_once(rig):
    rig.arm().servo_jp([0, 0, 0.5, 0, 0, 0], rig.now)
    limits = rig.robot.status(rig.now).arms[0].limits
    assert limits == 'insertion: position 0.5 m limited to 0.24 m'
    assert rig.robot.status(rig.now).arms[0].limits == ''


def test_safety_bounds_how_far_a_motion_goes_on_past_the_newest_command(make_ready):
    def reach(bound_s):
        rig = make_ready(safety={'extrapolation_limit_s': bound_s}).engage()
        start = rig.tip_in_view()[0, 3]
        for step in range(1, 21):
            rig.send(rig.hand(p=(0.0002 * step, 0, 0)))
            rig.run(0.01)
        rig.run(0.08)  # silence, shorter than what is a hold
        assert rig.state() == 'following'
        return rig.tip_in_view()[0, 3] - start

    assert reach(0.0) == pytest.approx(0.004, abs=1e-8)
    assert 0.0041 < reach(0.01) <= 0.0042 + 1e-8


def test_an_arm_that_was_stopped_while_it_caught_up_follows_the_next_engagement(rig):
    rig.engage(epoch=1)
    for _ in range(5):
        rig.send(rig.hand(epoch=1, p=(0.05, 0.0, 0.0)))
        rig.run(0.01)
    rig.run(0.5)  # silence: a hold, long before it is there
    assert rig.state() == 'hold'
    before = rig.settle().tip_in_view()[:3, 3]
    rig.engage(epoch=2)
    rig.drive(rig.hand(epoch=2, p=(0.01, 0.0, 0.0)))
    assert rig.tip_in_view()[:3, 3] - before == pytest.approx((0.01, 0.0, 0.0), abs=1e-6)
