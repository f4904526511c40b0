"""One scene in one process: paths, one after another, through a robot that is guarded or not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fixtures_study.hands import COMMAND_S, COMMANDS, next_path, next_turns
from fixtures_study.scenes import Scene
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.closest import between_segments
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_arm.kinematics import forward, joint_frames
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.robot import Robot
from telesurgery_core.parameters import from_mapping
from telesurgery_core.transforms import pose, rotation_from_vector
from telesurgery_core.types import HandCommand, JointSample, TeleopCommand
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import SafetyState

TICK_S = 0.0025
MARGIN = 0.001
SHAFT, WRIST = 0.0042, 0.0039

ANY_JUMP = SafetyParameters(
    setpoint_jump_limit_m=1.0,
    setpoint_speed_limit_m_s=10.0,
    setpoint_turn_limit_rad=3.2,
    setpoint_turn_speed_limit_rad_s=100.0,
)
"""The paths are wilder than any hand: the monitor of jumps would stop them before guarding."""


@dataclass
class Measured:
    """What came out of some paths."""

    paths: int = 0
    ticks: int = 0
    beyond_m: float = -np.inf
    """Furthest of a tip beyond a boundary; negative: it stayed away by so much."""
    gap_m: float = np.inf
    """Least distance between the wrists and shafts of two arms, less the margin."""
    gain: float = 0.0
    """Largest change of a tip's velocity over its time [m/s^2]."""
    tick_s: list[float] = field(default_factory=list)
    """Processor time of each tick of the guard."""


def measure(
    scene: Scene, robot: RobotDescription, folder: Path, paths: int, seed: int, *, guarded: bool
) -> Measured:
    """Run paths; the same seed gives the same hands, guarded or not."""
    rng = np.random.default_rng(seed)
    run = _Run(scene, robot, folder, guarded=guarded)
    for _ in range(paths):
        run.path(rng)
    return run.measured


