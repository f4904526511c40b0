"""What the supervisor's reasons mean to somebody who does not know its words."""

from __future__ import annotations

MEANINGS = (
    ('no joint states', 'the robot no longer said where its joints were'),
    ('no command', 'nothing came from the surgeon in time'),
    ('no word from the gateway', 'the program at the network fell silent'),
    ('no word from the simulator', 'the simulator fell silent'),
    ('commands are old', 'what came from the surgeon came too late'),
    ('delay of the path', 'what came from the surgeon came much later than usual'),
    ('loss on the link', 'the network lost too much'),
    ('jitter of the link', 'the network was too uneven'),
    ('away from where it was told to be', 'an arm was not where it was told to be'),
    ('shaft off the remote centre', 'an instrument pulled at its port'),
    ('touches with', 'an instrument pressed too hard'),
    ('slower than real time', 'the simulator did not keep up'),
    ('control loop stood', 'the program that moves the arms was held up'),
    ('the simulator is paused', 'somebody paused the simulator'),
    ('clock', 'a clock was set'),
    ('device of', "the device in the surgeon's hands failed"),
    ('authority over', 'another console got the arm'),
    ('emergency stop', 'somebody pressed the emergency stop'),
)
"""A piece of the reason, and its meaning; the first that fits is taken."""


def in_plain_words(reason: str) -> str:
    """Return a meaning with the reason behind it; the reason alone where none is known."""
    meaning = next((meaning for piece, meaning in MEANINGS if piece in reason), '')
    return f'{meaning} ("{reason}")' if meaning else reason
