"""A patched message is the message that ROS itself would make."""

import numpy as np
import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from geometry_msgs.msg import PoseStamped, TwistStamped  # noqa: E402
from rclpy.serialization import deserialize_message, serialize_message  # noqa: E402
from sensor_msgs.msg import JointState  # noqa: E402
from std_msgs.msg import Float64MultiArray  # noqa: E402

from telesurgery_arm.crtk.messages import (  # noqa: E402
    JointsMessage,
    PoseMessage,
    TargetsMessage,
    TwistMessage,
)
from telesurgery_arm.crtk.templates import Template, marks  # noqa: E402
from telesurgery_core.transforms import pose, rotation_from_vector  # noqa: E402
from telesurgery_ros.conversions import joint_state, pose_stamped  # noqa: E402

STAMP = 1_700_000_000_123_456_789


def assert_same(data, message):
    """The bytes are those of the message, but for the padding, which ROS leaves to chance."""
    assert len(data) == len(serialize_message(message))
    assert deserialize_message(data, type(message)) == message


@pytest.mark.parametrize('names', [['jaw'], ['yaw', 'pitch'], ['a', 'bc', 'def', 'insertion']])
def test_joints(names):
    q, qd = np.arange(len(names)) + 0.25, -np.arange(len(names)) - 0.5
    wanted = joint_state(names, STAMP, q, qd)
    assert_same(JointsMessage(names).fill(STAMP, q, qd), wanted)


@pytest.mark.parametrize('frame', ['view', 'patient', 'PSM1_rcm', ''])
def test_pose(frame):
    T = pose(rotation_from_vector((0.3, -0.2, 0.9)), (0.1, 0.2, -0.3))
    message = PoseMessage(frame)
    for stamp in (STAMP, STAMP + 1):
        assert_same(message.fill(stamp, T), pose_stamped(T, frame, stamp))
    assert isinstance(deserialize_message(message.fill(0, T), PoseStamped), PoseStamped)


def test_twist():
    data = TwistMessage('view').fill(STAMP, np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0]))
    message = deserialize_message(data, TwistStamped)
    assert message.header.frame_id == 'view'
    assert (message.twist.linear.z, message.twist.angular.x) == (3.0, 4.0)


def test_targets():
    targets = [0.1 * index for index in range(25)]
    data = TargetsMessage(25).fill(targets)
    assert list(deserialize_message(data, Float64MultiArray).data) == targets


def test_marks_that_are_not_in_the_message_are_refused():
    with pytest.raises(ValueError, match='occur 0 times'):
        Template(JointState(position=[1.0]), marks(1))
