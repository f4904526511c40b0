"""A simulator's health follows from what it says and from what it does not."""

import math

import pytest

from telesurgery_gazebo.health import HealthMonitor
from telesurgery_gazebo.simulator import SimulatorState


@pytest.fixture
def monitor():
    return HealthMonitor(start_limit_s=10.0, silence_limit_s=1.0, now=100.0)


def test_it_is_starting_until_it_says_something(monitor):
    assert monitor.health(109.9).state is SimulatorState.STARTING
    monitor.state_arrived(109.9, 0.001)
    assert monitor.health(110.5).state is SimulatorState.RUNNING


def test_it_is_dead_when_it_never_says_anything(monitor):
    health = monitor.health(110.1)
    assert health.state is SimulatorState.DEAD
    assert health.reason == 'did not start within 10 s'


def test_it_is_dead_when_it_falls_silent_and_alive_when_it_speaks_again(monitor):
    monitor.state_arrived(101.0, 0.5)
    assert monitor.health(102.0).state is SimulatorState.RUNNING
    health = monitor.health(102.2)
    assert (health.state, health.reason) == (SimulatorState.DEAD, 'has said nothing for 1.2 s')
    monitor.state_arrived(102.3, 0.501)
    assert monitor.health(102.3).state is SimulatorState.RUNNING
    assert monitor.health(102.3).reason == ''


def test_once_ended_it_stays_dead_for_the_first_reason(monitor):
    monitor.state_arrived(101.0, 0.5)
    monitor.died('killed')
    monitor.died('and the connection is lost, too')
    monitor.state_arrived(101.1, 0.6)
    health = monitor.health(101.1)
    assert (health.state, health.reason) == (SimulatorState.DEAD, 'killed')


@pytest.mark.parametrize('factor', [1.0, 0.5, 2.0])
def test_the_real_time_factor_is_that_of_the_last_second(monitor, factor):
    for tick in range(3000):
        slow = min(tick, 2000) * 0.0001 + max(0, tick - 2000) * 0.001 * factor
        monitor.state_arrived(100.0 + 0.001 * tick, slow)
    assert monitor.health(102.999).real_time_factor == pytest.approx(factor, rel=0.01)


def test_a_simulator_that_stands_still_has_a_factor_of_zero(monitor):
    for tick in range(2000):
        monitor.state_arrived(100.0 + 0.001 * tick, 7.0)
    assert monitor.health(102.0).real_time_factor == 0.0


def test_the_factor_is_not_known_at_first(monitor):
    assert math.isnan(monitor.health(100.0).real_time_factor)
    monitor.state_arrived(100.0, 0.0)
    monitor.state_arrived(100.1, 0.1)
    assert math.isnan(monitor.health(100.1).real_time_factor)
