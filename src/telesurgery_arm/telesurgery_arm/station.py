"""One arm at its place in the control loop: what it measures, whom it follows, what it sends.

The supervisor's verdict and the gate stand between the arm's setpoint and the target that leaves.
"""

from __future__ import annotations

from telesurgery_arm.arm import Arm
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.operating import StateCommand
from telesurgery_arm.teleoperation import Following
from telesurgery_core.transforms import Array
from telesurgery_core.types import HandCommand, JointSample, OperatingState
from telesurgery_safety.gate import Gate
from telesurgery_safety.states import Motion
from telesurgery_safety.supervisor import Condition


class Station:
    """An arm with its measurements, its following of a hand and its gate.

    Attributes:
        arm: the arm.
        measured: its newest joint sample, jaw's joint last, or None.
        targets: what was sent last to its joints ``(n,)`` [rad or m], jaw's joint last.
        fault: why it is in FAULT, in words.
    """

    def __init__(self, arm: Arm, joints: slice, gate: Gate, following: Following) -> None:
        self.arm = arm
        self.measured: JointSample | None = None
        self.targets = arm.targets
        self.fault = ''
        self._joints = joints
        self._gate = gate
        self._following = following

    @property
    def condition(self) -> Condition:
        """What the arm says of its ability to move."""
        if self.arm.state is OperatingState.FAULT:
            return Condition.FAULTY
        return Condition.AVAILABLE if self.arm.is_available else Condition.DISABLED

    def measure(self, sample: JointSample) -> None:
        """Take the arm's part of a sample of all joints."""
        self.measured = JointSample(
            sample.stamp_ns, sample.position[self._joints], sample.velocity[self._joints]
        )

    def place(self) -> None:
        """Begin where the joints are; nothing happens before they are known."""
        if self.measured is not None:
            self.arm.place(self.measured.position.tolist())
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
        self, hand: HandCommand, T_rcm_view: Array, spread_s: float, *, goal_is_new: bool
    ) -> None:
        """Go where an engaged hand wants the arm; at a new engagement stand first, then latch."""
        if not self._following.has_latched(hand.epoch):
            if not self.arm.stands:
                self.arm.stop()
                return
            self._following.latch(hand.epoch, self.arm.tip(), T_rcm_view)
        elif not goal_is_new:
            return
        self.arm.follow(self._following.target(hand, T_rcm_view), hand.jaw, spread_s)

    def permit(self, motion: Motion) -> None:
        """Take the supervisor's word on who may move the arm."""
        if motion is not Motion.TELEOPERATED:
            self._following.release()
        self.arm.permit(motion)

    def step(self, dt: float) -> list[float]:
        """Advance by ``dt`` [s]; return the joint targets, which have passed the gate."""
        self.arm.step(dt)
        refused = self._gate.check(self.targets, self.arm.targets, dt)
        if refused is None:
            self.targets = self.arm.targets
        else:
            self.break_down(f'{refused} (a fault of this program)')
            self.arm.place(self.targets)
        return self.targets
