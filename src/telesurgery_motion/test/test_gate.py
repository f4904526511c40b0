"""When a hand may engage: aligned, with fingers in it, and the operator told why not."""

import math

import numpy as np
import pytest
from motion_world import World

from telesurgery_core.transforms import pose, rotation_about
from telesurgery_core.types import HandSample
from telesurgery_motion.far_side import ArmReport
from telesurgery_motion.parameters import MotionParameters

ABSOLUTE = MotionParameters(filter='none', alignment='absolute')


def turned(degrees, gripper_deg=0.0):
    R = rotation_about('y', math.radians(degrees))
    return HandSample(pose(R, [0.1, 0.2, 0.3]), math.radians(gripper_deg))


def aligned_world(parameters=ABSOLUTE):
    """A world whose right tip stands upright in the view."""
    world = World(parameters)
    for arm in ('PSM1', 'PSM2', 'PSM3'):
        world.pipeline.far_side.tip_measured(arm, np.eye(4), world.now)
    return world


def engages(world, degrees):
    world.step(right=turned(degrees))
    return world.command.right.engaged


@pytest.mark.parametrize(('degrees', 'engaged'), [(0.0, True), (4.99, True), (5.01, False)])
def test_a_hand_engages_within_five_degrees(degrees, engaged):
    assert engages(aligned_world(), degrees) is engaged


@pytest.mark.parametrize(('degrees', 'engaged'), [(1.99, True), (2.01, False), (5.0, False)])
def test_after_a_clutch_it_engages_within_two_degrees(degrees, engaged):
    world = aligned_world()
    assert engages(world, 0.0)
    world.step(right=turned(0.0), clutch=True)

    assert engages(world, degrees) is engaged


def test_after_leaving_the_console_five_degrees_are_enough_again():
    world = aligned_world()
    assert engages(world, 0.0)
    world.step(right=turned(0.0), operator_present=False)

    assert engages(world, 4.0)


def test_a_hand_that_turns_into_alignment_engages_by_itself():
    world = aligned_world()
    assert not engages(world, 20.0)
    assert engages(world, 4.0)
    assert np.array_equal(world.command.right.T_displacement, np.eye(4)), 'without a jump'


def test_a_hand_that_drives_may_turn_as_it_likes():
    world = aligned_world()
    assert engages(world, 0.0)
    assert engages(world, 60.0)


def test_the_reason_names_the_angle_and_the_limit():
    world = aligned_world()
    engages(world, 12.34)
    hand = world.hand('MTMR')

    assert hand.reason == 'the hand is turned 12.3 deg away from PSM1 (limit 5 deg); turn it'
    assert hand.misalignment_deg == pytest.approx(12.34)
    assert not hand.following


def test_without_a_pose_of_the_tip_nothing_engages():
    world = World(ABSOLUTE)

    assert not engages(world, 0.0)
    assert world.hand('MTMR').reason.startswith('no pose of PSM1 comes from the patient side')


def test_a_pose_of_long_ago_counts_for_none():
    world = aligned_world()
    world.step(250, operator_present=False)

    assert not engages(world, 0.0)


def test_relative_alignment_asks_for_nothing():
    assert engages(World(MotionParameters(filter='none')), 60.0)


def test_the_endoscope_has_no_orientation_to_align_with():
    world = aligned_world()
    world.step(right=turned(90.0), camera=True)

    assert (world.command.right.arm, world.command.right.engaged) == ('ECM', True)


