import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import ParameterError
from telesurgery_core.types import Hand
from telesurgery_motion.assignment import ENDOSCOPE, INSTRUMENTS, Assignment


def test_right_drives_psm1_and_left_psm2_by_default():
    assignment = Assignment()

    assert assignment.arm_of(Hand.RIGHT, camera=False) == 'PSM1'
    assert assignment.arm_of(Hand.LEFT, camera=False) == 'PSM2'


def test_the_arms_are_those_of_the_robot(workspace):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')

    assert (*INSTRUMENTS, ENDOSCOPE) == tuple(robot.arms)


def test_one_arm_for_both_hands_is_refused():
    with pytest.raises(ParameterError, match=r"both 'PSM2'.*one master"):
        Assignment(right='PSM2', left='PSM2')


def test_both_hands_may_have_no_arm():
    assert Assignment(right='', left='').arm_of(Hand.LEFT, camera=False) == ''


@pytest.mark.parametrize('name', ['PSM4', 'ECM', 'psm1'])
def test_an_arm_that_no_hand_may_have_is_refused_by_name(name):
    with pytest.raises(ParameterError, match=rf"left_arm is '{name}'; allowed: PSM1, PSM2, PSM3"):
        Assignment(left=name)


def test_with_the_camera_pedal_only_the_right_hand_drives():
    assignment = Assignment()

    assert assignment.arm_of(Hand.RIGHT, camera=True) == 'ECM'
    assert assignment.may_engage(Hand.RIGHT, camera=True)
    assert not assignment.may_engage(Hand.LEFT, camera=True)
