"""One arm at its place in the control loop: what it measures, whom it follows, what it sends.

The supervisor's verdict and the gate stand between the arm's setpoint and the target that leaves.
"""

from __future__ import annotations

import math

from telesurgery_arm.arm import Arm
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.guarding.lines import LineGuide
from telesurgery_arm.jaw_approach import JawApproach
from telesurgery_arm.operating import StateCommand
from telesurgery_arm.teleoperation import Following
from telesurgery_core.transforms import Array, inverse
from telesurgery_core.types import HandCommand, JointSample, OperatingState
from telesurgery_safety.gate import Gate
from telesurgery_safety.machines import Condition
from telesurgery_safety.states import Motion


class Station:
    """An arm with its measurements, its following of a hand and its gate.

    Attributes:
        arm: the arm.
        targets: what was sent last to its joints ``(n,)`` [rad or m], jaw's joint last.
        fault: why it is in FAULT, in words.
        lines: what guides its hand, or None.
    """

    def __init__(
        self, arm: Arm, joints: slice, gate: Gate, following: Following, approach: JawApproach
    ) -> None:
        self.arm = arm
        self.targets = arm.targets
        self.fault = ''
        self.lines: LineGuide | None = None
        self._joints = joints
        self._sample: JointSample | None = None
        self._measured: JointSample | None = None
        self._position: list[float] = []
        self._gate = gate
        self._following = following
        self._approach = approach
        self._T_view_tip: Array | None = None

    @property
    def condition(self) -> Condition:
        """What the arm says of its ability to move."""
        if self.arm.state is OperatingState.FAULT:
            return Condition.FAULTY
        if self.arm.is_homing:
            return Condition.HOMING
        return Condition.AVAILABLE if self.arm.is_available else Condition.DISABLED

    @property
    def measured(self) -> JointSample | None:
        """Its newest joint sample, jaw's joint last, or None."""
        if self._measured is None and self._sample is not None:
            whole, part = self._sample, self._joints
            self._measured = JointSample(
                whole.stamp_ns, whole.position[part], whole.velocity[part]
            )
        return self._measured

    def measure(self, sample: JointSample, position: list[float]) -> None:
        """Take the arm's part of a sample of all joints, whose ``position`` is plain numbers."""
        self._sample, self._measured = sample, None
        self._position = position[self._joints]

    def tracking_error(self) -> float:
        """Return how far the tip is, at most, from where it was told to be [m].

        From the first three joints, which carry it: yaw and pitch at the depth of the tool, and
        the depth itself. The wrist turns the tip on the spot.
        """
        if self._sample is None:
            return 0.0
        yaw, pitch, depth = self._position[:3]
        told = self.targets
        return math.hypot(
            math.hypot(yaw - told[0], pitch - told[1]) * max(depth, told[2]), depth - told[2]
        )

    def place(self) -> None:
        """Begin where the joints are; nothing happens before they are known."""
        if self._sample is not None:
            self._gate.stand()
            self.arm.place(self._position)
            self.targets = self.arm.targets

    def break_down(self, reason: str) -> None:
        """Go to FAULT; the first reason stays."""
        if self.arm.state is not OperatingState.FAULT:
            self.fault = reason
            self.arm.fault()

    def command_state(self, command: StateCommand, problem: str) -> None:
        """Obey a state command; ``problem`` says why the plant cannot be trusted, if so."""
        off = self.arm.state in (OperatingState.DISABLED, OperatingState.FAULT)
        enabling = command is StateCommand.ENABLE and off
        if enabling and problem:
            raise CommandRefusedError(
                f'{self.arm.name}: enable while there is a problem: {problem}; '
                'allowed: with a plant that lives; restart the simulator first'
            )
        self.arm.command_state(command)
        if enabling:
            self.place()

    def follow(
        self,
        hand: HandCommand,
        T_rcm_view: Array,
        spread_s: float,
        dt: float,
        *,
        goal_is_new: bool,
    ) -> None:
        """Go where an engaged hand wants the arm; at a new engagement stand first, then latch.

        ``dt`` [s] is the time since the tick before. The jaw approaches slowly at first.
        """
        self._T_view_tip = None
        if not self._following.has_latched(hand.epoch):
            if not self.arm.stands:
                self.arm.stop()
                return
            self._following.latch(hand.epoch, self.arm.tip(), T_rcm_view)
            if self.lines is not None:
                self.lines.begin()
            self._approach.begin(0.0 if self.arm.jaw is None else self.arm.jaw.q[0])
            goal_is_new = True
        if not self._approach.is_over:
            self.arm.follow_jaw(self._approach.step(hand.jaw, dt), 0.0)
        elif goal_is_new:
            self.arm.follow_jaw(hand.jaw, spread_s)
        if goal_is_new:
            wanted = self._following.target(hand, T_rcm_view)
            self.arm.follow(wanted if self.lines is None else self.lines.guide(wanted), spread_s)

    def ride(self, T_rcm_view: Array, *, view_moved: bool) -> None:
        """Stay where it is in a view that moves ``(4, 4)``; stand first, then latch."""
        self._following.release()
        if self._T_view_tip is None:
            if not self.arm.stands:
                self.arm.stop()
                return
            self._T_view_tip = inverse(T_rcm_view) @ self.arm.tip()
        elif view_moved:
            self.arm.follow(T_rcm_view @ self._T_view_tip, 0.0)

    def permit(self, motion: Motion) -> None:
        """Take the supervisor's word on who may move the arm."""
        if motion is not Motion.TELEOPERATED:
            self._following.release()
            self._T_view_tip = None
        self.arm.permit(motion)

    def send(self, dt: float) -> list[float]:
        """Return the joint targets ``dt`` [s] after the last ones; they have passed the gate."""
        targets = self.arm.targets
        if targets is self.targets or targets == self.targets:  # they passed the gate before
            self._gate.stand()
            return self.targets
        refused = self._gate.check(self.targets, targets, dt)
        if refused is None:
            self.targets = targets
        else:
            self.break_down(f'{refused} (a fault of this program)')
            self._gate.stand()
            self.arm.place(self.targets)
        return self.targets