class TestGesture:
    PARAMETERS = MotionParameters(filter='none', presence_gesture=True)

    def test_without_a_sign_nothing_engages_and_it_says_so(self):
        world = World(self.PARAMETERS).step(100, right=turned(0.0))

        assert not world.command.right.engaged
        assert world.hand('MTMR').reason == (
            'no fingers felt; open the gripper by 40 deg or roll it by 4 deg'
        )

    def test_after_a_sign_it_engages_and_after_a_clutch_as_well(self):
        world = World(self.PARAMETERS).step(right=turned(0.0, 0.0))
        world.step(right=turned(0.0, 41.0))
        assert world.command.right.engaged
        world.step(right=turned(0.0, 41.0), clutch=True)
        world.step(right=turned(0.0, 41.0))
        assert world.command.right.engaged

    @pytest.mark.parametrize('gone', [{'operator_present': False}, {'right': None}])
    def test_who_left_must_make_it_again(self, gone):
        world = World(self.PARAMETERS).step(right=turned(0.0, 0.0))
        world.step(right=turned(0.0, 41.0))
        world.step(**{'right': turned(0.0, 41.0), **gone})
        world.step(right=turned(0.0, 41.0), clutch=True)
        world.step(right=turned(0.0, 41.0))

        assert not world.command.right.engaged


class TestReasons:
    @pytest.mark.parametrize(
        ('switches', 'hand', 'reason'),
        [
            ({'operator_present': False}, 'MTMR', 'the operator is not present'),
            ({'stop': True}, 'MTMR', 'the operator is not present'),
            ({'clutch': True}, 'MTMR', 'the clutch is pressed'),
            ({'camera': True}, 'MTML', 'the camera pedal is pressed'),
            ({'right': None}, 'MTMR', 'the master says nothing'),
        ],
    )
    def test_every_state_of_the_console_has_one(self, switches, hand, reason):
        world = World(MotionParameters()).step(5, **switches)

        assert world.hand(hand).reason.startswith(reason)
        assert '; ' in world.hand(hand).reason, 'it says what to do'

    def test_a_hand_that_drives_has_none(self):
        hand = World(MotionParameters()).step(5).hand('MTMR')

        assert (hand.following, hand.reason) == (True, '')

    def test_a_hand_without_an_arm(self):
        world = World(MotionParameters(left_arm='')).step(5)

        assert world.hand('MTML').reason.startswith('the hand drives no arm; select a pair')

    def test_a_master_that_came_back(self):
        world = World(MotionParameters()).step(5)
        world.step(right=None)
        world.step()

        assert world.hand('MTMR').reason == (
            'the master fell silent; press and release the clutch to drive PSM1'
        )

    def test_an_arm_that_is_held_at_the_patient_side(self):
        world = World(MotionParameters()).step(5)
        report = ArmReport('hold', 'no command for 120 ms (limit 100 ms); engage again to go on')
        world.pipeline.far_side.arm_reported('PSM1', report, world.now)
        hand = world.hand('MTMR')

        assert not hand.following
        assert hand.reason == f'PSM1 is in the state hold at the patient side ({report.reason})'

    @pytest.mark.parametrize(('holder', 'named'), [('B', 'B'), ('local', 'local'), ('', 'nobody')])
    def test_an_arm_that_another_site_holds(self, holder, named):
        world = World(MotionParameters()).step(5)
        report = ArmReport('following', '', holder)
        world.pipeline.far_side.arm_reported('PSM1', report, world.now)
        hand = world.hand('MTMR')

        assert not hand.following
        assert hand.reason == (
            f'{named} holds PSM1; ask for it: ./telesurgery authority request PSM1'
        )

    @pytest.mark.parametrize('state', ['following', 'local', 'aligning'])
    def test_an_arm_that_this_site_holds_and_drives(self, state):
        world = World(MotionParameters(site='local')).step(5)
        world.pipeline.far_side.arm_reported('PSM1', ArmReport(state, '', 'local'), world.now)

        assert world.hand('MTMR').following

    def test_a_report_of_long_ago_counts_for_none(self):
        world = World(MotionParameters()).step(5)
        world.pipeline.far_side.arm_reported('PSM1', ArmReport('hold', ''), world.now)
        for _ in range(250):
            world.pipeline.far_side.tip_measured('PSM1', np.eye(4), world.now)
            world.step()

        assert world.hand('MTMR').following


