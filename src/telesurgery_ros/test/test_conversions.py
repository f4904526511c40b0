import math

import numpy as np
import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed')
pytestmark = pytest.mark.ros


def test_a_pose_survives_the_message() -> None:
    from telesurgery_core.transforms import pose, rotation_from_rpy
    from telesurgery_ros.conversions import pose_from_msg, pose_to_msg

    T = pose(rotation_from_rpy((0.3, -0.2, 2.9)), (0.1, -0.2, 0.3))
    np.testing.assert_allclose(pose_from_msg(pose_to_msg(T)), T, atol=1e-15)


@pytest.mark.parametrize('bad', [math.nan, math.inf])
def test_a_pose_that_is_not_finite_is_refused(bad: float) -> None:
    from geometry_msgs.msg import Pose

    from telesurgery_ros.conversions import ConversionError, pose_from_msg

    message = Pose()
    message.position.x = bad
    with pytest.raises(ConversionError, match='finite'):
        pose_from_msg(message)


@pytest.mark.parametrize('norm', [0.0, 0.9, 1.1])
def test_a_quaternion_that_is_not_of_unit_length_is_refused(norm: float) -> None:
    from geometry_msgs.msg import Pose

    from telesurgery_ros.conversions import ConversionError, pose_from_msg

    message = Pose()
    message.orientation.w = norm
    with pytest.raises(ConversionError, match='allowed: 1 within'):
        pose_from_msg(message)


def test_times_survive_the_message() -> None:
    from telesurgery_ros.conversions import to_duration, to_ns, to_stamp

    assert to_ns(to_stamp(1_700_000_000_123_456_789)) == 1_700_000_000_123_456_789
    assert to_ns(to_duration(-1)) == -1


def test_a_command_survives_the_message() -> None:
    from telesurgery_core.transforms import frozen, pose, rotation_from_rpy
    from telesurgery_core.types import HandCommand, TeleopCommand
    from telesurgery_ros.conversions import command_from_msg, command_to_msg

    T = frozen(pose(rotation_from_rpy((0.1, 0.2, 0.3)), (0.01, 0.02, 0.03)))
    right = HandCommand(arm='PSM1', engaged=True, epoch=7, T_displacement=T, jaw=0.5)
    command = TeleopCommand(stamp_ns=5_000_000_001, sequence=9, left=HandCommand(), right=right)
    back = command_from_msg(command_to_msg(command))
    assert (back.stamp_ns, back.sequence) == (5_000_000_001, 9)
    assert (back.right.arm, back.right.engaged, back.right.epoch, back.right.jaw) == (
        'PSM1',
        True,
        7,
        0.5,
    )
    np.testing.assert_allclose(back.right.T_displacement, T, atol=1e-15)


def test_a_command_with_an_invalid_jaw_is_refused() -> None:
    from telesurgery_msgs.msg import TeleopCommand
    from telesurgery_ros.conversions import ConversionError, command_from_msg

    message = TeleopCommand()
    message.right.jaw = math.nan
    with pytest.raises(ConversionError, match='jaw is nan'):
        command_from_msg(message)
