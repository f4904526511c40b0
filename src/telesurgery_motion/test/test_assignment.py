import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import ParameterError
from telesurgery_core.types import Hand
from telesurgery_motion.assignment import ARMS, INSTRUMENTS, Assignment


def test_right_drives_psm1_and_left_psm2_by_default():
    assignment = Assignment()

    assert assignment.arm_of(Hand.RIGHT, camera=False) == 'PSM1'
    assert assignment.arm_of(Hand.LEFT, camera=False) == 'PSM2'


def test_the_arms_are_those_of_the_robot(workspace):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')

    assert tuple(robot.arms) == ARMS


def test_one_arm_for_both_hands_is_refused():
    with pytest.raises(ParameterError, match=r"both 'PSM2'.*one master"):
        Assignment(right='PSM2', left='PSM2')


def test_both_hands_may_have_no_arm():
    assert Assignment(right='', left='').arm_of(Hand.LEFT, camera=False) == ''


@pytest.mark.parametrize('name', ['PSM4', 'MTML', 'psm1'])
def test_an_arm_that_no_hand_may_have_is_refused_by_name(name):
    with pytest.raises(ParameterError, match=rf"left_arm is '{name}'; allowed: PSM1, PSM2, PSM3"):
        Assignment(left=name)


def test_a_hand_may_have_the_endoscope():
    assert Assignment(left='ECM').arm_of(Hand.LEFT, camera=False) == 'ECM'


@pytest.mark.parametrize(
    ('camera_hands', 'right', 'left'),
    [('right', 'ECM', 'PSM2'), ('left', 'PSM1', 'ECM'), ('both', 'ECM', 'PSM2')],
)
def test_with_the_camera_pedal_one_command_speaks_of_the_endoscope(camera_hands, right, left):
    assignment = Assignment(camera_hands=camera_hands)

    assert assignment.arm_of(Hand.RIGHT, camera=True) == right
    assert assignment.arm_of(Hand.LEFT, camera=True) == left


def test_with_the_camera_pedal_nobody_else_has_the_endoscope():
    assert Assignment(left='ECM').arm_of(Hand.LEFT, camera=True) == ''


arms = st.sampled_from((*ARMS, ''))
hands = st.sampled_from(list(Hand))


@given(st.lists(st.tuples(hands, arms), max_size=20))
def test_no_sequence_of_gifts_leads_to_two_masters_of_one_arm(gifts):
    assignment = Assignment()
    for hand, arm in gifts:
        assignment = assignment.given(hand, arm)

        assert assignment.own_arm(hand) == arm
        assert assignment.right != assignment.left or assignment.right == ''


@given(arms, arms, hands)
def test_a_swap_goes_through_all_instruments_that_the_other_hand_does_not_have(right, left, hand):
    if right == left:
        left = ''
    assignment = Assignment(right=right, left=left)
    other = left if hand is Hand.RIGHT else right
    seen = []
    for _ in INSTRUMENTS:
        assignment = assignment.given(hand, assignment.next_arm(hand))
        seen.append(assignment.own_arm(hand))

    assert set(seen) == set(INSTRUMENTS) - {other}
    assert assignment.own_arm(Hand.LEFT if hand is Hand.RIGHT else Hand.RIGHT) == other
