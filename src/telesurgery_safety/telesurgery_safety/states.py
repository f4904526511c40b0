"""The supervisor's state machine of one arm, as a table.

``TRANSITIONS`` is total: every pair of a state and an event has its one next state, and from every
state one event leads to a state without motion. ``MOTION`` says who may move the arm in a state.
``docs/safety-states.md`` is generated from this file (``telesurgery_safety.document``).
"""

from __future__ import annotations

from enum import Enum


class SafetyState(Enum):
    """What the supervisor lets an arm do."""

    DISABLED = 'disabled'
    """Not enabled, paused, or not homed."""
    READY = 'ready'
    """Nobody drives it from the console."""
    FOLLOWING = 'following'
    """It follows a hand of the operator."""
    CLUTCHED = 'clutched'
    """A hand drives it but is not engaged: the hand moves, the arm stands."""
    HOLD = 'hold'
    """It followed, and a limit was passed; it stands until the operator engages anew."""
    FAULT = 'fault'
    """The plant cannot be trusted."""


class Event(Enum):
    """What can happen to an arm."""

    ENABLED = 'enabled'
    """It became enabled and homed."""
    DISABLED = 'disabled'
    """It is enabled and homed no more."""
    ENGAGED = 'engaged'
    """A fresh engagement: an epoch that was never seen before."""
    DISENGAGED = 'disengaged'
    """Its hand is not engaged (clutch pressed, or operator absent)."""
    RELEASED = 'released'
    """No hand drives it any more."""
    TRIPPED = 'tripped'
    """A monitor found a limit passed."""
    FAULTED = 'faulted'
    """Joint states are missing, the simulator is dead, or a target was impossible."""


class Motion(Enum):
    """Who may move an arm."""

    NONE = 'nobody'
    HOMING = 'nobody, but it may home'
    LOCAL = 'CRTK clients on the patient side'
    TELEOPERATED = "the operator's hand"


MOTION = {
    SafetyState.DISABLED: Motion.HOMING,
    SafetyState.READY: Motion.LOCAL,
    SafetyState.FOLLOWING: Motion.TELEOPERATED,
    SafetyState.CLUTCHED: Motion.NONE,
    SafetyState.HOLD: Motion.NONE,
    SafetyState.FAULT: Motion.NONE,
}
"""An arm that is not homed is ``DISABLED`` here: homing is what leads out of it."""

TRANSITIONS = {
    (SafetyState.DISABLED, Event.ENABLED): SafetyState.READY,
    (SafetyState.DISABLED, Event.DISABLED): SafetyState.DISABLED,
    (SafetyState.DISABLED, Event.ENGAGED): SafetyState.DISABLED,
    (SafetyState.DISABLED, Event.DISENGAGED): SafetyState.DISABLED,
    (SafetyState.DISABLED, Event.RELEASED): SafetyState.DISABLED,
    (SafetyState.DISABLED, Event.TRIPPED): SafetyState.DISABLED,
    (SafetyState.DISABLED, Event.FAULTED): SafetyState.FAULT,
    (SafetyState.READY, Event.ENABLED): SafetyState.READY,
    (SafetyState.READY, Event.DISABLED): SafetyState.DISABLED,
    (SafetyState.READY, Event.ENGAGED): SafetyState.FOLLOWING,
    (SafetyState.READY, Event.DISENGAGED): SafetyState.READY,
    (SafetyState.READY, Event.RELEASED): SafetyState.READY,
    (SafetyState.READY, Event.TRIPPED): SafetyState.READY,
    (SafetyState.READY, Event.FAULTED): SafetyState.FAULT,
    (SafetyState.FOLLOWING, Event.ENABLED): SafetyState.FOLLOWING,
    (SafetyState.FOLLOWING, Event.DISABLED): SafetyState.DISABLED,
    (SafetyState.FOLLOWING, Event.ENGAGED): SafetyState.FOLLOWING,
    (SafetyState.FOLLOWING, Event.DISENGAGED): SafetyState.CLUTCHED,
    (SafetyState.FOLLOWING, Event.RELEASED): SafetyState.READY,
    (SafetyState.FOLLOWING, Event.TRIPPED): SafetyState.HOLD,
    (SafetyState.FOLLOWING, Event.FAULTED): SafetyState.FAULT,
    (SafetyState.CLUTCHED, Event.ENABLED): SafetyState.CLUTCHED,
    (SafetyState.CLUTCHED, Event.DISABLED): SafetyState.DISABLED,
    (SafetyState.CLUTCHED, Event.ENGAGED): SafetyState.FOLLOWING,
    (SafetyState.CLUTCHED, Event.DISENGAGED): SafetyState.CLUTCHED,
    (SafetyState.CLUTCHED, Event.RELEASED): SafetyState.READY,
    (SafetyState.CLUTCHED, Event.TRIPPED): SafetyState.CLUTCHED,
    (SafetyState.CLUTCHED, Event.FAULTED): SafetyState.FAULT,
    (SafetyState.HOLD, Event.ENABLED): SafetyState.HOLD,
    (SafetyState.HOLD, Event.DISABLED): SafetyState.DISABLED,
    (SafetyState.HOLD, Event.ENGAGED): SafetyState.FOLLOWING,
    (SafetyState.HOLD, Event.DISENGAGED): SafetyState.HOLD,
    (SafetyState.HOLD, Event.RELEASED): SafetyState.HOLD,
    (SafetyState.HOLD, Event.TRIPPED): SafetyState.HOLD,
    (SafetyState.HOLD, Event.FAULTED): SafetyState.FAULT,
    (SafetyState.FAULT, Event.ENABLED): SafetyState.READY,
    (SafetyState.FAULT, Event.DISABLED): SafetyState.DISABLED,
    (SafetyState.FAULT, Event.ENGAGED): SafetyState.FAULT,
    (SafetyState.FAULT, Event.DISENGAGED): SafetyState.FAULT,
    (SafetyState.FAULT, Event.RELEASED): SafetyState.FAULT,
    (SafetyState.FAULT, Event.TRIPPED): SafetyState.FAULT,
    (SafetyState.FAULT, Event.FAULTED): SafetyState.FAULT,
}
