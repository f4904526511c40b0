"""One trial through motion and arms: what the tips were to do, were told to do, and did."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from following_study.hands import HandsDevice, RecordedHands
from following_study.plants import GazeboPlant
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, inverse
from telesurgery_core.types import Hand, TeleopCommand
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.session import Configuration, Tick, VirtualSession

_NUMBER = re.compile(r'-?[\d.]+(e-?\d+)?')
ARMS = {Hand.RIGHT: 'PSM1', Hand.LEFT: 'PSM2'}


@dataclass(frozen=True)
class Trial:
    """What came out of a trial; times count from the device's first sample [s]."""

    engaged_at: float
    """The time of the sample whose command engaged both hands first."""
    told: tuple[Array, dict[Hand, Array]]
    """Times ``(n,)`` and the tips of the targets in the view ``(n, 4, 4)``."""
    measured: tuple[Array, dict[Hand, Array]]
    """The same of the plant's joints."""
    holds: int
    limits: set[str]
    """Which kinds of limit acted on the two arms meanwhile, in words."""


class _Session(VirtualSession):
    """A virtual session that keeps its commands."""

    def __init__(self, device: HandsDevice, configuration: Configuration) -> None:
        super().__init__(device, configuration)
        self.commands: list[TeleopCommand] = []

    def _send(self, command: TeleopCommand) -> None:
        self.commands.append(command)
        super()._send(command)


def run(
    hands: RecordedHands,
    config: Path,
    seconds: float,
    rate_hz: float,
    *,
    guarded: bool,
    plant: GazeboPlant | None,
) -> Trial:
    """Play a trial; without ``plant`` on the loopback plant in virtual time."""
    configuration = load_configuration(config, link='none')
    if not guarded:
        configuration = replace(configuration, guarding=GuardingDescription())
    device = HandsDevice(hands, rate_hz)
    session = _Session(device, configuration)
    if plant is not None:
        session.plant = plant
    session.make_ready('PSM1', 'PSM2', 'PSM3', 'ECM')
    if plant is not None:
        plant.begin(session.now)
    ticks: list[Tick] = []
    limits: set[str] = set()

    def on_tick(tick: Tick) -> None:
        ticks.append(tick)
        if len(ticks) % 50 == 0:
            for arm in session.robot.status(tick.now).arms[:2]:
                limits.update(
                    f'{arm.name}: {_NUMBER.sub("#", text)}'
                    for text in arm.limits.split('; ')
                    if text
                )

    session.run(seconds, on_tick)
    begin = device.begin or 0.0
    first = next(c for c in session.commands if c.left.engaged and c.right.engaged)
    told = np.array([tick.now for tick in ticks]) - begin
    measured = np.array([tick.joints.stamp_ns for tick in ticks]) * 1e-9 - begin
    targets = np.array([tick.targets for tick in ticks])
    joints = np.array([tick.joints.position for tick in ticks])
    return Trial(
        first.stamp_ns * 1e-9 - begin,
        (told, _tips(session, targets)),
        (measured, _tips(session, joints)),
        session.robot.supervisor.holds,
        limits,
    )


def _tips(session: VirtualSession, joints: Array) -> dict[Hand, Array]:
    """Return the tips ``(n, 4, 4)`` in the view of joints ``(n, 25)``; the endoscope stands."""
    robot = session.configuration.robot

    def world(arm: str, q: Array) -> Array:
        model = robot.model_of(arm)
        own = q[:, robot.joint_slice(arm)][:, : len(model.joints)]
        T: Array = robot.T_world_rcm(arm) @ forward(model, own)
        return T

    T_view_world = inverse(world('ECM', joints[:1]))[0]
    return {hand: T_view_world @ world(arm, joints) for hand, arm in ARMS.items()}
