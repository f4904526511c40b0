"""What broken masters say instead of what the hands do: of a sample, and one before the fault."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from faults_study.hands import moved
from telesurgery_core.types import ConsoleSample


def frozen_hand(sample: ConsoleSample, before: ConsoleSample) -> ConsoleSample:
    """Return the last value again: a receiver whose radio has lost its device."""
    return replace(before, stamp_ns=sample.stamp_ns)


def no_sample(sample: ConsoleSample, before: ConsoleSample) -> None:
    """Return nothing."""


def no_hands(sample: ConsoleSample, before: ConsoleSample) -> ConsoleSample:
    """Return what is known of masters that were unplugged."""
    return replace(sample, left=None, right=None)


def no_number(sample: ConsoleSample, before: ConsoleSample) -> ConsoleSample:
    """Return a pose that is no number."""
    return moved(sample, lambda p: p * np.nan)


def infinite(sample: ConsoleSample, before: ConsoleSample) -> ConsoleSample:
    """Return an infinite pose."""
    return moved(sample, lambda p: p + np.inf)


def leapt(sample: ConsoleSample, before: ConsoleSample) -> ConsoleSample:
    """Return a hand that is a metre away from one sample to the next."""
    return moved(sample, lambda p: p + np.array([0.0, 1.0, 0.0]))


def in_millimetres(sample: ConsoleSample, before: ConsoleSample) -> ConsoleSample:
    """Return the hand's place in another unit."""
    return moved(sample, lambda p: 1000.0 * p)
