"""Gazebo's time keeps with the wall clock's, whatever a busy machine takes from it."""

import pytest

from telesurgery_gazebo.classic.pacing import (
    EVERY_S,
    FASTEST,
    MOST_BEHIND_S,
    SLOWEST,
    STEP_RATE_HZ,
    Pacing,
)

MESSAGE_S = 0.004
SETTLED_S = 8.0


class Gazebo:
    """A simulation that loses a part of its time, and its pacing."""

    def __init__(self, lost_part):
        self.pacing = Pacing()
        self.lost_part = lost_part
        self.rate_hz = STEP_RATE_HZ
        self.rates_hz = []
        self.now = 100.0
        self.sim_time_s = 3.0
        self.pacing.update(self.now, self.sim_time_s)

    def run(self, seconds):
        for _ in range(round(seconds / MESSAGE_S)):
            self.now += MESSAGE_S
            self.sim_time_s += MESSAGE_S * self.rate_hz / STEP_RATE_HZ * (1.0 - self.lost_part)
            self._paced()

    def freeze(self, seconds):
        self.now += seconds
        self._paced()

    def _paced(self):
        rate_hz = self.pacing.update(self.now, self.sim_time_s)
        if rate_hz is not None:
            self.rate_hz = rate_hz
            self.rates_hz.append(rate_hz)

    def behind_s(self):
        return (self.now - 100.0) - (self.sim_time_s - 3.0)


@pytest.mark.parametrize('lost_part', [-0.05, 0.0, 0.02, 0.1, 0.2])
def test_a_steady_loss_is_made_up_for_wholly(lost_part):
    gazebo = Gazebo(lost_part)
    gazebo.run(SETTLED_S)
    assert abs(gazebo.behind_s()) < 0.001
    factor = gazebo.rate_hz / STEP_RATE_HZ * (1.0 - lost_part)
    assert factor == pytest.approx(1.0, abs=0.004)


def test_nothing_is_said_while_time_passes_as_it_should():
    gazebo = Gazebo(lost_part=0.0)
    gazebo.run(SETTLED_S)
    assert gazebo.rates_hz == []


def test_a_machine_that_cannot_is_not_driven_beyond_the_bound():
    gazebo = Gazebo(lost_part=0.6)
    gazebo.run(SETTLED_S)
    assert max(gazebo.rates_hz) == FASTEST * STEP_RATE_HZ
    gazebo.lost_part = 0.0
    gazebo.run(SETTLED_S)
    assert gazebo.rate_hz == pytest.approx(STEP_RATE_HZ, rel=0.004)
    assert min(gazebo.rates_hz) >= SLOWEST * STEP_RATE_HZ


def test_a_freeze_is_not_made_up_for():
    gazebo = Gazebo(lost_part=0.0)
    gazebo.run(1.0)
    gazebo.freeze(5.0)
    gazebo.run(SETTLED_S)
    assert gazebo.behind_s() == pytest.approx(5.0, abs=MOST_BEHIND_S)
    assert gazebo.rate_hz == STEP_RATE_HZ


def test_a_reset_of_simulated_time_begins_anew():
    gazebo = Gazebo(lost_part=0.1)
    gazebo.run(SETTLED_S)
    gazebo.sim_time_s = 0.0
    gazebo.run(SETTLED_S)
    assert gazebo.rate_hz * 0.9 == pytest.approx(STEP_RATE_HZ, rel=0.004)


def test_the_rate_is_corrected_only_now_and_then():
    gazebo = Gazebo(lost_part=0.1)
    gazebo.run(SETTLED_S)
    assert len(gazebo.rates_hz) <= SETTLED_S / EVERY_S