class _Run:
    def __init__(
        self, scene: Scene, robot: RobotDescription, folder: Path, *, guarded: bool
    ) -> None:
        content = scene.content if guarded else {}
        description = from_mapping(GuardingDescription, content, where=scene.name)
        self.measured = Measured()
        self._scene, self._description = scene, robot
        self._robot = Robot(robot, ArmsParameters(), ANY_JUMP, description, folder)
        self._time_the_guard()
        self._now, self._sequence = 1.0, 0
        self._joints = np.zeros(len(robot.joint_names))
        for arm in robot.arms:
            home = robot.model_of(arm).home
            first = robot.joint_slice(arm).start
            self._joints[first : first + len(home)] = home
        self._at = {arm: (np.zeros(3), np.zeros(3)) for arm in scene.arms}
        self._aims = self._aims_of_the_hands()
        self._run(2)
        self._send({arm: (np.zeros(3), np.zeros(3)) for arm in scene.arms}, engaged=False)
        self._run(1)

    def path(self, rng: np.random.Generator) -> None:
        """Run one path of the hands, and look at all that left."""
        ways = {arm: next_path(rng, p, self._aims[arm]) for arm, (p, _) in self._at.items()}
        turns = {arm: next_turns(rng, v) for arm, (_, v) in self._at.items()}
        joints = [self._joints]
        for k in range(COMMANDS):
            self._send({arm: (ways[arm][k], turns[arm][k]) for arm in ways}, engaged=True)
            joints += self._run(round(COMMAND_S / TICK_S))
        self._at = {arm: (ways[arm][-1], turns[arm][-1]) for arm in ways}
        self._look(np.array(joints))
        self.measured.paths += 1
        self._expect_to_follow()

    def _expect_to_follow(self) -> None:
        """Raise RuntimeError when an arm does not follow: then nothing would be measured."""
        for arm in self._scene.arms:
            verdict = self._robot.supervisor.verdict(arm)
            if verdict.state is not SafetyState.FOLLOWING:
                raise RuntimeError(f'{arm} is in {verdict.state.value}: {verdict.reason}')

    def _aims_of_the_hands(self) -> dict[str, np.ndarray]:
        """Return what the hands' paths lie around: in a scene of two arms, the place between."""
        tips = {arm: self._tips(arm, self._joints[None])[0] for arm in self._scene.arms}
        middle = np.mean(list(tips.values()), axis=0)
        return {
            arm: middle - tip if self._scene.pairs else np.zeros(3) for arm, tip in tips.items()
        }

    def _run(self, ticks: int) -> list[np.ndarray]:
        after = []
        for _ in range(ticks):
            self._now += TICK_S
            sample = JointSample(round(self._now * 1e9), self._joints, np.zeros_like(self._joints))
            targets = self._robot.step(self._now, sample)
            if targets is not None:
                self._joints = np.array(targets)
            after.append(self._joints)
        self.measured.ticks += ticks
        return after

    def _send(self, hands: dict[str, tuple[np.ndarray, np.ndarray]], *, engaged: bool) -> None:
        self._sequence += 1
        made = [
            HandCommand(arm, engaged, int(engaged), self._displacement(arm, way, turn), 0.3)
            for arm, (way, turn) in hands.items()
        ]
        stamp = round(self._now * 1e9)
        right, left = [*made, HandCommand()][:2]
        self._robot.teleoperate(
            self._now, TeleopCommand(stamp, self._sequence, left, right), stamp
        )

    def _displacement(self, arm: str, way: np.ndarray, turn: np.ndarray) -> np.ndarray:
        T_rcm_base = self._robot.frames.T_rcm_base(arm)
        R = (self._description.arms[arm].T_patient_rcm.T @ T_rcm_base)[:3, :3]
        return pose(R.T @ rotation_from_vector(turn) @ R, R.T @ way)

    def _time_the_guard(self) -> None:
        step, spent = self._robot.guarding.guard.step, self.measured.tick_s

        def timed(*arguments: object) -> object:
            before = time.thread_time()
            result = step(*arguments)  # type: ignore[arg-type]
            spent.append(time.thread_time() - before)
            return result

        self._robot.guarding.guard.step = timed  # type: ignore[method-assign, assignment]

    def _look(self, joints: np.ndarray) -> None:
        measured, scene = self.measured, self._scene
        for arm in scene.arms:
            tips = self._tips(arm, joints)
            if scene.beyond is not None:
                measured.beyond_m = max(measured.beyond_m, float(scene.beyond(tips).max()))
            gains = np.linalg.norm(np.diff(tips, n=2, axis=0), axis=1) / TICK_S**2
            measured.gain = max(measured.gain, float(gains.max()))
        if scene.pairs:
            measured.gap_m = min(measured.gap_m, self._gap(joints))

    def _q(self, arm: str, joints: np.ndarray) -> np.ndarray:
        part = self._description.joint_slice(arm)
        return joints[:, part][:, : len(self._description.model_of(arm).joints)]

    def _tips(self, arm: str, joints: np.ndarray) -> np.ndarray:
        T = self._description.arms[arm].T_patient_rcm.T
        tips: np.ndarray = (T @ forward(self._description.model_of(arm), self._q(arm, joints)))[
            :, :3, 3
        ]
        return tips

    def _gap(self, joints: np.ndarray) -> float:
        """Return the least gap between shafts and wrists, less the margin."""
        first, second = (self._segments(arm, joints) for arm in self._scene.arms)
        gaps = []
        for a, b, r in first:
            for c, d, q in second:
                s, t = between_segments(a, b, c, d)
                v = a + s[:, None] * (b - a) - c - t[:, None] * (d - c)
                gaps.append((np.linalg.norm(v, axis=1) - r - q).min() - MARGIN)
        return float(min(gaps))

    def _segments(
        self, arm: str, joints: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray, float]]:
        model, T = self._description.model_of(arm), self._description.arms[arm].T_patient_rcm.T
        frames = T @ joint_frames(model, self._q(arm, joints))
        port = np.broadcast_to(T[:3, 3], (len(joints), 3))
        roll, tip = frames[:, 3, :3, 3], frames[:, -1, :3, 3]
        shaft = [(port, roll, SHAFT)]
        return shaft if len(model.joints) == 4 else [*shaft, (roll, tip, WRIST)]
