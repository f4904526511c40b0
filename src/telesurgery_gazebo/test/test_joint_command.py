"""Joint targets reach Gazebo as the messages that its joint controllers take."""

import numpy as np
import pytest

from telesurgery_core.parameters import load_yaml
from telesurgery_gazebo.classic.joint_command import TargetMessages, gains_message
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.joint_control import ControlledJoints, Gains, gains_of
from telesurgery_gazebo.settings import Control, GazeboSettings, Response
from telesurgery_gazebo.transport.messages import JointCmd

JOINTS = ('model::a', 'model::longer_name', 'model::c')


def decoded(messages):
    commands = [JointCmd.FromString(bytes(message)) for message in messages]
    return {
        command.name: (
            command.position.target_optional.data,
            command.velocity.target_optional.data,
        )
        for command in commands
    }


def test_gains_are_set_and_the_integral_is_not_used():
    command = JointCmd.FromString(gains_message('model::a', Gains(20.0, 3.0)))
    assert command.name == 'model::a'
    assert command.position.p_gain_optional.data == 20.0
    assert command.velocity.p_gain_optional.data == 3.0
    for controller in (command.position, command.velocity):
        assert controller.HasField('i_gain_optional')
        assert controller.i_gain_optional.data == 0.0
        assert controller.d_gain_optional.data == 0.0


def test_all_targets_are_sent_at_first():
    messages = TargetMessages(JOINTS).changed(
        np.array([0.1, -0.2, 3e-7]), np.array([1.0, 0.0, -2.0]), everything=False
    )
    assert decoded(messages) == {
        'model::a': (0.1, 1.0),
        'model::longer_name': (-0.2, 0.0),
        'model::c': (3e-7, -2.0),
    }


def test_only_what_changed_is_sent_again():
    messages = TargetMessages(JOINTS)
    messages.changed(np.zeros(3), np.zeros(3), everything=False)
    assert messages.changed(np.zeros(3), np.zeros(3), everything=False) == []
    changed = messages.changed(np.array([0, 0.5, 0]), np.array([0, 0, 0.25]), everything=False)
    assert decoded(changed) == {'model::longer_name': (0.5, 0.0), 'model::c': (0.0, 0.25)}
    assert len(messages.changed(np.zeros(3), np.zeros(3), everything=True)) == 3


def test_a_mimic_joint_is_commanded_with_its_leader(tree, robot):
    joints = ControlledJoints(tree, robot.joint_names)
    assert joints.names[:25] == robot.joint_names
    assert set(joints.names[25:]) == {f'PSM{n}_jaw_mimic' for n in (1, 2, 3)}
    position = np.arange(25.0)
    everything = dict(zip(joints.names, joints.positions(position), strict=True))
    speeds = dict(zip(joints.names, joints.velocities(position), strict=True))
    assert everything['PSM2_jaw_mimic'] == -everything['PSM2_jaw'] == -13.0
    assert speeds['PSM2_jaw_mimic'] == -13.0


def test_a_joint_that_the_robot_has_not_is_named(tree):
    with pytest.raises(SimulatorError, match='PSM9_yaw'):
        ControlledJoints(tree, ('PSM9_yaw',))


def test_gains_make_the_response_that_is_asked_for(tree):
    """With k = w^2 I and d = 2 z w I, the poles of I s^2 + d s + k are at -w for z = 1."""
    control = Control(default=Response(150.0, 1.0), joints={'wrist_yaw': Response(100.0, 0.5)})
    yaw, wrist = gains_of(tree, ('PSM1_yaw', 'PSM1_wrist_yaw'), control, {})
    assert yaw.feed_forward == 1.0 + tree.joint_of['PSM1_yaw'].damping / yaw.damping
    inertia = yaw.stiffness / 150.0**2
    np.testing.assert_allclose(np.roots([inertia, yaw.damping, yaw.stiffness]), -150.0, rtol=1e-6)
    assert wrist.damping / wrist.stiffness == pytest.approx(2 * 0.5 / 100.0)


def test_every_joint_has_a_stable_gain_for_steps_of_a_millisecond(tree, robot, workspace):
    """The share of its speed that a damper takes in one step must stay below 2, for the joint
    alone and for the lightest combined motion (the wrist with its fingers: 3.5 times lighter)."""
    control = load_yaml(GazeboSettings, workspace / 'config' / 'gazebo.yaml').control
    names = ControlledJoints(tree, robot.joint_names).names
    for name in names:
        response = control.of(name)
        share = 2 * response.damping_ratio * response.natural_frequency * 0.001
        assert share * (3.5 if name.endswith(('wrist_yaw', 'jaw', 'jaw_mimic')) else 1.0) < 1.0


def test_a_joint_without_mass_is_named(tree):
    weightless = tree.__class__(tree.name, tree.joints, {})
    control = Control(default=Response(150.0), joints={})
    with pytest.raises(SimulatorError, match='PSM1_yaw moves an inertia of 0'):
        gains_of(weightless, ('PSM1_yaw',), control, {})
