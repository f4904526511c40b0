"""A rig whose arms are guarded, with hands that say in the patient frame where they push."""

from pathlib import Path

import numpy as np

from telesurgery_arm.guarding.description import GuardingDescription, load_guarding
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.robot import Robot
from telesurgery_core.parameters import from_mapping
from telesurgery_core.transforms import pose, rotation_from_vector
from telesurgery_core.types import HandCommand
from telesurgery_safety.parameters import SafetyParameters

COMMAND_S = 0.004

ANY_JUMP = {'setpoint_jump_limit_m': 1.0, 'setpoint_turn_limit_rad': 3.2}
"""Tests push against walls at once; what a hand can do is no concern of theirs."""


class Guarded:
    """Arms at home, ready; ``push`` moves the hands, ``tips`` is what came of it."""

    def __init__(self, rig, content=None, *, file=None, folder=Path(), start=None):
        description = (
            load_guarding(file)
            if file is not None
            else from_mapping(GuardingDescription, content or {}, where='guarding')
        )
        rig.robot = Robot(
            rig.description, ArmsParameters(), SafetyParameters(**ANY_JUMP), description, folder
        )
        for name in rig.description.arms:
            home = (start or {}).get(name, rig.description.model_of(name).home)
            first = rig.description.joint_slice(name).start
            rig.joints[first : first + len(home)] = home
        rig.path.clear()
        self.rig = rig.run(2 * rig.tick)
        self.stage = rig.robot.guarding
        self.arms = ()
        self._epoch = 0

    def engage(self, *arms):
        """Let the right hand take the first arm, and the left hand the second."""
        self.arms, self._epoch = arms, self._epoch + 1
        self._send([np.zeros(3)] * len(arms), [np.zeros(3)] * len(arms), engaged=False)
        self.rig.run()
        self.push(*[np.zeros(3)] * len(arms))
        return self

    def push(self, *ways, turns=None, seconds=COMMAND_S):
        """Let the hands be displaced by ``ways`` [m] in the patient frame since they engaged."""
        turns = turns or [np.zeros(3)] * len(ways)
        for _ in range(max(1, round(seconds / COMMAND_S))):
            self._send(ways, turns, engaged=True)
            self.rig.run(COMMAND_S)
        return self

    def walk(self, paths, seconds):
        """Lead the hands along paths, functions of the time [s]."""
        for t in np.arange(0.0, seconds, COMMAND_S):
            self.push(*[np.asarray(path(t)) for path in paths])
        return self

    def tips(self, name='PSM1'):
        """Return the tip's place in the patient frame in every tick ``(n, 3)``."""
        description = self.rig.description
        joints = np.array(self.rig.path)[:, description.joint_slice(name)]
        model, T = description.model_of(name), description.arms[name].T_patient_rcm.T
        n = len(model.joints)
        return np.array([(T @ forward_once(model, q[:n].tolist()))[:3, 3] for q in joints])

    def tip(self, name='PSM1'):
        return self.tips(name)[-1]

    def state(self, name='PSM1'):
        return next(arm for arm in self.stage.status() if arm.arm == name)

    def speeds(self, name='PSM1'):
        return np.diff(self.tips(name), axis=0) / self.rig.tick

    def gaps(self, first='PSM1', second='PSM2'):
        """Return the least distance between the margins of two tools in every tick ``(n,)``."""
        guard, names = self.stage.guard, list(self.rig.description.arms)
        arms = (names.index(first), names.index(second))
        checks = [
            check for check in guard.checks if check.arms == arms and check.name == 'separation'
        ]
        gaps = []
        for joints in self.rig.path:
            parts = [joints[self.rig.description.joint_slice(names[arm])] for arm in arms]
            postures = [
                guard.skeletons[arm].at(q.tolist()) for arm, q in zip(arms, parts, strict=True)
            ]
            gaps.append(min(c.look(postures, np.arange(c.count)).slack.min() for c in checks))
        return np.array(gaps)

    def _send(self, ways, turns, *, engaged):
        hands = [
            self._hand(arm, way, turn, engaged)
            for arm, way, turn in zip(self.arms, ways, turns, strict=True)
        ]
        self.rig.send(*hands)

    def _hand(self, arm, way, turn, engaged):
        description, frames = self.rig.description, self.rig.robot.frames
        R = (description.arms[arm].T_patient_rcm.T @ frames.T_rcm_base(arm))[:3, :3]
        displacement = pose(R.T @ rotation_from_vector(turn) @ R, R.T @ way)
        return HandCommand(arm, engaged, self._epoch - (not engaged), displacement, 0.3)
