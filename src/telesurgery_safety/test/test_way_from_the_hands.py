"""The monitors of a console: unusual delay, clocks that were set, jumps, link, device."""

import numpy as np
import pytest

from telesurgery_core.transforms import pose, rotation_from_vector
from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_safety.console import Console
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import Event

PERIOD = 0.005


class Hands:
    """A console whose right hand drives, and a path whose delay and clock a test may change."""

    def __init__(self, **limits):
        self.console = Console('A', SafetyParameters(**limits))
        self.now = 100.0
        self.delay = 0.07
        self.ahead = 0.0  # of the console's clock
        self.sequence = 0
        self.trips = []

    def send(self, p=(0, 0, 0), v=(0, 0, 0), *, epoch=1, engaged=True):
        self.now += PERIOD
        self.sequence += 1
        stamp = self.now - self.delay + self.ahead
        hand = HandCommand('PSM1', engaged, epoch, pose(rotation_from_vector(v), p))
        command = TeleopCommand(round(stamp * 1e9), self.sequence, HandCommand(), hand)
        trip = self.console.take(self.now, command, self.now - stamp)
        if trip is not None:
            self.trips.append(trip)
        return trip

    def run(self, seconds, **how):
        for _ in range(round(seconds / PERIOD)):
            self.send(**how)
        return self


def test_a_steady_path_never_trips_and_is_learnt():
    hands = Hands().run(3.0)
    assert hands.trips == []
    assert hands.console.path_delay_s == pytest.approx(0.07)


def test_a_step_of_the_delay_trips_at_its_first_command_and_is_usual_after_a_while():
    hands = Hands().run(1.0)
    hands.now += 0.2  # nothing comes while the path grows longer
    hands.delay = 0.27
    trip = hands.send()
    assert trip.event is Event.LINK_DEGRADED
    assert trip.reason == 'delay of the path beyond what is usual: 200 ms (limit 150 ms)'
    hands.run(3.0)
    assert hands.send() is None


def test_jitter_below_the_limit_does_not_trip():
    hands, rng = Hands(), np.random.default_rng(5)
    for _ in range(2000):
        hands.delay = 0.07 + 0.1 * rng.random()
        hands.send()
    assert hands.trips == []


@pytest.mark.parametrize(('by', 'words'), [(10.0, '+10.0 s'), (-10.0, '-10.0 s')])
def test_a_consoles_clock_that_is_set_is_told_from_a_longer_path(by, words):
    hands = Hands().run(1.0)
    hands.ahead = by
    trip = hands.send()
    assert trip.event is Event.LINK_DEGRADED
    assert f"the console's clock was set by about {words}" in trip.reason


def test_commands_from_before_an_outage_are_late_and_no_clock_is_blamed():
    hands = Hands().run(1.0)
    hands.now += 2.0
    hands.delay = 2.0
    assert '2000 ms old' in hands.send().reason


class TestJumps:
    def test_a_fast_hand_is_no_jump_even_when_commands_are_lost(self):
        hands = Hands().run(0.1)
        x = 0.0
        for _ in range(50):
            hands.now += 0.015  # three of four are lost
            x += 0.9 * 0.02
            hands.send(p=(x, 0, 0))
        assert hands.trips == []

    def test_a_slip_from_metres_to_millimetres_is_one(self):
        hands = Hands().run(0.1, p=(0.004, 0, 0))
        trip = hands.send(p=(4.0, 0, 0))
        assert trip.event is Event.LIMIT_PASSED
        assert 'MTMR asks for a jump of 3996.0 mm within 5 ms (limit 10.0 mm)' in trip.reason
        assert 'check units' in trip.reason

    def test_a_turn_that_no_hand_makes_is_one(self):
        hands = Hands().run(0.1)
        assert hands.send(v=(0, 0, 0.3)) is None
        assert 'asks for a jump of 69 deg' in hands.send(v=(0, 0, 1.5)).reason

    def test_a_new_engagement_begins_at_nothing(self):
        hands = Hands().run(0.1, p=(0.05, 0, 0))
        hands.trips.clear()
        assert hands.send(p=(0.05, 0, 0), engaged=False) is None
        assert hands.send(p=(0.001, 0, 0), epoch=2) is None
        hands.send(p=(0.001, 0, 0), epoch=2, engaged=False)
        assert hands.send(p=(0.05, 0, 0), epoch=3) is not None


class TestLinkAndDevice:
    def test_loss_must_last_to_trip(self):
        console = Hands().console
        assert console.link_reported(0.0, 0.6, 0.001) is None
        trip = console.link_reported(2.1, 0.6, 0.001)
        assert trip.reason == 'loss on the link: 60 % (limit 50 %)'
        assert list(console.take_warnings()) == ['loss on the link: 60 % (limit 50 %)']

    def test_jitter_trips_as_loss_does(self):
        console = Hands().console
        console.link_reported(0.0, 0.0, 0.2)
        assert 'jitter of the link: 200 ms' in console.link_reported(2.1, 0.0, 0.2).reason

    def test_a_gateway_that_was_heard_and_falls_silent_is_missed(self):
        console = Hands().console
        assert console.check(1e6) is None
        console.link_reported(0.0, 0.0, 0.0)
        assert console.check(2.9) is None
        assert console.check(3.1).reason == (
            'no word from the gateway of A for 3100 ms (limit 3000 ms)'
        )

    def test_a_device_that_is_gone_is_an_absent_operator_until_it_is_back(self):
        hands = Hands().run(0.1)
        trip = hands.console.device_reported('pad: unplugged')
        assert trip == (Event.OPERATOR_ABSENT, 'the device of console A: pad: unplugged')
        assert hands.send().event is Event.OPERATOR_ABSENT
        assert hands.console.device_reported('') is None
        assert hands.send() is None
