"""The files in config/ are what their parameter sets allow."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
import yaml

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping, load_yaml
from telesurgery_gazebo.description import expand
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.scene import write_model, write_scene
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.write_scene import main as write_scene_command


@pytest.fixture(scope='module')
def files(workspace):
    return SceneFiles.of(SimulatorParameters(), workspace)


@pytest.fixture(scope='module')
def scene(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp('scene')
    model = write_model(folder, files.robot, files.arms)
    return write_scene(folder, model, files.world, files.arms, 'classic')


def test_the_nodes_parameters_are_allowed(workspace):
    file = workspace / 'config' / 'simulator.yaml'
    mapping = yaml.safe_load(file.read_text())['/**']['ros__parameters']
    parameters = from_mapping(SimulatorParameters, mapping, where=file.name)
    assert parameters == SimulatorParameters()


def test_the_files_of_the_scene_are_there(files):
    for file in (files.robot, files.world, files.arms, files.gazebo):
        assert file.is_file()


def test_a_named_file_comes_before_the_installed_one(workspace, tmp_path):
    named = SceneFiles.of(SimulatorParameters(arms_file='/other/arms.yaml'), workspace)
    assert str(named.arms) == '/other/arms.yaml'
    assert named.world == workspace / 'worlds' / 'operating_room.sdf.xacro'


def test_every_response_is_that_of_a_joint_of_the_robot(files, tree):
    control = load_yaml(GazeboSettings, files.gazebo).control
    kinds = {joint.partition('_')[2] for joint in tree.joint_of}
    assert set(control.joints) <= kinds


def test_every_camera_is_in_the_scene(files, scene):
    """``model/link/sensor``: each part is an element of the world or of the URDF."""
    documents = scene.world.read_text() + expand(files.robot, arms_file=str(files.arms))
    cameras = load_yaml(GazeboSettings, files.gazebo).cameras
    assert set(cameras) == {'endoscope', 'room_camera'}
    for camera in cameras.values():
        model, link, sensor = camera.sensor.split('/')
        assert f'sensor name="{sensor}"' in documents or f'name="{sensor}" type="camera"' in (
            documents
        )
        assert model == scene.robot.name or f'model name="{model}"' in documents
        assert link in scene.robot.links or f'link name="{link}"' in documents


def test_a_camera_publishes_on_the_topic_of_its_world(files):
    camera = load_yaml(GazeboSettings, files.gazebo).cameras['room_camera']
    assert camera.classic_topic('w') == '/w/room_camera/link/room_camera/image'
    assert camera.gz_topic('w') == (
        '/world/w/model/room_camera/link/link/sensor/room_camera/image'
    )


def test_the_scene_steps_a_thousand_times_a_second(scene):
    text = scene.world.read_text()
    assert re.search(r'<max_step_size>\s*0\.001\s*<', text)
    assert re.search(r'<real_time_update_rate>\s*1000\s*<', text)


def test_the_scene_names_the_written_robot(scene):
    model = scene.world.parent / scene.robot.name
    assert str(model) in scene.world.read_text()
    assert (model / 'model.config').is_file()
    assert (model / f'{scene.robot.name}.urdf').is_file()


def test_an_unknown_key_is_refused(tmp_path):
    file = tmp_path / 'gazebo.yaml'
    file.write_text('control: {default: {natural_frequency: 100.0}, joints: {}}\ncamera: {}\n')
    with pytest.raises(ParameterError, match="unknown key 'camera'; allowed: control, cameras"):
        load_yaml(GazeboSettings, file)


def test_an_unstable_frequency_is_out_of_bounds(tmp_path):
    file = tmp_path / 'gazebo.yaml'
    file.write_text('control: {default: {natural_frequency: 5000.0}, joints: {}}\ncameras: {}\n')
    with pytest.raises(ParameterError, match=r'natural_frequency is 5000\.0; allowed: 1 \.\. 500'):
        load_yaml(GazeboSettings, file)


def test_a_missing_description_is_named(tmp_path, files):
    with pytest.raises(SimulatorError, match=r"'.*nothing\.xacro' cannot be expanded"):
        write_model(tmp_path, tmp_path / 'nothing.xacro', files.arms)


def test_a_broken_description_is_named(tmp_path, files):
    broken = tmp_path / 'broken.xacro'
    broken.write_text('<robot name="a"><link></robot>')
    with pytest.raises(SimulatorError, match=r"'.*broken\.xacro' cannot be expanded"):
        write_model(tmp_path, broken, files.arms)


def test_a_robot_without_a_model_config_is_refused(tmp_path, files):
    lonely = tmp_path / 'lonely.xacro'
    lonely.write_text(
        '<robot name="a"><link name="b"/><link name="c"/>'
        '<joint name="j" type="fixed"><parent link="b"/><child link="c"/></joint></robot>'
    )
    with pytest.raises(SimulatorError, match=r'model\.config'):
        write_model(tmp_path, lonely, files.arms)


def test_a_world_without_a_name_is_refused(tmp_path, files):
    world = tmp_path / 'world.sdf.xacro'
    world.write_text('<sdf version="1.7"><world/></sdf>')
    model = write_model(tmp_path, files.robot, files.arms)
    with pytest.raises(SimulatorError, match='no named world'):
        write_scene(tmp_path, model, world, files.arms, 'classic')


def test_the_scene_of_gz_sim_can_be_written_to_load_it_by_hand(workspace, tmp_path, capsys):
    folder = tmp_path / 'scene'
    assert write_scene_command([str(folder), '--share', str(workspace)]) == 0
    world = folder / 'world.sdf'
    assert capsys.readouterr().out.strip() == str(world)
    text = world.read_text()
    assert 'gz::sim::systems::JointTrajectoryController' in text
    assert text.count('<position_p_gain>') == 28  # with the three fingers that mimic others
    assert write_scene_command([str(folder), '--share', str(workspace)]) == 2
    assert 'error' in capsys.readouterr().err


def test_the_controllers_of_ros2_control_have_the_joints_in_our_order(workspace, robot):
    file = workspace / 'config' / 'ros2_control' / 'controllers.yaml'
    controllers = yaml.safe_load(file.read_text())
    forward = controllers['forward_position_controller']['ros__parameters']
    assert tuple(forward['joints']) == robot.joint_names
    assert forward['interface_name'] == 'position'


def test_the_bridge_carries_the_pictures_of_our_cameras(workspace, files, scene):
    bridge = yaml.safe_load((workspace / 'config' / 'ros2_control' / 'bridge.yaml').read_text())
    topics = {entry['ros_topic_name']: entry['gz_topic_name'] for entry in bridge}
    assert topics.pop('/clock') == '/clock'
    cameras = load_yaml(GazeboSettings, files.gazebo).cameras
    assert topics == {
        f'/{name}/image_raw': camera.gz_topic(scene.world_name) for name, camera in cameras.items()
    }


def test_the_scene_of_gz_ros2_control_has_its_joints_and_no_other_controller(
    workspace, tmp_path, robot
):
    folder = tmp_path / 'scene'
    assert write_scene_command([str(folder), '--share', str(workspace), '--ros2-control']) == 0
    assert 'JointTrajectoryController' not in (folder / 'world.sdf').read_text()
    urdf = ElementTree.parse(folder / 'telesurgery' / 'telesurgery.urdf')
    joints = urdf.findall('ros2_control/joint')
    assert tuple(joint.get('name') for joint in joints) == robot.joint_names
    plugin = urdf.find('gazebo/plugin[@filename="gz_ros2_control-system"]')
    controllers = workspace / 'config' / 'ros2_control' / 'controllers.yaml'
    assert plugin.findtext('parameters') == str(controllers)
    # It lags by one period; with the default gain of 0.1 it would by ten.
    assert float(plugin.findtext('position_proportional_gain')) == 1.0
