"""Numbers taken out of a message by their places are those that protobuf finds in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_gazebo.classic.framing import FrameReader
from telesurgery_gazebo.classic.messages import PosesStamped
from telesurgery_gazebo.classic.pose_layout import PoseLayout
from telesurgery_gazebo.errors import WireError


def message(names, values):
    stamped = PosesStamped()
    for index, (name, (x, y, z, qx, qy, qz, qw)) in enumerate(zip(names, values, strict=True)):
        pose = stamped.pose.add(name=name, id=index * 100)
        pose.position.x, pose.position.y, pose.position.z = x, y, z
        turn = pose.orientation
        turn.x, turn.y, turn.z, turn.w = qx, qy, qz, qw
    return stamped.SerializeToString()


NAMES = ('a', 'model::a link with a long name', '')


@given(st.integers(0, 2**32 - 1))
def test_numbers_are_those_that_were_put_in(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, 3, 7))
    layout = PoseLayout(message(NAMES, first))
    assert layout.names == NAMES
    assert layout.fits(message(NAMES, second))
    np.testing.assert_array_equal(layout.values(message(NAMES, second)), second)


def test_numbers_are_those_that_protobuf_finds_in_a_real_message(recorded):
    (whole,) = FrameReader().feed((recorded / 'poses_stamped.bin').read_bytes())
    poses = whole[2 + whole[1] :]
    layout = PoseLayout(poses)
    expected = [
        (p.x, p.y, p.z, q.x, q.y, q.z, q.w)
        for pose in PosesStamped.FromString(whole).pose
        for p, q in [(pose.position, pose.orientation)]
    ]
    np.testing.assert_array_equal(layout.values(poses), expected)
    assert 'telesurgery::PSM1_roll_link' in layout.names


@pytest.mark.parametrize('names', [('b', *NAMES[1:]), NAMES[:2], NAMES[::-1], (*NAMES, 'd')])
def test_another_message_does_not_fit(names):
    layout = PoseLayout(message(NAMES, np.ones((3, 7))))
    assert not layout.fits(message(names, np.ones((len(names), 7))))


def test_no_poses_are_a_layout_too():
    layout = PoseLayout(b'')
    assert layout.names == ()
    assert layout.fits(b'')
    assert layout.values(b'').shape == (0, 7)


@given(st.binary(max_size=120))
def test_rubbish_is_refused_or_has_no_poses(data):
    try:
        layout = PoseLayout(data)
    except WireError:
        return
    assert layout.fits(data)


@pytest.mark.parametrize('cut', range(1, 60, 7))
def test_a_truncated_message_is_refused(cut):
    with pytest.raises(WireError):
        PoseLayout(message(NAMES, np.ones((3, 7)))[:-cut])
