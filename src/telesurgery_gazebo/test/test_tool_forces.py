"""What touches a tool becomes a wrench about its tip, arm by arm."""

import numpy as np
import pytest

from telesurgery_core.transforms import inverse
from telesurgery_gazebo.classic.forces import ForceStates, static_rotations
from telesurgery_gazebo.classic.forces import touches_of as classic_touches
from telesurgery_gazebo.classic.messages import Contacts
from telesurgery_gazebo.gz import messages
from telesurgery_gazebo.gz.forces import touches_of as gz_touches
from telesurgery_gazebo.simulator import Wrench
from telesurgery_gazebo.tool_forces import (
    CONTACT,
    FORCE_TORQUE,
    ToolForceReader,
    Touch,
    sensors_of,
)

EXACT = 1e-12
BENT = {'PSM1_yaw': 0.3, 'PSM1_pitch': -0.2, 'PSM1_insertion': 0.15, 'PSM1_wrist_yaw': 0.4}


@pytest.fixture
def reader(tree):
    return ToolForceReader(tree)


def felt(forces, arm):
    return next(item for item in forces if item.arm == arm)


def test_every_tool_has_its_sensors(tree):
    contacts = {sensor.on for sensor in sensors_of(tree, CONTACT)}
    links = ('roll_link', 'wrist_pitch_link', 'jaw_link', 'jaw_mimic_link')
    instruments = ('PSM1', 'PSM2', 'PSM3')
    assert contacts == {f'{arm}_{link}' for arm in instruments for link in links} | {
        'ECM_roll_link'
    }
    wrists = {sensor.on for sensor in sensors_of(tree, FORCE_TORQUE)}
    assert wrists == {f'{arm}_wrist_pitch' for arm in instruments}


def test_one_link_stands_where_it_stands_among_all(tree):
    poses = tree.link_poses(BENT)
    for link in ('PSM1_tip', 'PSM1_jaw_mimic_link', 'ECM_roll_link', 'world'):
        np.testing.assert_allclose(tree.pose_of(link, BENT), poses[link], atol=EXACT)


def test_nothing_touched_is_zero_for_every_arm(reader):
    forces = reader.read({}, {}, {})
    assert [item.arm for item in forces] == ['ECM', 'PSM1', 'PSM2', 'PSM3']
    for item in forces:
        assert not item.contact.force.any()
        assert not item.contact.torque.any()
    assert felt(forces, 'ECM').wrist is None
    assert not felt(forces, 'PSM2').wrist.force.any()


def test_a_force_at_the_tip_has_no_moment_and_beside_it_has_its_lever_s(reader, tree):
    T_world_tip = tree.pose_of('PSM1_tip', BENT)
    for offset, torque in (([0, 0, 0], [0, 0, 0]), ([0.01, 0, 0], [0, -0.02, 0])):
        p_world = (T_world_tip @ np.r_[offset, 1.0])[:3]
        upwards = Touch(p_world, T_world_tip[:3, :3] @ [0.0, 0.0, 2.0])
        contact = felt(reader.read({'PSM1_jaw_link': [upwards]}, {}, BENT), 'PSM1').contact
        np.testing.assert_allclose(contact.force, [0.0, 0.0, 2.0], atol=EXACT)
        np.testing.assert_allclose(contact.torque, torque, atol=EXACT)


def test_all_that_touches_an_arm_adds_up_and_the_others_feel_nothing(reader, tree):
    R_tip_world = inverse(tree.pose_of('PSM2_tip', {}))[:3, :3]
    pushes = {
        'PSM2_jaw_link': [Touch(np.zeros(3), np.array([1.0, 0.0, 0.0]))] * 2,
        'PSM2_roll_link': [Touch(np.zeros(3), np.array([0.0, 3.0, 0.0]))],
    }
    forces = reader.read(pushes, {}, {})
    force = felt(forces, 'PSM2').contact.force
    np.testing.assert_allclose(force, R_tip_world @ [2.0, 3.0, 0.0], atol=EXACT)
    assert not felt(forces, 'PSM1').contact.force.any()


def test_a_wrist_keeps_what_it_measured_until_it_measures_again(reader):
    measured = [Wrench(np.full(3, value), np.zeros(3)) for value in (1.0, 3.0)]
    for heard in ({'PSM3_wrist_pitch': measured}, {}):
        wrist = felt(reader.read({}, heard, {}), 'PSM3').wrist
        np.testing.assert_allclose(wrist.force, 2.0)


def vector(target, values):
    target.x, target.y, target.z = values


def gz_contact(normal, force):
    """A contact at the origin as gz-sim tells it."""
    message = messages.Contacts()
    contact = message.contact.add()
    vector(contact.position.add(), (0.0, 0.0, 0.0))
    vector(contact.normal.add(), normal)
    vector(contact.wrench.add().body_1_wrench.force, force)
    return message.SerializeToString()


