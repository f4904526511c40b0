"""The four arms together: teleoperation, the view, and the supervisor as the last stage.

``now`` [s] is of any steady clock; stamps are [ns] of the wall clock. A command that is refused
raises CommandRefusedError and has changed nothing.
"""

from __future__ import annotations

import math
from pathlib import Path

from telesurgery_arm import operating, validation
from telesurgery_arm.arm import Arm
from telesurgery_arm.assembly import station_of
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.frames import ENDOSCOPE, Frames
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_arm.guarding.stage import GuardingStage
from telesurgery_arm.hands import Hands
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.plant import Plant
from telesurgery_arm.startup import Startup
from telesurgery_arm.station import Station
from telesurgery_arm.status import ArmStatus, ConsoleStatus, RobotStatus
from telesurgery_arm.teleoperation import Keep
from telesurgery_core.errors import one_of
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample, TeleopCommand
from telesurgery_safety.body import Measure
from telesurgery_safety.holders import FIRST_CONSOLE, Authority
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import Motion, SafetyState
from telesurgery_safety.supervisor import Supervisor

PACE_CHANGE_PER_S = 5.0
"""A speed limit falls from all to nothing in 0.2 s; a stop from full speed takes 0.035 s."""
LONGEST_TICK_S = 0.01
"""After a longer pause the setpoints move only as far as this time allows [s]."""


