"""One hand: its clutch, its filter and what it asks of its arm."""

from __future__ import annotations

from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import IDENTITY, HandCommand, HandSample
from telesurgery_motion.assignment import ENDOSCOPE
from telesurgery_motion.clutch import Clutch, ClutchEvent
from telesurgery_motion.jaw import jaw_angle
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.scaling import scaled
from telesurgery_motion.tremor import make_filter


class HandDrive:
    """Turns the samples of one hand into commands for the arm that it drives."""

    def __init__(self, parameters: MotionParameters, first_epoch: int) -> None:
        self.clutch = Clutch(first_epoch)
        self._parameters = parameters
        self._filter = make_filter(parameters)
        self._arm = ''
        self._stamp_ns = 0
        self._jaw = jaw_angle(parameters.gripper_closed_rad, parameters)

    def step(
        self, sample: HandSample | None, arm: str, stamp_ns: int, *, wanted: bool
    ) -> HandCommand:
        """Return the command for one sample; ``wanted``: the operator asks for motion."""
        if sample is None:
            return self.vanish(arm) if wanted else self._rest(arm)
        self._jaw = jaw_angle(sample.gripper, self._parameters)
        if not wanted:
            return self._rest(arm)
        if arm != self._arm:
            self.clutch.begin_anew()
        self.clutch.handle(ClutchEvent.WANTED)
        return self._command(arm, self._displacement(sample.T_view_hand, arm, stamp_ns))

    def vanish(self, arm: str) -> HandCommand:
        """Return the command for a master that has fallen silent."""
        self.clutch.handle(ClutchEvent.VANISHED)
        return self._command(arm, IDENTITY)

    def reconfigure(self, parameters: MotionParameters) -> None:
        """Take new parameters; if they differ, the next sample begins a new engagement."""
        if parameters == self._parameters:
            return
        self._parameters = parameters
        self._filter = make_filter(parameters)
        self.clutch.begin_anew()

    def _rest(self, arm: str) -> HandCommand:
        self.clutch.handle(ClutchEvent.RELEASED)
        return self._command(arm, IDENTITY)

    def _displacement(self, T_view_hand: Array, arm: str, stamp_ns: int) -> Array:
        dt = (stamp_ns - self._stamp_ns) * 1e-9
        self._stamp_ns = stamp_ns
        if not self.clutch.engaged:
            return IDENTITY
        if self.clutch.latch(T_view_hand):
            self._filter.reset()
            return IDENTITY
        T = scaled(
            self._filter.step(self.clutch.displacement(T_view_hand), dt), self._parameters.scale
        )
        # The endoscope's four joints leave no orientation to choose: the hand only moves it.
        return pose(IDENTITY[:3, :3], T[:3, 3]) if arm == ENDOSCOPE else T

    def _command(self, arm: str, T_displacement: Array) -> HandCommand:
        self._arm = arm
        return HandCommand(
            arm=arm,
            engaged=self.clutch.engaged,
            epoch=self.clutch.epoch,
            T_displacement=T_displacement,
            jaw=self._jaw,
        )
