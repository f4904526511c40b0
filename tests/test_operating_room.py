"""The operating room is one source for both Gazebos, and its patient has the robot's ports."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
import xacro

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, pose, rotation_from_rpy

ROOT = Path(__file__).resolve().parent.parent
WORLD_FILE = ROOT / 'worlds' / 'operating_room.sdf.xacro'
ROBOT = RobotDescription.load(ROOT / 'config' / 'arms.yaml')


def expand(**arguments: str) -> ElementTree.Element:
    text = xacro.process_file(str(WORLD_FILE), mappings=arguments).toxml()
    for trace in ('$(', '${', 'xacro:'):
        assert trace not in text[text.index('<sdf') :]
    return ElementTree.fromstring(text).find('world')


def pose_of(element: ElementTree.Element) -> Array:
    x, y, z, *rpy = (float(word) for word in element.findtext('pose').split())
    return pose(rotation_from_rpy(rpy), (x, y, z))


def model(world: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(model for model in world.findall('model') if model.get('name') == name)


@pytest.mark.parametrize('arm', ROBOT.arms)
def test_abdomen_has_a_port_where_each_arms_remote_centre_is(arm: str) -> None:
    patient = model(expand(), 'patient')
    port = next(v for v in patient.iter('visual') if v.get('name') == f'port_{arm}')
    T_world_port = pose_of(patient) @ pose_of(port)
    assert T_world_port == pytest.approx(ROBOT.T_world_rcm(arm), abs=1e-9)


def test_robot_is_included_from_the_folder_given() -> None:
    include = expand(robot='/somewhere/telesurgery').find('include')
    assert include.findtext('uri') == 'file:///somewhere/telesurgery'
    assert include.findtext('name') == 'telesurgery'
    assert expand().find('include') is None


def test_both_generations_show_the_same_room() -> None:
    classic, gz = expand(generation='classic'), expand(generation='gz')
    for kind in ('model', 'light'):
        ours, theirs = ([ElementTree.tostring(e) for e in w.findall(kind)] for w in (classic, gz))
        assert ours == theirs
    assert {e.tag for e in gz} - {e.tag for e in classic} == {'plugin'}


def test_physics_takes_a_thousand_steps_a_second() -> None:
    for generation in ('classic', 'gz'):
        physics = expand(generation=generation).find('physics')
        assert float(physics.findtext('max_step_size')) == 0.001
        assert float(physics.findtext('real_time_factor')) == 1.0


def test_gz_sim_is_told_the_gains_of_the_joints_in_their_order(tmp_path: Path) -> None:
    systems = tmp_path / 'systems.yaml'
    systems.write_text(
        'joints:\n'
        '- {name: a, stiffness: 1.5, damping: 2.5}\n'
        '- {name: b, stiffness: 3.0, damping: 4.0}\n'
        'link_rate_hz: 50.0\n'
    )
    told = {'robot': '/somewhere/telesurgery', 'systems': str(systems)}
    plugins = expand(generation='gz', **told).find('include').findall('plugin')
    controller, _, links = plugins
    texts = {
        tag: [element.text for element in controller.findall(tag)]
        for tag in ('joint_name', 'position_p_gain', 'velocity_p_gain')
    }
    assert texts['joint_name'] == ['a', 'b']
    assert [float(text) for text in texts['position_p_gain']] == [1.5, 3.0]
    assert [float(text) for text in texts['velocity_p_gain']] == [2.5, 4.0]
    assert float(links.findtext('update_frequency')) == 50.0
    assert expand(generation='classic', **told).find('include').find('plugin') is None


def test_gz_sim_is_told_what_it_can_do_without() -> None:
    free = expand(generation='gz', throttled='false', cameras='false')
    assert float(free.find('physics').findtext('real_time_factor')) == 0.0
    names = [plugin.get('name') for plugin in free.findall('plugin')]
    assert 'gz::sim::systems::Sensors' not in names
    assert 'gz::sim::systems::Physics' in names


def test_an_unknown_generation_is_refused() -> None:
    with pytest.raises(Exception, match="generation is 'fortress'; allowed: classic, gz"):
        expand(generation='fortress')


def test_every_mesh_is_there() -> None:
    uris = [str(uri.text) for uri in expand().iter('uri')]
    assert uris
    for uri in uris:
        assert uri.startswith('file:///')
        assert Path(uri.removeprefix('file://')).is_file(), uri


def test_board_is_in_the_middle_of_the_picture_of_the_endoscope_at_home() -> None:
    ecm = ROBOT.model_of('ECM')
    T_world_view = ROBOT.T_world_rcm('ECM') @ forward(ecm, ecm.home)
    p_world_board = pose_of(model(expand(), 'training_board'))[:, 3]
    x, y, z, _ = np.linalg.inv(T_world_view) @ p_world_board
    assert np.degrees(np.arctan2(np.hypot(x, y), z)) < 3.0


def test_rings_lie_on_the_board_around_pegs() -> None:
    world = expand()
    board = model(world, 'training_board')
    pegs = [pose_of(c)[:2, 3] for c in board.iter('collision') if 'peg' in c.get('name')]
    rings = [m for m in world.findall('model') if m.get('name').startswith('ring')]
    assert len(rings) == 3
    for ring in rings:
        p_board_ring = (np.linalg.inv(pose_of(board)) @ pose_of(ring))[:3, 3]
        assert min(np.linalg.norm(p_board_ring[:2] - peg) for peg in pegs) < 1e-9
        assert 0.0 < p_board_ring[2] < 0.005
