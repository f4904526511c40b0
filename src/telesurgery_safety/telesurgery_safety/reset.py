"""The reset of an emergency stop: two deliberate steps at the patient's side.

The first step gives a code, the second must bring it back within a time. A single stray call, a
repeated one and one that was prepared before the stop do nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_CODES = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a step."""

    done: bool
    """The emergency stop may end now."""
    code: str
    """What the second step must bring; empty: nothing to bring."""
    message: str


class TwoStepReset:
    """Gives codes and takes them back; times are ``now`` [s] of one steady clock."""

    def __init__(self, window_s: float, rng: np.random.Generator) -> None:
        """Let codes hold for ``window_s`` [s]; they are drawn from ``rng``."""
        self.window_s = window_s
        self._rng = rng
        self._code = ''
        self._until = -math.inf

    def step(self, now: float, code: str, *, stopped: bool) -> Answer:
        """Take a call: with an empty code the first step, with one the second."""
        given, until = self._code, self._until
        self._code, self._until = '', -math.inf
        if not stopped:
            return Answer(False, '', 'there is no emergency stop to reset')
        if not code:
            self._code = f'{self._rng.integers(_CODES):04d}'
            self._until = now + self.window_s
            return Answer(
                False,
                self._code,
                f'confirm with the code {self._code} within {self.window_s:g} s',
            )
        if not given:
            return Answer(False, '', 'no code was given; begin with an empty one')
        if code != given:
            return Answer(False, '', f'{code!r} is not the code that was given; begin anew')
        if now > until:
            return Answer(
                False, '', f'the code held for {self.window_s:g} s and is over; begin anew'
            )
        return Answer(True, '', 'the emergency stop has ended; nothing moves until a hand engages')