class TestAFarSideThatFallsSilent:
    """Whoever sees nothing of the arms drives none."""

    LIMIT_S = MotionParameters().far_side_silence_limit_s

    def heard(self):
        """Return a world with an engaged hand that hears of the arms just now."""
        world = World(MotionParameters()).step(5)
        world.pipeline.far_side.tip_measured('PSM1', np.eye(4), world.now)
        return world

    def silent(self):
        """Return the same a sample after the limit has passed."""
        world = self.heard()
        begin = world.now
        while world.now - begin <= self.LIMIT_S:
            assert world.step().command.right.engaged
        return world.step()

    def test_no_hand_is_engaged_from_the_first_sample_after_the_limit(self):
        world = self.silent()

        assert not world.command.right.engaged
        assert world.hand('MTMR').reason.startswith('nothing comes from the patient side (limit')

    def test_only_letting_go_ends_it(self):
        world = self.silent()
        world.pipeline.far_side.tip_measured('PSM1', np.eye(4), world.now)
        world.step(20)

        assert not world.command.right.engaged
        assert world.hand('MTMR').reason == (
            'nothing came from the patient side; press and release the clutch to drive PSM1'
        )
        assert not world.step(clutch=True).command.right.engaged
        assert world.step().command.right.engaged

    def test_one_that_was_never_heard_is_no_reason(self):
        assert World(MotionParameters()).step(1000).command.right.engaged


@pytest.mark.parametrize('bad', [math.nan, math.inf])
@pytest.mark.parametrize('entry', [(0, 3), (1, 1)])
def test_a_master_that_gives_no_numbers_is_none(bad, entry):
    world = World(MotionParameters()).step(5)
    T = np.eye(4)
    T[entry] = bad
    world.step(right=HandSample(T))
    assert not world.command.right.engaged
    assert np.array_equal(world.command.right.T_displacement, np.eye(4))

    world.step()
    assert not world.command.right.engaged, 'the operator must let go first'


def test_a_gripper_that_gives_no_number_leaves_the_jaw_as_it_was():
    world = World(MotionParameters()).step(5)
    before = world.command.right.jaw
    T = world.sample().right.T_view_hand
    world.step(right=HandSample(T, math.nan))

    assert world.command.right.jaw == before
    assert world.command.right.engaged


class TestCamera:
    PARAMETERS = MotionParameters(filter='none', camera_hands='both', scale=0.2, camera_scale=0.5)

    @staticmethod
    def hands(dx=0.0, angle=0.0):
        x, y = 0.1 * math.cos(angle), 0.1 * math.sin(angle)
        return {
            'left': HandSample(pose(np.eye(3), [dx + x, y, 0.0])),
            'right': HandSample(pose(np.eye(3), [dx - x, -y, 0.0])),
            'camera': True,
        }

    def test_both_hands_move_the_world_and_the_instruments_rest(self):
        world = World(self.PARAMETERS).step(**self.hands())
        world.step(**self.hands(dx=0.02))
        command = world.command

        assert (command.right.arm, command.right.engaged) == ('ECM', True)
        assert command.right.T_displacement[:3, 3] == pytest.approx([-0.01, 0.0, 0.0])
        assert not command.left.engaged
        assert command.hand_for('PSM1') is None

    def test_the_line_between_the_hands_rolls_the_view_the_other_way(self):
        world = World(self.PARAMETERS).step(**self.hands())
        world.step(**self.hands(angle=0.3))

        R = world.command.right.T_displacement[:3, :3]
        assert pytest.approx(rotation_about('z', -0.3)) == R

    def test_one_hand_that_vanishes_ends_it(self):
        world = World(self.PARAMETERS).step(**self.hands())
        world.step(**{**self.hands(), 'left': None})
        assert not world.command.right.engaged
        world.step(**self.hands())
        assert not world.command.right.engaged

    def test_the_pair_of_both_hands_is_named(self):
        world = World(self.PARAMETERS).step(**self.hands())

        assert world.hand('MTMR').pair.name == 'MTML_MTMR_ECM'
        assert world.hand('MTMR').scale == 0.5

    def test_the_left_hand_may_be_the_cameras(self):
        world = World(MotionParameters(filter='none', camera_hands='left')).step(camera=True)

        assert (world.command.left.arm, world.command.left.engaged) == ('ECM', True)
        assert not world.command.right.engaged
