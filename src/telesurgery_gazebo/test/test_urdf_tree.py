"""The tree of a URDF has the poses and the inertias that mechanics says."""

import numpy as np
import pytest

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.reflected_inertia import reflected_inertia
from telesurgery_gazebo.urdf_tree import UrdfTree

PENDULUM = """
<robot name="pendulum">
  <link name="world"/>
  <link name="rod">
    <inertial>
      <origin xyz="0.5 0 0" rpy="0 0 1.5707963267948966"/>
      <mass value="2.0"/>
      <inertia ixx="0.1" iyy="0.2" izz="0.3" ixy="0" ixz="0" iyz="0"/>
    </inertial>
  </link>
  <link name="bob"><inertial><mass value="3.0"/><inertia izz="0.4"/></inertial></link>
  <link name="slider"><inertial><mass value="0.5"/><inertia ixx="1e-3"/></inertial></link>
  <link name="follower"/>
  <joint name="swing" type="revolute">
    <parent link="world"/><child link="rod"/><origin xyz="0 0 1"/><axis xyz="0 0 2"/>
    <dynamics damping="0.7"/>
  </joint>
  <joint name="weld" type="fixed">
    <parent link="rod"/><child link="bob"/><origin xyz="1 0 0"/>
  </joint>
  <joint name="slide" type="prismatic">
    <parent link="bob"/><child link="slider"/><axis xyz="1 0 0"/>
  </joint>
  <joint name="mirror" type="revolute">
    <parent link="rod"/><child link="follower"/><axis xyz="0 0 1"/>
    <mimic joint="swing" multiplier="-2" offset="0.1"/>
  </joint>
</robot>
"""


@pytest.fixture
def pendulum():
    return UrdfTree.parse(PENDULUM)


def test_links_stand_where_their_joints_put_them(pendulum):
    poses = pendulum.link_poses({'swing': np.pi / 2, 'slide': 0.25})
    np.testing.assert_allclose(poses['bob'][:3, 3], [0, 1, 1], atol=1e-15)
    np.testing.assert_allclose(poses['slider'][:3, 3], [0, 1.25, 1], atol=1e-15)
    np.testing.assert_allclose(poses['bob'][:3, 0], [0, 1, 0], atol=1e-15)


def test_a_mimic_joint_follows_its_leader(pendulum):
    poses = pendulum.link_poses({'swing': 0.3})
    turned = np.arctan2(poses['follower'][1, 0], poses['follower'][0, 0])
    assert turned == pytest.approx(0.3 - 2 * 0.3 + 0.1)


def test_only_joints_that_move_have_a_position(pendulum):
    assert set(pendulum.joint_of) == {'swing', 'slide', 'mirror'}
    assert pendulum.root == 'world'
    assert [joint.damping for joint in pendulum.joints] == [0.7, 0.0, 0.0, 0.0]
    assert pendulum.links == {'world', 'rod', 'bob', 'slider', 'follower'}


def test_a_joint_moves_what_hangs_on_it(pendulum):
    """Steiner: 0.3 + 2 * 0.5^2 of the rod, 0.4 + 3 * 1^2 of the bob, 0.5 * 1.2^2 of the slider."""
    inertia = reflected_inertia(pendulum, {'slide': 0.2})
    assert inertia['swing'] == pytest.approx(0.3 + 0.5 + 0.4 + 3.0 + 0.5 * 1.44)
    assert inertia['slide'] == pytest.approx(0.5)


def test_an_inertia_is_turned_with_its_frame(pendulum):
    """The rod's inertial frame is turned by a quarter about z: x and y change places."""
    np.testing.assert_allclose(
        np.diag(pendulum.bodies['rod'].inertia), [0.2, 0.1, 0.3], atol=1e-15
    )


def test_the_robots_inertias_are_those_that_pinocchio_computes(tree, robot, tmp_path, workspace):
    pinocchio = pytest.importorskip('pinocchio', reason='Pinocchio, for comparison only')
    from telesurgery_gazebo.description import expand

    urdf = tmp_path / 'robot.urdf'
    urdf.write_text(expand(workspace / 'urdf' / 'telesurgery.urdf.xacro'))
    model = pinocchio.buildModelFromUrdf(str(urdf))
    rng = np.random.default_rng(1)
    q = rng.uniform(model.lowerPositionLimit, model.upperPositionLimit)
    mass_matrix = pinocchio.crba(model, model.createData(), q)
    positions = {
        name: float(q[joint.idx_q])
        for name, joint in zip(model.names, model.joints, strict=True)
        if joint.nq == 1
    }
    free = UrdfTree(
        tree.name,
        tuple(
            joint.__class__(
                joint.name,
                joint.kind,
                joint.parent,
                joint.child,
                joint.T_parent_joint,
                joint.axis,
                None,
            )
            for joint in tree.joints
        ),
        tree.bodies,
    )
    inertia = reflected_inertia(free, positions)
    for name in robot.joint_names:
        row = model.joints[model.getJointId(name)].idx_v
        assert inertia[name] == pytest.approx(mass_matrix[row, row], rel=1e-9)


@pytest.mark.parametrize(
    'document',
    [
        '',
        'no xml',
        '<robot/>',
        '<robot name="a"><joint name="j" type="fixed"/></robot>',
        '<robot name="a"><link name="b"><inertial><mass value="heavy"/></inertial></link></robot>',
    ],
)
def test_what_is_no_urdf_is_refused(document):
    with pytest.raises(SimulatorError, match='no URDF'):
        UrdfTree.parse(document)
