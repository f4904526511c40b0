"""``arms.yaml`` is read whole, and what is wrong with one is said."""

import dataclasses

import pytest
import yaml

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping


@pytest.fixture
def mapping(workspace):
    return yaml.safe_load((workspace / 'config' / 'arms.yaml').read_text())


def test_the_robot_has_three_instruments_and_an_endoscope(robot_description):
    assert list(robot_description.arms) == ['PSM1', 'PSM2', 'PSM3', 'ECM']
    assert len(robot_description.joint_names) == 3 * 7 + 4


def test_joint_names_stand_arm_by_arm_with_jaws_last(robot_description):
    assert robot_description.joint_names[6] == 'PSM1_jaw'
    assert robot_description.joint_slice('PSM2') == slice(7, 14)
    assert robot_description.joint_names[robot_description.joint_slice('ECM')] == (
        'ECM_yaw',
        'ECM_pitch',
        'ECM_insertion',
        'ECM_roll',
    )


def test_every_tool_points_at_the_patient_frame_at_zero_yaw_and_pitch(robot_description):
    for arm in robot_description.arms:
        T = robot_description.arms[arm].T_patient_rcm.T
        along = T[:3, :3] @ [0.0, 0.0, -1.0]
        distance = -T[:3, 3] @ along
        assert T[:3, 3] + distance * along == pytest.approx([0, 0, 0], abs=1e-4)


def test_home_is_within_the_limits(robot_description):
    for model in robot_description.models.values():
        assert (model.lower <= model.home).all()
        assert (model.home <= model.upper).all()


def test_an_unknown_arm_is_refused_by_name(robot_description):
    with pytest.raises(ParameterError, match=r"'PSM9'; allowed: PSM1, PSM2, PSM3, ECM"):
        robot_description.model_of('PSM9')


def test_an_unknown_model_is_refused(mapping):
    mapping['arms']['PSM1']['model'] = 'XSM'
    with pytest.raises(ParameterError, match=r"model of arm PSM1 is 'XSM'; allowed: PSM, ECM"):
        from_mapping(RobotDescription, mapping, where='arms.yaml')


def test_a_home_of_another_length_is_refused(mapping):
    mapping['models']['ECM']['home'] = [0.0]
    with pytest.raises(ParameterError, match='home has 1 values'):
        from_mapping(RobotDescription, mapping, where='arms.yaml')


def test_an_unknown_key_is_refused(mapping):
    mapping['models']['PSM']['joints'][0]['gear'] = 1.0
    with pytest.raises(ParameterError, match="unknown key 'gear'"):
        from_mapping(RobotDescription, mapping, where='arms.yaml')


def test_the_description_is_frozen(psm):
    with pytest.raises(dataclasses.FrozenInstanceError):
        psm.jaw_length = 1.0
    assert not psm.lower.flags.writeable


def test_an_arm_may_have_a_home_of_its_own(robot_description):
    deeper = robot_description.arms['PSM1'].home
    assert deeper is not None
    assert robot_description.model_of('PSM1').home == deeper
    assert robot_description.model_of('PSM3').home == robot_description.models['PSM'].home


def test_a_home_that_does_not_fit_is_refused(robot_description):
    arms = {'PSM1': dataclasses.replace(robot_description.arms['PSM1'], home=(0.0, 0.0))}
    with pytest.raises(ParameterError, match='home has 2 values'):
        dataclasses.replace(robot_description, arms=arms)
