"""Poses of instruments are in the endoscope's view, the endoscope's own in the patient frame."""

import dataclasses

import numpy as np
import pytest

from telesurgery_arm.frames import Frames
from telesurgery_arm.kinematics import forward
from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import inverse


def test_a_pose_in_view_is_the_world_seen_from_the_endoscopes_tip(robot_description, ecm, psm):
    frames = Frames(robot_description)
    q = (0.2, -0.1, 0.08, 0.3)
    frames.see(forward(ecm, q))
    T_world_view = robot_description.T_world_rcm('ECM') @ forward(ecm, q)
    T_world_tip = robot_description.T_world_rcm('PSM2') @ forward(psm, psm.home)
    T_view_tip = frames.T_base_rcm('PSM2') @ forward(psm, psm.home)
    assert T_view_tip == pytest.approx(inverse(T_world_view) @ T_world_tip, abs=1e-12)
    assert frames.T_rcm_base('PSM2') @ frames.T_base_rcm('PSM2') == pytest.approx(np.eye(4))


def test_the_endoscopes_own_frame_does_not_move_with_it(robot_description, ecm):
    frames = Frames(robot_description)
    frames.see(forward(ecm, ecm.home))
    before = frames.T_base_rcm('ECM')
    frames.see(forward(ecm, (0.2, -0.1, 0.08, 0.3)))
    assert frames.T_base_rcm('ECM').tolist() == before.tolist()
    assert (frames.base('ECM'), frames.base('PSM1')) == ('patient', 'view')


def test_homed_instruments_are_seen_in_front_the_right_hands_one_on_the_right(
    robot_description, ecm, psm
):
    frames = Frames(robot_description)
    frames.see(forward(ecm, ecm.home))
    x_right, _, z_right = (frames.T_base_rcm('PSM1') @ forward(psm, psm.home))[:3, 3]
    x_left, _, z_left = (frames.T_base_rcm('PSM2') @ forward(psm, psm.home))[:3, 3]
    assert x_right < -0.02 < 0.02 < x_left  # X points to the left
    assert min(z_right, z_left) > 0.05  # Z points away from the user


def test_a_robot_without_an_endoscope_is_refused(robot_description):
    arms = {name: arm for name, arm in robot_description.arms.items() if name != 'ECM'}
    with pytest.raises(ParameterError, match='a list with ECM'):
        Frames(dataclasses.replace(robot_description, arms=arms))