class Robot:
    """Four arms, one view, one supervisor.

    Attributes:
        stations: the arms by name, in the order of the joint targets.
        frames: where the arms' poses are given.
        plant: whether the joints can be trusted; the owner tells it of the simulator's state.
        supervisor: what decides whether an arm may move.
        guarding: the fixtures, and the distances between the arms.
        pace: what the arms' speed limits are multiplied with now.
    """

    def __init__(
        self,
        description: RobotDescription,
        parameters: ArmsParameters,
        safety: SafetyParameters,
        guarding: GuardingDescription | None = None,
        guarding_folder: Path = Path(),
        authority: Authority | None = None,
    ) -> None:
        """Take what the files of ``config/`` say; without ``guarding`` there are no fixtures.

        ``guarding_folder`` is where the files of its meshes are relative to. ``authority`` says to
        which site an arm listens; None: all to the first console. Raises ParameterError for what
        does not fit the robot.
        """
        self.frames = Frames(description)
        self.supervisor = Supervisor(safety, list(description.arms), authority)
        self.plant = Plant(self.supervisor.body.joint_states, safety)
        self.stations = {
            name: station_of(name, description, parameters, safety) for name in description.arms
        }
        self._parameters = parameters
        self._startup = Startup(parameters, self.stations)
        self._waited = False
        self.guarding = GuardingStage(
            guarding or GuardingDescription(),
            description,
            [station.arm for station in self.stations.values()],
            guarding_folder,
        )
        for name, station in self.stations.items():
            station.lines = self.guarding.lines[name]
        self._keeps_view = Keep(parameters.instruments_keep) is Keep.VIEW
        self._joint_count = len(description.joint_names)
        self._hands: dict[str, Hands] = {}
        self._seen_from: list[float] | None = None
        self._now = -math.inf
        self.pace = 1.0
        self._look()

    def arm(self, name: str) -> Arm:
        """Return an arm; CommandRefusedError for a name that does not exist."""
        return self._station(name).arm

    def command_state(self, name: str, text: str, now: float) -> None:
        """Obey a CRTK state command for one arm at ``now`` [s]."""
        problem = self.plant.problem(now) if self.plant.is_known else 'no joint states yet'
        self._station(name).command_state(operating.parse(text), problem)
        self._startup.leave(name)

    def servo_cp(self, name: str, T_base_tip: Array, now: float) -> None:
        """Let an arm follow a tip pose ``(4, 4)`` in its base frame."""
        self.arm(name).servo_cp(self._in_rcm(name, 'servo_cp', T_base_tip), now)

    def move_cp(self, name: str, T_base_tip: Array) -> None:
        """Move an arm to a tip pose ``(4, 4)`` in its base frame."""
        self.arm(name).move_cp(self._in_rcm(name, 'move_cp', T_base_tip))

    def teleoperate(
        self, now: float, command: TeleopCommand, arrival_ns: int, site: str = FIRST_CONSOLE
    ) -> bool:
        """Take a command that arrived at ``now`` [s], on the wall clock at ``arrival_ns``.

        ``site`` is who speaks, by where the command came in. Returns whether it is followed: it is
        the newest of its site, not too old, and the site has authority over an arm in it. Raises
        CommandRefusedError for an invalid one.
        """
        for hand in (command.left, command.right):
            if hand.arm and hand.arm not in self.stations:
                raise CommandRefusedError(
                    one_of('arm of a hand', hand.arm, list(self.stations), 'correct the console')
                )
            validation.tip_pose('displacement of a hand', hand.T_displacement)
            validation.joints('jaw of a hand', (hand.jaw,), ('jaw',))
        age_s = (arrival_ns - command.stamp_ns) * 1e-9
        accepted = self.supervisor.command_arrived(now, site, command, age_s)
        if accepted:
            if site not in self._hands:
                self._hands[site] = Hands(self._parameters.goal_spread_limit_s)
            self._hands[site].take(now, command)
        return accepted

    def step(self, now: float, sample: JointSample | None = None) -> list[float] | None:
        """Run one tick at ``now`` [s]; ``sample``: all joints, if a new one has come.

        Returns the targets of all joints in the order of ``joint_names`` [rad or m], or None
        while no joint states have ever come.
        """
        if sample is not None:
            self._measure(sample, now)
        if not self.plant.is_known:
            return None
        dt = min(max(now - self._now, 0.0), LONGEST_TICK_S)
        self._now = max(self._now, now)
        self._supervise(now)
        self._set_pace(dt)
        view_moved = self._look()
        waits = self.plant.late(now)
        verdicts = self.supervisor.verdicts
        view_driven = verdicts[ENDOSCOPE].motion is Motion.TELEOPERATED
        goal_is_new = view_moved or (self._waited and not waits)
        self._waited = waits
        # The stages of a tick, in this order: what each hand wants, interpolated and solved;
        # limits along the way; fixtures and distances between all arms; the gate, the joints.
        for name, station in self.stations.items():
            motion = verdicts[name].motion
            rides = view_driven and self._rides(name)
            station.permit(Motion.TELEOPERATED if rides else motion)
            if rides:
                station.ride(self.frames.T_rcm_base(name), view_moved=view_moved)
            elif motion is Motion.TELEOPERATED and waits:
                station.arm.stop()
            elif motion is Motion.TELEOPERATED:
                self._follow(name, station, dt, goal_is_new=goal_is_new)
            station.arm.approach(dt)
        for hands in self._hands.values():
            hands.pass_time(dt)
        self.guarding.step(dt)
        targets: list[float] = []
        for station in self.stations.values():
            targets += station.send(dt)
        return targets

    def status(self, now: float) -> RobotStatus:
        """Return the supervisor's state; the limits that acted since the last call are in it."""
        return RobotStatus(
            self.supervisor.site,
            self.supervisor.stopped,
            self.supervisor.holds,
            self.supervisor.command_age_s,
            self.supervisor.command_gap_s(now),
            tuple(self._arm_status(name, station) for name, station in self.stations.items()),
            tuple(
                ConsoleStatus(
                    name,
                    console.command_age_s,
                    console.command_gap_s(now),
                    console.refusal,
                    console.path_delay_s,
                    tuple(console.take_warnings()),
                )
                for name, console in self.supervisor.consoles.items()
            ),
            self.pace,
            self.supervisor.body.take_own_warnings(),
        )

    def _arm_status(self, name: str, station: Station) -> ArmStatus:
        verdict = self.supervisor.verdict(name)
        limits = '; '.join(str(clamp) for clamp in station.arm.take_clamps())
        holder = self.supervisor.holder(name)
        warnings = self.supervisor.body.take_warnings(name)
        return ArmStatus(
            name, verdict.state, verdict.reason, limits, verdict.kind, holder, warnings
        )

    def _follow(self, name: str, station: Station, dt: float, *, goal_is_new: bool) -> None:
        hands = self._hands.get(self.supervisor.holder(name))
        hand = None if hands is None or hands.command is None else hands.command.hand_for(name)
        if hands is not None and hand is not None:
            station.follow(
                hand,
                self.frames.T_rcm_base(name),
                hands.spread_s,
                dt,
                goal_is_new=hands.are_new or goal_is_new,
            )

    def _measure(self, sample: JointSample, now: float) -> None:
        first = not self.plant.is_known
        was_away = self.plant.was_away(now)
        self.plant.joints_arrived(now)
        position = sample.position.tolist()
        for name, station in self.stations.items():
            station.measure(sample, position)
            self.supervisor.measured(now, name, Measure.TRACKING, station.tracking_error())
            if was_away:  # a simulator that comes back must not be sent to where it once was
                station.place()
        if first:
            self._now = now
            self._startup.begin()

    def _supervise(self, now: float) -> None:
        problem = self.plant.problem(now)
        self._startup.step(now, sound=not (problem or self.supervisor.stopped))
        for name, station in self.stations.items():
            if problem:
                station.break_down(problem)
            self.supervisor.observe(
                name, station.condition, station.fault, moves=not station.arm.stands
            )
        self.supervisor.step(now)
        for name, verdict in list(self.supervisor.verdicts.items()):
            if verdict.state is SafetyState.ALIGNING and self.stations[name].arm.stands:
                self.supervisor.aligned(name)

    def _set_pace(self, dt: float) -> None:
        """Bring the arms' speed limits to what the supervisor wants of them.

        It takes time: a limit that fell at once would ask for more than a stop's deceleration.
        """
        wanted, most = self.supervisor.velocity_factor, PACE_CHANGE_PER_S * dt
        if wanted == self.pace:
            return
        self.pace += min(max(wanted - self.pace, -most), most)
        for station in self.stations.values():
            station.arm.set_pace(self.pace)

    def _look(self) -> bool:
        """Move the view to where the endoscope's setpoint is; return whether it moved."""
        endoscope = self.stations[ENDOSCOPE].arm
        if endoscope.chain.q == self._seen_from:
            return False
        self._seen_from = endoscope.chain.q
        self.frames.see(endoscope.tip())
        return True

    def _rides(self, name: str) -> bool:
        """Return whether an instrument that nobody drives goes with the view now.

        It does so, where that is wanted, while a hand drives the endoscope (the caller looks at
        that): under the same supervision, and so that a link that is cut stops both.
        """
        return (
            self._keeps_view
            and name != ENDOSCOPE
            and self.supervisor.verdict(name).state in (SafetyState.READY, SafetyState.CLUTCHED)
        )

    def _in_rcm(self, name: str, what: str, T_base_tip: Array) -> Array:
        self.arm(name)
        T: Array = self.frames.T_rcm_base(name) @ validation.tip_pose(what, T_base_tip)
        return T

    def _station(self, name: str) -> Station:
        if name not in self.stations:
            raise CommandRefusedError(
                one_of('arm', name, list(self.stations), 'use one of these names')
            )
        return self.stations[name]
