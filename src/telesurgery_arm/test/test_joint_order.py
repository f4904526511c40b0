"""Joint states are sorted by name; what is no joint state is refused."""

import math

import pytest

from telesurgery_arm.joint_order import JointOrder, JointStatesError


def test_joints_are_brought_into_order_and_strangers_left_out():
    order = JointOrder(['a', 'b'])
    sample = order.sample(7, ['b', 'x', 'a'], [2.0, 9.0, 1.0], [20.0, 90.0, 10.0])
    assert (sample.stamp_ns, sample.position.tolist()) == (7, [1.0, 2.0])
    assert sample.velocity.tolist() == [10.0, 20.0]


def test_the_order_may_change_from_one_message_to_the_next():
    order = JointOrder(['a', 'b'])
    order.sample(0, ['b', 'a'], [2.0, 1.0], [])
    assert order.sample(0, ['a', 'b'], [1.0, 2.0], []).position.tolist() == [1.0, 2.0]


def test_velocities_that_are_not_given_are_zero():
    assert JointOrder(['a']).sample(0, ['a'], [1.0], []).velocity.tolist() == [0.0]


@pytest.mark.parametrize(
    ('names', 'position', 'words'),
    [
        (['a'], [1.0], "missing joint is 'b'"),
        (['a', 'b'], [1.0], 'position has 1 values; allowed: one per name'),
        (['a', 'b'], [1.0, math.nan], 'position of b is nan'),
    ],
)
def test_what_does_not_tell_where_the_robot_is_is_refused(names, position, words):
    with pytest.raises(JointStatesError, match=words):
        JointOrder(['a', 'b']).sample(0, names, position, [])
