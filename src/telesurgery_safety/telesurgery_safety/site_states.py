"""The state machine of the patient's side as a whole, as a table.

It follows its arms: the most serious of their states is the site's. Only the emergency stop is
the site's own; it is latched here, and all arms with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from telesurgery_safety.states import SafetyState


class SiteState(Enum):
    """What the patient's side does."""

    POWERED_OFF = 'powered off'
    """No arm was heard of yet."""
    DISABLED = 'disabled'
    """No arm is enabled and homed."""
    READY = 'ready'
    """Nobody drives an arm."""
    OPERATING = 'operating'
    """A remote hand drives an arm, or is about to."""
    LOCAL = 'local'
    """The surgeon at the bedside drives an arm."""
    HOLD = 'hold'
    """An arm is on hold."""
    FAULT = 'fault'
    """An arm is in fault."""
    EMERGENCY_STOP = 'emergency stop'
    """Nothing moves until it is reset here, in two steps."""


class SiteEvent(Enum):
    """What can happen to the patient's side: the most serious state of an arm, stop, reset."""

    ARMS_OFF = 'all arms powered off'
    """No arm was heard of yet."""
    ARMS_DISABLED = 'all arms disabled'
    """No arm is enabled and homed."""
    ARMS_READY = 'an arm ready'
    """An arm may be driven, and none is."""
    ARM_DRIVEN = 'an arm driven'
    """An arm is aligning, following or clutched."""
    ARM_LOCAL = 'an arm driven locally'
    """An arm follows the surgeon at the bedside."""
    ARM_HELD = 'an arm held'
    """An arm is on hold."""
    ARM_FAULTED = 'an arm faulted'
    """An arm is in fault."""
    STOPPED = 'stopped'
    """Emergency stop, from whichever side."""
    RESET = 'reset'
    """The second step of the reset at the patient's side."""


SERIOUSNESS = {
    SafetyState.FAULT: SiteEvent.ARM_FAULTED,
    SafetyState.HOLD: SiteEvent.ARM_HELD,
    SafetyState.LOCAL: SiteEvent.ARM_LOCAL,
    SafetyState.FOLLOWING: SiteEvent.ARM_DRIVEN,
    SafetyState.ALIGNING: SiteEvent.ARM_DRIVEN,
    SafetyState.CLUTCHED: SiteEvent.ARM_DRIVEN,
    SafetyState.READY: SiteEvent.ARMS_READY,
    SafetyState.HOMING: SiteEvent.ARMS_DISABLED,
    SafetyState.DISABLED: SiteEvent.ARMS_DISABLED,
    SafetyState.EMERGENCY_STOP: SiteEvent.STOPPED,
    SafetyState.POWERED_OFF: SiteEvent.ARMS_OFF,
}
"""What an arm's state is to the site, the most serious first (all arms stop together)."""

_FOLLOWS = {
    SiteEvent.ARMS_OFF: SiteState.POWERED_OFF,
    SiteEvent.ARMS_DISABLED: SiteState.DISABLED,
    SiteEvent.ARMS_READY: SiteState.READY,
    SiteEvent.ARM_DRIVEN: SiteState.OPERATING,
    SiteEvent.ARM_LOCAL: SiteState.LOCAL,
    SiteEvent.ARM_HELD: SiteState.HOLD,
    SiteEvent.ARM_FAULTED: SiteState.FAULT,
    SiteEvent.STOPPED: SiteState.EMERGENCY_STOP,
}

TRANSITIONS = {
    (state, event): SiteState.EMERGENCY_STOP
    if state is SiteState.EMERGENCY_STOP
    else _FOLLOWS.get(event, state)
    for state in SiteState
    for event in SiteEvent
} | {(SiteState.EMERGENCY_STOP, SiteEvent.RESET): SiteState.DISABLED}
"""Every pair of a state and an event with its next state: only a reset ends an emergency stop."""


def event_of(states: Iterable[SafetyState]) -> SiteEvent:
    """Return what the arms' states together are to the site."""
    present = set(states)
    return next(event for state, event in SERIOUSNESS.items() if state in present)
