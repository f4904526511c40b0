"""The supervisor's state machine of one arm, as a table.

``TRANSITIONS`` is total: every pair of a state and an event has its one next state, and from every
state one event (``STOPPED``) leads to a state without motion. ``MOTION`` says who may move the arm
in a state. ``docs/safety-states.md`` is generated from this file
(``telesurgery_safety.document``); the site's own machine is in ``site_states.py``.
"""

from __future__ import annotations

from enum import Enum


class SafetyState(Enum):
    """What the supervisor lets an arm do."""

    POWERED_OFF = 'powered off'
    """Nothing was heard of its joints yet."""
    DISABLED = 'disabled'
    """Not enabled, paused, or not homed."""
    HOMING = 'homing'
    """It moves to its home position, and nowhere else."""
    READY = 'ready'
    """Nobody drives it."""
    ALIGNING = 'aligning'
    """A hand with authority over it engaged anew: it comes to a stand, and begins from there."""
    FOLLOWING = 'following'
    """It follows a hand of the remote operator."""
    LOCAL = 'local'
    """It follows a hand of the surgeon at the bedside."""
    CLUTCHED = 'clutched'
    """A hand drives it but is not engaged: the hand moves, the arm stands."""
    HOLD = 'hold'
    """It moved and had to stop; it stands until whoever has authority engages anew."""
    FAULT = 'fault'
    """The plant cannot be trusted."""
    EMERGENCY_STOP = 'emergency stop'
    """Somebody pressed stop; it stands until that is reset at the patient side, in two steps."""

    __hash__ = object.__hash__  # of the member itself; Enum's is a Python function of its name


class Event(Enum):
    """What can happen to an arm."""

    HOMES = 'homes'
    """It began to move to its home position."""
    ENABLED = 'enabled'
    """It became enabled and homed."""
    DISABLED = 'disabled'
    """It is enabled and homed no more, or homes no more."""
    ENGAGED = 'engaged'
    """A fresh engagement by whoever has authority: an epoch that was never seen before."""
    ALIGNED = 'aligned'
    """It stands where a remote hand takes it over."""
    ALIGNED_LOCALLY = 'aligned locally'
    """It stands where a hand at the bedside takes it over."""
    DISENGAGED = 'disengaged'
    """Its hand is not engaged (the clutch is pressed)."""
    RELEASED = 'released'
    """No hand drives it any more."""
    LINK_DEGRADED = 'link degraded'
    """Commands stay away, are too old, or the path between hand and arm is not what it was."""
    OPERATOR_ABSENT = 'operator absent'
    """The operator, or the device in the operator's hands, is not there."""
    LIMIT_PASSED = 'limit passed'
    """A limit of motion, force, time or plant was passed, or a command asked for a jump."""
    STRAINED = 'strained'
    """It moved, whoever moved it, beyond a limit of its own: force, tracking, remote centre."""
    HELD = 'held'
    """Somebody at the patient side told it to hold."""
    AUTHORITY_MOVED = 'authority moved'
    """Somebody else has authority over it now."""
    FAULTED = 'faulted'
    """Joint states are missing, the simulator is dead, or a target was impossible."""
    STOPPED = 'stopped'
    """Emergency stop, from whichever side."""
    RESET = 'reset'
    """The emergency stop was reset at the patient side."""

    __hash__ = object.__hash__


HOLD_KINDS = {
    Event.LINK_DEGRADED: 'link degraded',
    Event.OPERATOR_ABSENT: 'operator absent',
    Event.LIMIT_PASSED: 'limit',
    Event.STRAINED: 'limit',
    Event.HELD: 'manual',
}
"""The events that put a moving arm on hold, and what kind of hold it then is."""


class Motion(Enum):
    """Who may move an arm."""

    NONE = 'nobody'
    HOMING = 'nobody, it goes home'
    LOCAL = 'CRTK clients on the patient side'
    TELEOPERATED = 'the hand that drives it'


MOTION = {
    SafetyState.POWERED_OFF: Motion.NONE,
    SafetyState.DISABLED: Motion.NONE,
    SafetyState.HOMING: Motion.HOMING,
    SafetyState.READY: Motion.LOCAL,
    SafetyState.ALIGNING: Motion.NONE,
    SafetyState.FOLLOWING: Motion.TELEOPERATED,
    SafetyState.LOCAL: Motion.TELEOPERATED,
    SafetyState.CLUTCHED: Motion.NONE,
    SafetyState.HOLD: Motion.NONE,
    SafetyState.FAULT: Motion.NONE,
    SafetyState.EMERGENCY_STOP: Motion.NONE,
}
_STAYS = {state: dict.fromkeys(Event, state) for state in SafetyState}
_ANYWHERE = {Event.STOPPED: SafetyState.EMERGENCY_STOP}
_POWERED = {
    **_ANYWHERE,
    Event.HOMES: SafetyState.HOMING,
    Event.ENABLED: SafetyState.READY,
    Event.DISABLED: SafetyState.DISABLED,
    Event.FAULTED: SafetyState.FAULT,
}
_HOMING = {
    **_POWERED,
    Event.STRAINED: SafetyState.DISABLED,
    Event.HELD: SafetyState.DISABLED,
}
_AVAILABLE = {
    **_ANYWHERE,
    Event.HOMES: SafetyState.HOMING,
    Event.DISABLED: SafetyState.DISABLED,
    Event.FAULTED: SafetyState.FAULT,
    Event.ENGAGED: SafetyState.ALIGNING,
    Event.STRAINED: SafetyState.HOLD,
    Event.HELD: SafetyState.HOLD,
}
_DRIVEN = {
    **_AVAILABLE,
    Event.RELEASED: SafetyState.READY,
    Event.AUTHORITY_MOVED: SafetyState.READY,
}
_ENGAGED = {
    **_DRIVEN,
    **dict.fromkeys(HOLD_KINDS, SafetyState.HOLD),
    Event.DISENGAGED: SafetyState.CLUTCHED,
}

CHANGES: dict[SafetyState, dict[Event, SafetyState]] = {
    SafetyState.POWERED_OFF: _POWERED,
    SafetyState.DISABLED: _POWERED,
    SafetyState.HOMING: _HOMING,
    SafetyState.READY: _AVAILABLE,
    SafetyState.ALIGNING: {
        **_ENGAGED,
        Event.ALIGNED: SafetyState.FOLLOWING,
        Event.ALIGNED_LOCALLY: SafetyState.LOCAL,
    },
    SafetyState.FOLLOWING: _ENGAGED,
    SafetyState.LOCAL: _ENGAGED,
    SafetyState.CLUTCHED: _DRIVEN,
    SafetyState.HOLD: _AVAILABLE,
    SafetyState.FAULT: _POWERED,
    SafetyState.EMERGENCY_STOP: {Event.RESET: SafetyState.DISABLED},
}
"""What each event changes, row by row; every event that a row does not name changes nothing."""

TRANSITIONS = {
    (state, event): after
    for state in SafetyState
    for event, after in {**_STAYS[state], **CHANGES[state]}.items()
}
"""Every pair of a state and an event with its next state."""
