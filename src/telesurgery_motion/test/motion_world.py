"""For tests: hands that move as one likes, and arms that do what the architecture says."""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import pose, rotation_angle, rotation_from_vector
from telesurgery_core.types import ConsoleSample, HandSample
from telesurgery_motion.pipeline import Pipeline

PERIOD_NS = 5_000_000


class Arm:
    """Latches its own pose when the epoch changes and follows the displacement, law 1."""

    def __init__(self):
        self.p, self.R = np.zeros(3), np.eye(3)
        self.epoch = None

    def follow(self, hand):
        if not hand.engaged:
            return
        if hand.epoch != self.epoch:
            self.epoch, self.p_latched, self.R_latched = hand.epoch, self.p, self.R
        self.p = self.p_latched + hand.T_displacement[:3, 3]
        self.R = hand.T_displacement[:3, :3] @ self.R_latched

    def distance_to(self, before):
        """How far it has moved since ``before`` (its pose then): metres plus radians."""
        return np.linalg.norm(self.p - before[0]) + rotation_angle(self.R @ before[1].T)

    @property
    def pose(self):
        return self.p, self.R


def hand_at(t, phase=0.0):
    """Where a hand is at time t: a smooth motion of some centimetres and half a radian."""
    p = 0.05 * np.sin([1.1 * t + phase, 1.7 * t + 1.0, 0.9 * t + 2.0])
    R = rotation_from_vector(0.5 * np.sin([0.7 * t, 1.3 * t + phase, 1.9 * t + 0.5]))
    return HandSample(T_view_hand=pose(R, p), gripper=0.5 + 0.4 * np.sin(t))


class World:
    """A pipeline with an operator whose hands move all the time, and four arms."""

    def __init__(self, parameters):
        self.pipeline = Pipeline(parameters)
        self.arms = {name: Arm() for name in ('PSM1', 'PSM2', 'PSM3', 'ECM')}
        self.k = 0
        self.command = None

    @property
    def now(self):
        return self.k * PERIOD_NS * 1e-9

    def sample(self, **switches):
        """Return the sample of now, of an operator who is present."""
        return ConsoleSample(
            **{
                'stamp_ns': self.k * PERIOD_NS,
                'left': hand_at(self.now, 1.0),
                'right': hand_at(self.now),
                'operator_present': True,
                **switches,
            }
        )

    def step(self, samples=1, **switches):
        """Take the next samples."""
        for _ in range(samples):
            self.take(self.sample(**switches))
        return self

    def take(self, sample):
        self.command = self.pipeline.step(sample, self.now)
        self.k += 1
        for name, arm in self.arms.items():
            hand = self.command.hand_for(name)
            if hand is not None:
                arm.follow(hand)
        return self.command

    def again(self, **switches):
        """Take a sample with the hands exactly where they were in the one before."""
        last = (self.k - 1) * PERIOD_NS * 1e-9
        return self.take(
            self.sample(**{'left': hand_at(last, 1.0), 'right': hand_at(last), **switches})
        )

    def poses(self):
        return {name: arm.pose for name, arm in self.arms.items()}

    def moved(self, before):
        """Return the longest way that any arm has made since ``before``."""
        return max(arm.distance_to(before[name]) for name, arm in self.arms.items())

    def hand(self, name):
        """Return the state of one hand, e.g. ``MTMR``."""
        return next(
            hand for hand in self.pipeline.state(self.now).hands if hand.hand.value == name
        )