@pytest.mark.parametrize('sign', [1.0, -1.0])
def test_gz_sim_s_force_pushes_the_link_away_from_the_contact(sign):
    """Whichever of the two bodies it was told of."""
    message = gz_contact((0.0, 0.0, sign), (sign * 0.5, 0.0, sign * 2.0))
    (touch,) = gz_touches(message, np.array([0.0, 0.0, 0.01]), 0.5)
    np.testing.assert_allclose(touch.force, [0.25, 0.0, 1.0])


def classic_contact(first, second, upon_first, upon_second):
    """A contact at the origin as Gazebo 11 tells it."""
    message = Contacts()
    contact = message.contact.add(collision1=first, collision2=second)
    vector(contact.position.add(), (0.0, 0.0, 0.0))
    wrench = contact.wrench.add()
    vector(wrench.body_1_wrench.force, upon_first)
    vector(wrench.body_2_wrench.force, upon_second)
    return message


OURS, BOARD, RING = 'robot::jaw::c', 'board::link::plate', 'ring::link::segment'
NONE = (0.0, 0.0, 0.0)
TURNED = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


@pytest.mark.parametrize(
    ('contact', 'force'),
    [
        # Our own wrench is in the axes of our link, here turned by a right angle about z.
        (classic_contact(OURS, BOARD, (2.0, 0.0, 0.0), NONE), (0.0, 2.0, 0.0)),
        (classic_contact(OURS, RING, (2.0, 0.0, 0.0), (9.0, 0.0, 0.0)), (0.0, 2.0, 0.0)),
        (classic_contact(RING, OURS, (9.0, 0.0, 0.0), (2.0, 0.0, 0.0)), (0.0, 2.0, 0.0)),
        # A static body has none, and ours stands in its place, in its axes.
        (classic_contact(BOARD, OURS, (2.0, 0.0, 0.0), NONE), (2.0, 0.0, 0.0)),
    ],
)
def test_gazebo_11_s_force_is_that_upon_the_link(contact, force):
    (touch,) = classic_touches(contact, 'robot::jaw::', TURNED, {'board': np.eye(3)})
    np.testing.assert_allclose(touch.force, force)


def test_what_a_real_gazebo_11_told_is_one_force_upon_the_tool(recorded, robot, tree, tmp_path):
    """Recorded from Gazebo 11.1 with PSM1 pressed onto the board by a spring of 32040 N/m."""
    world = tmp_path / 'world.sdf'
    world.write_text(
        '<sdf version="1.7"><world name="w"><model name="training_board"><static>1</static>'
        '</model></world></sdf>'
    )
    forces = ForceStates(tree, world)
    before = Contacts()
    before.time.sec, before.time.nsec = 2, 466_000_000  # a period of 20 steps earlier
    forces.hear_contacts('PSM1_jaw_mimic_link', before.SerializeToString())
    forces.hear_contacts('PSM1_jaw_mimic_link', (recorded / 'contacts.bin').read_bytes())
    forces.hear_wrist('PSM1_wrist_pitch', (recorded / 'wrench_stamped.bin').read_bytes())
    pressed = dict(zip(robot.joint_names, PRESSED, strict=False))
    found = felt(forces.take(pressed), 'PSM1')
    spring = 32040.0 * (0.2335 - pressed['PSM1_insertion'])
    assert found.contact.force[2] == pytest.approx(-spring, rel=0.25)  # z leads along the tool
    assert (tree.pose_of('PSM1_tip', pressed)[:3, :3] @ found.contact.force)[2] > 0.0
    assert found.wrist.force[0] < 0.0  # the wrist's x leads along the tool; of one step alone


PRESSED = (1.7e-5, -2e-7, 0.233419, -1.10e-3, 5.68e-3, 2.084e-2, -4.8e-4)
"""Positions of PSM1's joints then [rad, m]."""


def test_static_models_stand_as_the_world_s_file_says(tmp_path):
    world = tmp_path / 'world.sdf'
    world.write_text(
        '<sdf version="1.7"><world name="w">'
        '<model name="board"><static>1</static><pose>1 2 3 0 0 1.5707963267948966</pose></model>'
        '<model name="floor"><static>true</static></model>'
        '<model name="ring"><pose>0 0 0 0 0 1</pose></model>'
        '</world></sdf>'
    )
    static = static_rotations(world)
    assert sorted(static) == ['board', 'floor']
    np.testing.assert_allclose(static['board'], TURNED, atol=EXACT)
    np.testing.assert_allclose(static['floor'], np.eye(3), atol=EXACT)
