"""One arm as CRTK describes it: operating state, setpoint, motion commands; pure state, no ROS.

A command that is invalid, or not allowed in the arm's state, raises CommandRefusedError and
changes nothing. A limit that acts is remembered until it is taken (``take_clamps``). Cartesian
poses here are ``T_rcm_tip``: the tip in the arm's own remote-centre frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from telesurgery_arm import operating, rcm, validation
from telesurgery_arm.admission import admit
from telesurgery_arm.axes import Axes
from telesurgery_arm.cartesian import Acted
from telesurgery_arm.description import ArmModel
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.guidance import Guidance
from telesurgery_arm.interval import ArrivalInterval
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.limits import AxisLimits, Limit
from telesurgery_arm.operating import StateCommand
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.workspace import Workspace
from telesurgery_core.transforms import Array
from telesurgery_core.types import OperatingState
from telesurgery_safety.states import Motion

_CERTAINLY_INSERTED = 0.005
"""A tool this much further in than its cannula's end [m] is in the patient."""


class Arm:
    """State of one arm.

    Attributes:
        name: as in ``config/arms.yaml``, e.g. ``PSM1``.
        chain: the joints' setpoint.
        jaw: the jaw's setpoint (full opening angle), or None.
        state: CRTK operating state.
        is_homed: whether it may move.
    """

    def __init__(
        self,
        name: str,
        model: ArmModel,
        workspace: Workspace,
        parameters: ArmsParameters,
        *,
        braking_factor: float,
        extrapolation_s: float = 0.0,
    ) -> None:
        """Begin disabled and not homed; KinematicsError for a chain without a closed form."""
        self.name = name
        self.model = model
        self.state = OperatingState.DISABLED
        self.is_homed = False
        make = partial(
            Axes, braking_factor=braking_factor, smoothing_s=parameters.setpoint_smoothing_s
        )
        self.chain = make(AxisLimits.of_chain(model))
        self.jaw = None if model.jaw is None else make(AxisLimits.of_jaw(model.jaw))
        self._axes = (self.chain,) if self.jaw is None else (self.chain, self.jaw)
        self._told: tuple[list[float], list[float]] | None = None
        self._targets = self.chain.q
        self._guidance = Guidance(
            model,
            self.chain,
            workspace,
            nearest=parameters.out_of_reach == 'nearest',
            extrapolation_s=extrapolation_s,
        )
        self._parameters = parameters
        self._motion = Motion.NONE
        self._homing = False
        limit = parameters.goal_spread_limit_s
        self._interval, self._jaw_interval = ArrivalInterval(limit), ArrivalInterval(limit)
        self._clamps: dict[tuple[Limit, str], Acted] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a move or homing runs."""
        return self.chain.busy or (self.jaw is not None and self.jaw.busy)

    @property
    def is_homing(self) -> bool:
        """Whether it moves to its home position."""
        return self._homing

    @property
    def is_available(self) -> bool:
        """Whether it is enabled and homed."""
        return self.state is OperatingState.ENABLED and self.is_homed

    @property
    def targets(self) -> list[float]:
        """What its joints are to do ``(n,)``, the jaw's joint last: half of the jaw's angle.

        It is the very same list as long as the setpoint is: an arm that stands is known by that.
        """
        chain = self.chain.q
        if self.jaw is None:
            return chain
        jaw = self.jaw.q
        if self._told is None or self._told[0] is not chain or self._told[1] is not jaw:
            self._told = chain, jaw
            self._targets = [*chain, 0.5 * jaw[0]]
        return self._targets

    @property
    def stands(self) -> bool:
        """Whether its setpoint is at rest."""
        return self.chain.stands and (self.jaw is None or self.jaw.stands)

    def tip(self) -> Array:
        """Return the setpoint's pose ``T_rcm_tip`` ``(4, 4)``."""
        return forward_once(self.model, self.chain.q)

    def place(self, joints: Sequence[float]) -> None:
        """Put the setpoint where the joints ``(n,)`` are, jaw's joint last, without a motion.

        An arm on its way home goes on from there: else it would count as at home wherever it is.
        """
        self._guidance.release()
        self.chain.place(joints[: len(self.model.joints)])
        if self.jaw is not None:
            self.jaw.place([2.0 * joints[-1]])
        if self._homing:
            self._home()

    def take_clamps(self) -> tuple[Acted, ...]:
        """Return the limits that acted since the last call."""
        clamps = tuple(self._clamps.values())
        self._clamps.clear()
        return clamps

    def command_state(self, command: StateCommand) -> None:
        """Obey a command of the operating state machine."""
        self.state = operating.after(self.state, command)
        if command is StateCommand.HOME:
            self._home()
        elif command is StateCommand.UNHOME:
            self.is_homed = False
        if self.state is not OperatingState.ENABLED or command is StateCommand.UNHOME:
            self.stop()

    def home_at_start(self) -> None:
        """Home by a move, or where it stands if the tool is in the patient already."""
        if rcm.is_through_cannula(self.model, self.chain.q[rcm.INSERTION] - _CERTAINLY_INSERTED):
            self.is_homed = True
        else:
            self.command_state(StateCommand.HOME)

    def fault(self) -> None:
        """Stop for a reason that lies outside of CRTK's commands."""
        self.state = OperatingState.FAULT
        self.stop()

    def servo_jp(self, position: Sequence[float], now: float) -> None:
        """Follow joint positions ``(n,)`` [rad or m]."""
        self._admit('servo_jp')
        goal = validation.joints('servo_jp', position, self.chain.limits.names)
        self._guidance.release()
        self.chain.follow(self._within_limits(goal), self._interval.arrived(now))

    def servo_jr(self, step: Sequence[float], now: float) -> None:
        """Follow joint positions relative to the newest goal ``(n,)`` [rad or m]."""
        self._admit('servo_jr')
        step = validation.joints('servo_jr', step, self.chain.limits.names)
        goal = [base + d for base, d in zip(self.chain.goal, step, strict=True)]
        self._guidance.release()
        self.chain.follow(self._within_limits(goal), self._interval.arrived(now))

    def servo_cp(self, T_rcm_tip: Array, now: float) -> None:
        """Follow a tip pose ``(4, 4)``."""
        self._admit('servo_cp')
        T = validation.tip_pose('servo_cp', T_rcm_tip)
        self._note(self._guidance.solve(T, rewind=False)[1])  # refuses what is out of reach
        self._guidance.aim(T, self._interval.arrived(now))

    def move_jp(self, position: Sequence[float]) -> None:
        """Move to joint positions ``(n,)`` [rad or m]."""
        self._admit('move_jp')
        goal = validation.joints('move_jp', position, self.chain.limits.names)
        self._move(self.chain, self._within_limits(goal))

    def move_jr(self, step: Sequence[float]) -> None:
        """Move by a joint step ``(n,)`` [rad or m] from the setpoint."""
        self._admit('move_jr')
        step = validation.joints('move_jr', step, self.chain.limits.names)
        goal = [base + d for base, d in zip(self.chain.q, step, strict=True)]
        self._move(self.chain, self._within_limits(goal))

    def move_cp(self, T_rcm_tip: Array) -> None:
        """Move to a tip pose ``(4, 4)`` along a straight line in joint space.

        (As on the research kit: one solution of the inverse kinematics, then a joint move. No
        way between two reachable poses then leads through a singularity or beyond a limit.)
        """
        self._admit('move_cp')
        goal, acted = self._guidance.solve(validation.tip_pose('move_cp', T_rcm_tip), rewind=True)
        self._note(acted)
        self._move(self.chain, goal)

    def servo_jaw(self, angle: Sequence[float], now: float) -> None:
        """Follow a jaw angle ``(1,)`` [rad]."""
        jaw, goal = self._jaw_goal('jaw/servo_jp', angle)
        jaw.follow(goal, self._jaw_interval.arrived(now))

    def move_jaw(self, angle: Sequence[float]) -> None:
        """Move to a jaw angle ``(1,)`` [rad]."""
        self._move(*self._jaw_goal('jaw/move_jp', angle))

    def hold(self) -> None:
        """Let a client stop the arm."""
        self._admit('hold')
        self.stop()

    def free(self) -> None:
        """Refuse: the joints have no free mode."""
        raise CommandRefusedError(
            f'{self.name}: free is not supported by position-controlled joints; '
            'allowed: hold; use hold'
        )

    def follow(self, T_rcm_tip: Array, spread_s: float) -> None:
        """Follow the operator's hand to a tip pose ``(4, 4)``.

        A pose out of reach leaves the arm where it was going; that is remembered as a limit.
        """
        self._guidance.aim(T_rcm_tip, spread_s)

    def follow_jaw(self, angle: float, spread_s: float) -> None:
        """Follow the operator's gripper to a jaw angle [rad]; an arm without a jaw ignores it."""
        if self.jaw is not None:
            goal, clamps = self.jaw.limits.clamp_position([angle])
            self._note(clamps)
            self.jaw.follow(goal, spread_s)

    def stop(self) -> None:
        """Brake and stand; moves and homing are cancelled."""
        self._homing = False
        self._guidance.release()
        for axes in self._axes:
            axes.stop()

    def permit(self, motion: Motion) -> None:
        """Take the supervisor's word on who may move the arm; what nobody may do now, stops."""
        changed, self._motion = motion is not self._motion, motion
        foreign = changed or motion is Motion.HOMING  # what still goes on began under another
        if motion is Motion.NONE or (foreign and not self._homing):
            self.stop()

    def set_pace(self, factor: float) -> None:
        """Multiply the speed limits of following with ``factor``, 0..1."""
        for axes in self._axes:
            axes.set_pace(factor)

    def approach(self, dt: float) -> None:
        """Say where the joints shall go during the next ``dt`` [s]: towards the wanted pose."""
        acted = self._guidance.step(dt)
        if acted:
            self._note(acted)

    def step(self, dt: float) -> None:
        """Advance the setpoint by ``dt`` [s], within the limits of speed and acceleration."""
        for axes in self._axes:
            axes.step(dt)
            if axes.slowed is not None:
                self._note([axes.slowed])
        if self._homing and not self.chain.busy:
            self._homing = False
            self.is_homed = True

    def _home(self) -> None:
        """Move to the home position; the jaw stays as it is, there may be something in it."""
        if not self.is_homed:
            self._homing = True
            self._move(self.chain, self.model.home)

    def _move(self, axes: Axes, goal: Sequence[float]) -> None:
        if axes is self.chain:
            self._guidance.release()
        axes.move(
            goal,
            ratio=self._parameters.move_ratio,
            jerk_time_s=self._parameters.move_jerk_time_s,
        )

    def _admit(self, what: str) -> None:
        admit(self.name, what, self.state, self._motion, is_homed=self.is_homed)

    def _within_limits(self, goal: Sequence[float]) -> list[float]:
        clamped, clamps = self.chain.limits.clamp_position(goal)
        self._note(clamps)
        return clamped

    def _jaw_goal(self, what: str, angle: Sequence[float]) -> tuple[Axes, list[float]]:
        self._admit(what)
        if self.jaw is None:
            raise CommandRefusedError(
                f'{self.name}: {what}, but {self.name} has no jaw; allowed: arms with a jaw; '
                'the command is refused'
            )
        goal = validation.joints(what, angle, self.jaw.limits.names)
        clamped, clamps = self.jaw.limits.clamp_position(goal)
        self._note(clamps)
        return self.jaw, clamped

    def _note(self, clamps: Iterable[Acted]) -> None:
        for clamp in clamps:
            self._clamps[clamp.limit, clamp.what] = clamp
