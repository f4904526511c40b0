"""The launch file for gz_ros2_control is data that our runner, too, can read."""

from __future__ import annotations

from pathlib import Path

from telesurgery_bringup.launch.grammar import read
from telesurgery_bringup.launch.resolve import declared_arguments

LAUNCH = Path(__file__).resolve().parent.parent / 'launch' / 'ros2_control.launch.xml'


def test_the_launch_file_is_read_and_asks_for_the_scene_alone() -> None:
    assert [argument.name for argument in declared_arguments(LAUNCH)] == ['scene', 'config']
    required = [argument for argument in declared_arguments(LAUNCH) if argument.default is None]
    assert [argument.name for argument in required] == ['scene']


def test_it_starts_gz_sim_the_bridge_and_the_controllers_that_are_configured() -> None:
    root = read(LAUNCH)
    (server,) = root.named('executable')
    assert server.attributes['cmd'].startswith('gz sim -s -r ')
    bridge, spawner = root.named('node')
    assert bridge.attributes['pkg'] == 'ros_gz_bridge'
    controllers = spawner.attributes['args'].split()[:2]
    assert controllers == ['joint_state_broadcaster', 'forward_position_controller']
    text = (LAUNCH.parent.parent / 'config' / 'ros2_control' / 'controllers.yaml').read_text()
    assert all(f'\n    {controller}:' in text for controller in controllers)
