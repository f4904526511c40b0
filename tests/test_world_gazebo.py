"""A real Gazebo 11 loads room and robot without complaint, and its cameras see them well lit."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from telesurgery_arm.description import RobotDescription
from telesurgery_core.parameters import load_yaml
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample
from telesurgery_gazebo.classic.server import ServerOptions
from telesurgery_gazebo.classic.simulator import ClassicSimulator
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import Image, LinkPose, SimulatorHealth, ToolForces

pytestmark = pytest.mark.gazebo

PATIENCE_S = 120.0
# Said by Gazebo's own transport when the machine is busy, with an empty world as with this one,
# and of every force/torque sensor: it has no message that describes one.
OF_GAZEBO_ITSELF = (
    'Deleting a connection right after creation',
    'Queue limit reached for topic',
    'Conversion of sensor type[force_torque] not supported',
)
ROOM_LOOK, ENDOSCOPE_LOOK = 'room_camera', 'endoscope'
PORT_LIMIT_M = 1e-3


@dataclass
class Witness:
    """Keeps the newest of everything that the simulator says, and all shafts' worst deviation."""

    robot: RobotDescription
    joints: JointSample | None = None
    images: dict[str, Image] = field(default_factory=dict)
    worst_m: dict[str, float] = field(default_factory=dict)
    health: SimulatorHealth | None = None

    def on_joints(self, sample: JointSample, sim_time_s: float) -> None:
        self.joints = sample

    def on_links(self, stamp_ns: int, links: tuple[LinkPose, ...]) -> None:
        for link in links:
            arm = link.name.partition('_')[0]
            T_shaft_rcm = np.linalg.inv(link.T_world_link) @ self.robot.T_world_rcm(arm)
            beside = float(np.hypot(*T_shaft_rcm[:2, 3]))
            self.worst_m[arm] = max(beside, self.worst_m.get(arm, 0.0))

    def on_forces(self, stamp_ns: int, forces: tuple[ToolForces, ...]) -> None:
        pass

    def on_image(self, image: Image) -> None:
        self.images[image.camera] = image

    def on_health(self, health: SimulatorHealth) -> None:
        self.health = health


class Room:
    """A running Gazebo and how to use it."""

    def __init__(self, simulator: ClassicSimulator, witness: Witness, log: Path) -> None:
        self.simulator, self.witness, self._log = simulator, witness, log
        self.rest = np.zeros(len(simulator.joint_names))

    def move(self, **positions: float) -> None:
        """Lead the named joints to their positions, the others to zero, and wait until there."""
        target = self.rest.copy()
        for name, value in positions.items():
            target[self.simulator.joint_names.index(name)] = value

        def arrived() -> bool:
            joints = self.witness.joints
            if joints is None:
                return False
            step = np.clip(target - joints.position, -0.02, 0.02)
            self.simulator.command(np.array(joints.position) + step)
            return bool(np.abs(target - joints.position).max() < 2e-3)

        self.until(arrived)
        self.simulator.command(target)

    def picture(self, camera: str) -> NDArray[np.uint8]:
        """Return a picture ``(height, width, 3)`` taken from now on."""
        self.simulator.watch(camera, True)
        for _ in range(2):  # the first may have been on its way already
            self.witness.images.pop(camera, None)
            self.until(lambda: camera in self.witness.images)
        image = self.witness.images[camera]
        return np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)

    def until(self, condition: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < give_up, (self.witness.health, self.complaints())
            time.sleep(0.01)

    def complaints(self) -> list[str]:
        """Return the lines in which Gazebo says that something is wrong."""
        text = re.sub(r'\x1b\[[0-9;]*m', '', self._log.read_text(errors='replace'))
        return [
            line
            for line in text.splitlines()
            if re.search(r'\[(Wrn|Err)\]|[Ww]arning|[Ee]rror', line)
            and not any(known in line for known in OF_GAZEBO_ITSELF)
        ]


@pytest.fixture(scope='module')
def room(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp('gazebo')
    arms_file = workspace / 'config' / 'arms.yaml'
    robot = RobotDescription.load(arms_file)
    simulator = ClassicSimulator(
        robot,
        ServerOptions(
            robot=workspace / 'urdf' / 'telesurgery.urdf.xacro',
            world=workspace / 'worlds' / 'operating_room.sdf.xacro',
            arms_file=arms_file,
        ),
        load_yaml(GazeboSettings, workspace / 'config' / 'gazebo.yaml'),
        Reporting(watched_links=('_roll_link',)),
    )
    witness = Witness(robot)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, 'tempdir', str(folder))
        simulator.start(witness)
    try:
        (log,) = folder.rglob('gzserver.log')
        room = Room(simulator, witness, log)
        room.until(lambda: witness.joints is not None)
        yield room
    finally:
        simulator.close()


def brightness(picture: NDArray[np.uint8]) -> Array:
    return picture.mean(axis=2)


def test_gazebo_has_nothing_to_complain_about(room: Room) -> None:
    room.picture(ENDOSCOPE_LOOK)
    room.picture(ROOM_LOOK)
    assert room.complaints() == []


def test_pictures_are_well_lit(room: Room) -> None:
    for camera in (ENDOSCOPE_LOOK, ROOM_LOOK):
        light = brightness(room.picture(camera))
        assert light.shape == (480, 640)
        assert 60 < light.mean() < 190, camera
        assert light.std() > 25, camera
        assert (light > 250).mean() < 0.05, f'{camera} is overexposed'


def test_endoscope_sees_the_right_hands_instrument_come_from_the_right(room: Room) -> None:
    room.move()
    before = brightness(room.picture(ENDOSCOPE_LOOK))
    for arm, side in (('PSM1', slice(320, None)), ('PSM2', slice(None, 320))):
        room.move(**{f'{arm}_insertion': 0.17, f'{arm}_jaw': 0.3})
        changed = np.abs(brightness(room.picture(ENDOSCOPE_LOOK)) - before) > 20
        assert changed[:, side].sum() > 0.95 * changed.sum()
        assert changed.mean() > 0.01, 'the instrument is too small to be seen'


def test_shafts_stay_in_their_ports_while_the_arms_move(room: Room) -> None:
    names = room.simulator.joint_names
    for turn in (0.3, -0.3, 0.0):
        proximal = {n: turn for n in names if n.count('_') == 1 and n[-4:] in ('_yaw', 'itch')}
        room.move(**proximal)
    assert set(room.witness.worst_m) == set(room.witness.robot.arms)
    assert max(room.witness.worst_m.values()) < PORT_LIMIT_M
