"""Cases of the two sides: their processes, the device, the clocks, the simulator, the graph."""

from __future__ import annotations

from dataclasses import replace

from faults_study import broken_masters as broken
from faults_study.case import Case, Expected
from faults_study.injuries import (
    Arms,
    Clock,
    Console,
    Device,
    Finished,
    Gateway,
    Motion,
    Simulator,
    StateCommand,
    Stutter,
)
from faults_study.real_fault import RealFault, What
from faults_study.strangers import Stranger, displaced
from telesurgery_core.types import HandCommand
from telesurgery_link.channels import Side

SURGEON, PATIENT = Side.SURGEON, Side.PATIENT
GO, STOP, EITHER = Expected.GOES_ON, Expected.STOPS, Expected.EITHER


def _other_console(hand: HandCommand) -> HandCommand:
    return replace(displaced((0.0, 0.02, 0.0))(hand), epoch=hand.epoch + 1000)


SIDE_CASES = (
    # Processes of the surgeon's side.
    Case(
        'console gone',
        'The console ends and is started again.',
        Console(),
        STOP,
        RealFault(What.KILL, 'console'),
    ),
    Case(
        'motion gone',
        'The motion part ends and is started again.',
        Motion(True),
        STOP,
        RealFault(What.KILL, 'motion'),
    ),
    Case(
        'motion gone, from zero',
        'The same, and it counts from zero again.',
        Motion(False),
        STOP,
    ),
    Case(
        "surgeon's gateway gone",
        'It ends and is started again.',
        Gateway(SURGEON),
        STOP,
        RealFault(What.KILL, 'gateway of surgeon'),
    ),
    Case(
        "patient's gateway gone",
        'It ends and is started again.',
        Gateway(PATIENT),
        STOP,
        RealFault(What.KILL, 'gateway of patient'),
    ),
    Case(
        'arms gone',
        "The arms' process ends and is started again.",
        Arms(),
        STOP,
        RealFault(What.KILL, 'arms'),
    ),
    # The device.
    Case('unplugged', 'The device says that it is gone.', Device(broken.no_hands), STOP),
    Case(
        'device stops',
        'The device says nothing more.',
        Device(broken.no_sample),
        STOP,
        RealFault(What.UNPLUG),
    ),
    Case(
        'device repeats',
        'A master with poses repeats its last one; the hand is elsewhere when it comes back.',
        Device(broken.frozen_hand),
        EITHER,
        longest_delay_s=0.75,  # what the hand did meanwhile may be followed then, if it is no leap
    ),
    Case('bag ends', 'A recording ends while the hands move.', Finished(), STOP),
    Case(
        'NaN',
        "One hand's pose is no number.",
        Device(broken.no_number),
        STOP,
        RealFault(What.MASTER, 'factor', float('nan')),
    ),
    Case(
        'infinity',
        "One hand's pose is infinite.",
        Device(broken.infinite),
        STOP,
        RealFault(What.MASTER, 'factor', float('inf')),
    ),
    Case(
        'leap',
        'One hand is a metre away from one sample to the next.',
        Device(broken.leapt),
        STOP,
        RealFault(What.MASTER, 'leap', 1.0),
    ),
    Case(
        'unit slip',
        'One hand comes in millimetres.',
        Device(broken.in_millimetres),
        STOP,
        RealFault(What.MASTER, 'factor', 1000.0),
    ),
    # A stranger on the patient's graph.
    Case(
        'second console',
        'Another console, which does not hold the arm, claims it with newer numbers.',
        Stranger(_other_console, sequence_ahead=100_000, site='B'),
        GO,
    ),
    Case(
        'impersonation',
        "A stranger on the patient's own graph speaks as the console that holds the arm, with "
        'newer numbers.',
        Stranger(_other_console, sequence_ahead=100_000),
        EITHER,
        RealFault(What.COMMANDS, 'impersonation'),
    ),
    Case(
        'command leaps',
        'Commands with the tip 200 mm away come beside the good ones.',
        Stranger(displaced((0.0, 0.2, 0.0)), sequence_ahead=1000),
        STOP,
        RealFault(What.COMMANDS, 'leaps'),
    ),
    Case(
        'command is no number',
        'Commands with NaN come beside the good ones; who sees that a second one speaks, holds.',
        Stranger(displaced((float('nan'), 0.0, 0.0)), sequence_ahead=1000),
        EITHER,
        RealFault(What.COMMANDS, 'no number'),
    ),
    Case(
        'command of the future',
        'Commands stamped ten seconds ahead come beside the good ones.',
        Stranger(lambda hand: hand, sequence_ahead=1000, stamp_ahead_s=10.0),
        STOP,
        RealFault(What.COMMANDS, 'future'),
    ),
    # Clocks.
    *(
        Case(
            f"{side.value}'s clock {seconds:+.0f} s",
            f'The clock of the {side.value} side is set by {seconds:+.0f} s.',
            Clock(side, seconds),
            EITHER,
        )
        for side in (SURGEON, PATIENT)
        for seconds in (10.0, -10.0)
    ),
    # The simulator.
    Case(
        'simulator paused',
        'It stands, and goes on.',
        Simulator(paused=True),
        STOP,
        RealFault(What.PAUSE),
    ),
    Case(
        'simulator stands',
        'It stands and says nothing, and goes on.',
        Simulator(frozen=True),
        STOP,
        longest_delay_s=0.7,  # it goes on from where it stood, by what it was told last
    ),
    Case(
        'simulator stutters',
        'It gets a fifth of its time, in turns of 50 ms, and catches up.',
        Stutter(),
        EITHER,
        longest_delay_s=0.7,
        body_is_slow=True,
    ),
    Case(
        'simulated time slow',
        "The simulator's time runs at a fifth.",
        Simulator(pace=0.2),
        EITHER,
        body_is_slow=True,
    ),
    Case(
        'simulator dead',
        'It ends and comes back where it was.',
        Simulator(dead=True),
        STOP,
        RealFault(What.KILL, 'simulator'),
    ),
    # The patient's side itself.
    Case(
        'paused',
        'A client pauses every arm.',
        StateCommand('pause'),
        STOP,
        RealFault(What.STATE, value='pause'),
    ),
    Case(
        'disabled',
        'A client disables every arm.',
        StateCommand('disable'),
        STOP,
        RealFault(What.STATE, value='disable'),
    ),
)
