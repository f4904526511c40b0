"""The robot description has the arms of config/arms.yaml, and bodies that can be built."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import xacro
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.description import ArmModel, JointType, RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, inverse, pose, rotation_about, rotation_from_rpy

ROOT = Path(__file__).resolve().parent.parent
ROBOT_FILE = ROOT / 'urdf' / 'telesurgery.urdf.xacro'
ARMS_FILE = ROOT / 'config' / 'arms.yaml'
ROBOT = RobotDescription.load(ARMS_FILE)
TEXT: str = xacro.process_file(str(ROBOT_FILE)).toxml()
URDF = ElementTree.fromstring(TEXT)
ARMS = tuple(ROBOT.arms)
INSTRUMENTS = tuple(arm for arm in ARMS if ROBOT.model_of(arm).jaw is not None)

# Poses of the tip in the remote centre's frame, worked out from published kinematics.
GOLDEN = [
    ('PSM1', (0, 0, 0.12, 0, 0, 0), [[0, 1, 0], [1, 0, 0], [0, 0, -1]], (0, 0, -0.1135)),
    (
        'PSM1', (0.3, -0.2, 0.15, 0.5, 0.4, -0.3),
        [[0.487188, 0.859887, -0.152451], [0.869560, -0.493787, -0.006306],
         [-0.080700, -0.129493, -0.988291]],
        (0.039913, 0.025318, -0.134778),
    ),
    ('ECM', (0, 0, 0.1, 0), [[1, 0, 0], [0, -1, 0], [0, 0, -1]], (0, 0, -0.1007)),
    (
        'ECM', (0.3, 0.2, 0.15, 0.5),
        [[0.810239, -0.509536, 0.289629], [-0.469869, -0.860089, -0.198669],
         [0.350336, 0.024882, -0.936293]],
        (0.043647, -0.029939, -0.141099),
    ),
]  # fmt: skip
GOLDEN_DIGITS = 6e-7  # they are written with six decimals
EXACT = 1e-9


# --- a URDF and a Denavit-Hartenberg chain, each read in the most direct way -----------------


def link_poses(
    positions: Mapping[str, float], urdf: ElementTree.Element = URDF
) -> dict[str, Array]:
    """Return ``T_world_link`` of every link at the given joint positions, others at zero."""
    poses = {'world': np.eye(4)}
    waiting = list(urdf.findall('joint'))
    while waiting:
        joint = next(j for j in waiting if j.find('parent').get('link') in poses)
        waiting.remove(joint)
        axis = numbers(joint.find('axis'), 'xyz')
        value = positions.get(joint.get('name'), 0.0)
        motion = np.eye(4)
        if joint.get('type') == 'prismatic':
            motion = pose(np.eye(3), value * axis)
        elif joint.get('type') == 'revolute':
            assert axis.tolist() == [0.0, 0.0, 1.0]
            motion = pose(rotation_about('z', value), np.zeros(3))
        T = poses[joint.find('parent').get('link')] @ origin(joint) @ motion
        poses[joint.find('child').get('link')] = T
    return poses


def origin(element: ElementTree.Element) -> Array:
    where = element.find('origin')
    return pose(rotation_from_rpy(numbers(where, 'rpy')), numbers(where, 'xyz'))


def numbers(element: ElementTree.Element | None, key: str) -> Array:
    text = '0 0 0' if element is None else element.get(key, '0 0 0')
    return np.array([float(word) for word in text.split()])


def dh_frames(model: ArmModel, q: Array) -> list[Array]:
    """Return ``T_rcm_link`` of every joint, product of the four elementary motions each."""
    frames, T = [], np.eye(4)
    for joint, value in zip(model.joints, q, strict=True):
        moved = value + joint.offset
        theta, d = (moved, joint.d) if joint.type is JointType.REVOLUTE else (0.0, joint.d + moved)
        T = (
            T
            @ pose(rotation_about('x', joint.alpha), (0, 0, 0))
            @ pose(np.eye(3), (joint.a, 0, 0))
        )
        T = T @ pose(rotation_about('z', theta), (0, 0, 0)) @ pose(np.eye(3), (0, 0, d))
        frames.append(T)
    return frames


def at(arm: str, q: Array) -> dict[str, float]:
    names = [f'{arm}_{joint.name}' for joint in ROBOT.model_of(arm).joints]
    return dict(zip(names, map(float, q), strict=True))


def positions_of(arm: str) -> st.SearchStrategy[Array]:
    model = ROBOT.model_of(arm)
    return st.tuples(*(st.floats(joint.lower, joint.upper) for joint in model.joints)).map(
        np.array
    )


def every_link() -> list[ElementTree.Element]:
    return [link for link in URDF.findall('link') if link.find('inertial') is not None]


def name_of(element: ElementTree.Element) -> str:
    return str(element.get('name'))


# --- kinematics -------------------------------------------------------------------------------


@pytest.mark.parametrize(('arm', 'q', 'R', 'p'), GOLDEN)
def test_tip_is_at_the_golden_poses(
    arm: str, q: tuple[float, ...], R: list[list[float]], p: tuple[float, ...]
) -> None:
    poses = link_poses(at(arm, np.array(q)))
    T_rcm_tip = inverse(poses[f'{arm}_rcm']) @ poses[f'{arm}_tip']
    assert np.abs(T_rcm_tip - pose(R, p)).max() < GOLDEN_DIGITS


@pytest.mark.parametrize('arm', ARMS)
@given(data=st.data())
def test_every_link_frame_is_its_joints_denavit_hartenberg_frame(
    arm: str, data: st.DataObject
) -> None:
    model, q = ROBOT.model_of(arm), data.draw(positions_of(arm))
    poses = link_poses(at(arm, q))
    frames = dh_frames(model, q)
    T_world_rcm = ROBOT.T_world_rcm(arm)
    for joint, T_rcm_link in zip(model.joints, frames, strict=True):
        expected = T_world_rcm @ T_rcm_link
        assert np.abs(poses[f'{arm}_{joint.name}_link'] - expected).max() < EXACT
    expected = T_world_rcm @ frames[-1] @ model.T_last_tip
    assert np.abs(poses[f'{arm}_tip'] - expected).max() < EXACT


@pytest.mark.parametrize('arm', ARMS)
@given(data=st.data())
def test_shaft_passes_through_the_remote_centre_wherever_the_joints_are(
    arm: str, data: st.DataObject
) -> None:
    poses = link_poses(at(arm, data.draw(positions_of(arm))))
    T_shaft_rcm = inverse(poses[f'{arm}_roll_link']) @ ROBOT.T_world_rcm(arm)
    assert np.hypot(*T_shaft_rcm[:2, 3]) < EXACT  # the shaft is z of its link


@pytest.mark.parametrize('arm', INSTRUMENTS)
def test_fingers_open_by_the_jaws_angle_about_the_wrist_yaw_axis(arm: str) -> None:
    opening = 0.8
    poses = link_poses({f'{arm}_jaw': opening / 2, f'{arm}_jaw_mimic': -opening / 2})
    fingers = [poses[f'{arm}_{name}_link'][:3, 1] for name in ('jaw', 'jaw_mimic')]
    assert np.arccos(fingers[0] @ fingers[1]) == pytest.approx(opening, abs=EXACT)
    middle = (fingers[0] + fingers[1]) / np.linalg.norm(fingers[0] + fingers[1])
    assert middle == pytest.approx(poses[f'{arm}_tip'][:3, 2], abs=EXACT)  # tip's Z: away
    assert poses[f'{arm}_jaw_link'][:3, 3] == pytest.approx(poses[f'{arm}_tip'][:3, 3], abs=EXACT)


def test_endoscope_looks_along_the_view_frame_with_its_up_upwards() -> None:
    poses = link_poses(at('ECM', np.array(ROBOT.model_of('ECM').home)))
    view, camera = poses['ECM_tip'], poses['ECM_camera_link']
    assert camera[:3, 0] == pytest.approx(view[:3, 2], abs=EXACT)
    assert camera[:3, 2] == pytest.approx(view[:3, 1], abs=EXACT)
    p_view_patient = inverse(view) @ ROBOT.T_world_patient.T[:, 3]
    assert p_view_patient[:2] == pytest.approx((0.0, 0.0), abs=2e-5)  # arms.yaml has 0.1414
    assert p_view_patient[2] > 0.1


# --- limits and joints ------------------------------------------------------------------------


def test_joints_are_those_of_the_description_and_the_second_fingers() -> None:
    movable = {name_of(joint) for joint in URDF.findall('joint') if joint.get('type') != 'fixed'}
    assert movable == {*ROBOT.joint_names, *(f'{arm}_jaw_mimic' for arm in INSTRUMENTS)}


@pytest.mark.parametrize('arm', ARMS)
def test_limits_are_those_of_the_description(arm: str) -> None:
    joints = {name_of(joint): joint for joint in URDF.findall('joint')}
    for joint in ROBOT.model_of(arm).joints:
        assert joints[f'{arm}_{joint.name}'].get('type') == joint.type.value
        limit = joints[f'{arm}_{joint.name}'].find('limit').attrib
        for key in ('lower', 'upper', 'velocity', 'effort'):
            assert float(limit[key]) == getattr(joint, key), (joint.name, key)


@pytest.mark.parametrize('arm', INSTRUMENTS)
def test_each_finger_may_turn_by_half_of_the_jaw(arm: str) -> None:
    jaw = ROBOT.model_of(arm).jaw
    joints = {name_of(joint): joint for joint in URDF.findall('joint')}
    finger, other = joints[f'{arm}_jaw'], joints[f'{arm}_jaw_mimic']
    limits = [
        [float(joint.find('limit').get(key)) for key in ('lower', 'upper')]
        for joint in (finger, other)
    ]
    assert limits == [[jaw.lower / 2, jaw.upper / 2], [-jaw.upper / 2, -jaw.lower / 2]]
    assert float(finger.find('limit').get('velocity')) == jaw.velocity / 2
    mimic = other.find('mimic').attrib
    assert (mimic['joint'], float(mimic['multiplier'])) == (f'{arm}_jaw', -1.0)


# --- bodies -----------------------------------------------------------------------------------


@pytest.mark.parametrize('link', every_link(), ids=name_of)
def test_inertia_is_that_of_a_body(link: ElementTree.Element) -> None:
    inertial = link.find('inertial')
    assert float(inertial.find('mass').get('value')) > 0.0
    i = {key: float(value) for key, value in inertial.find('inertia').attrib.items()}
    tensor = np.array(
        [
            [i['ixx'], i['ixy'], i['ixz']],
            [i['ixy'], i['iyy'], i['iyz']],
            [i['ixz'], i['iyz'], i['izz']],
        ]
    )
    small, middle, large = np.linalg.eigvalsh(tensor)
    assert small > 0.0
    assert small + middle >= large * (1 - EXACT)  # no mass distribution breaks this


def test_every_link_that_moves_has_mass_shape_and_no_weight() -> None:
    moving = {
        joint.find('child').get('link')
        for joint in URDF.findall('joint')
        if joint.get('type') != 'fixed'
    }
    assert moving <= {name_of(link) for link in every_link()}
    assert all(link.find('visual') is not None for link in every_link() if name_of(link) in moving)
    blocks: Counter[str] = Counter()
    joints = {joint.get('name') for joint in URDF.findall('joint')}
    for block in URDF.findall('gazebo'):
        if block.get('reference') in joints:
            continue
        assert block.findtext('turnGravityOff') == 'true', block.get('reference')
        blocks[str(block.get('reference'))] += 1
    # The converter of Gazebo lets a block or a joined link without the setting win.
    assert set(blocks) == {name_of(link) for link in URDF.findall('link')} - {'world'}


def test_links_form_one_tree_below_the_world() -> None:
    links = [name_of(link) for link in URDF.findall('link')]
    children = [joint.find('child').get('link') for joint in URDF.findall('joint')]
    assert len(set(links)) == len(links)
    assert Counter(children) == Counter(set(links) - {'world'})
    assert set(link_poses({})) == set(links)


def test_nothing_is_left_unresolved() -> None:
    body = TEXT[TEXT.index('<robot') :]
    for trace in ('$(', '${', 'xacro', 'nan', 'inf', 'None'):
        assert trace not in body
    for mesh in URDF.iter('mesh'):
        uri = str(mesh.get('filename'))
        assert uri.startswith('file:///')
        assert Path(uri.removeprefix('file://')).is_file(), uri


# --- arguments --------------------------------------------------------------------------------


def test_another_arms_file_moves_the_robot(tmp_path: Path) -> None:
    other = tmp_path / 'arms.yaml'
    text = ARMS_FILE.read_text()
    assert 'xyz: [0.0, 0.0, 1.0]' in text
    other.write_text(text.replace('xyz: [0.0, 0.0, 1.0]', 'xyz: [0.0, 0.0, 1.1]'))
    document = xacro.process_file(str(ROBOT_FILE), mappings={'arms_file': str(other)})
    T_world_rcm = link_poses({}, ElementTree.fromstring(document.toxml()))['PSM3_rcm']
    assert RobotDescription.load(other).T_world_rcm('PSM3') == pytest.approx(
        T_world_rcm, abs=EXACT
    )
    assert T_world_rcm[2, 3] == pytest.approx(ROBOT.T_world_rcm('PSM3')[2, 3] + 0.1)


@pytest.mark.parametrize('scope', ['up', 'straight', 'down'])
def test_an_angled_scope_turns_the_camera_as_it_turns_the_view(scope: str, tmp_path: Path) -> None:
    other = tmp_path / 'arms.yaml'
    other.write_text(ARMS_FILE.read_text().replace('scope: straight', f'scope: {scope}'))
    robot = RobotDescription.load(other)
    document = xacro.process_file(str(ROBOT_FILE), mappings={'arms_file': str(other)})
    q = np.array([0.3, 0.2, 0.15, 0.5])
    view = link_poses(at('ECM', q), ElementTree.fromstring(document.toxml()))['ECM_tip']

    assert view == pytest.approx(
        robot.T_world_rcm('ECM') @ forward(robot.model_of('ECM'), q), abs=EXACT
    )


def test_an_arm_that_the_cart_does_not_carry_is_refused(tmp_path: Path) -> None:
    other = tmp_path / 'arms.yaml'
    other.write_text(ARMS_FILE.read_text().replace('  PSM3:', '  PSM4:'))
    with pytest.raises(Exception, match='arm PSM4 of model PSM is not known here; allowed'):
        xacro.process_file(str(ROBOT_FILE), mappings={'arms_file': str(other)})


def test_a_relative_path_is_refused_for_the_meshes_would_not_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(Exception, match=r'meshes is .* allowed: a URI with an absolute path'):
        xacro.process_file('urdf/telesurgery.urdf.xacro')
