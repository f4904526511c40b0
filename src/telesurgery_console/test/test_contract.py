"""What every device keeps, whatever it is: one suite over all of them."""

import math

import numpy as np
import pytest

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.gamepad import Gamepad, GamepadMapping, PadState
from telesurgery_console.keyboard import Keyboard, KeyboardMapping
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_core.parameters import load_yaml


class RestingPad:
    name = 'resting pad'

    def read(self):
        return PadState(axes={'leftx': 0.5})

    def close(self):
        pass


class RestingKeys:
    def read(self):
        return []

    def close(self):
        pass


def replay(_workspace, bag):
    return Replay(load_timeline(bag.both_hands(400).write(), TimeSource.HEADER, 200.0))


def gamepad(workspace, _bag):
    path = workspace / 'config' / 'devices' / 'gamepad.yaml'
    return Gamepad(RestingPad(), load_yaml(GamepadMapping, path), 200.0)


def keyboard(workspace, _bag):
    path = workspace / 'config' / 'devices' / 'keyboard.yaml'
    return Keyboard(RestingKeys(), load_yaml(KeyboardMapping, path), 200.0)


@pytest.fixture(params=[replay, gamepad, keyboard], ids=lambda make: make.__name__)
def device(request, workspace, bag):
    return request.param(workspace, bag)


def polled(device, start, seconds):
    """What the device says to someone who asks when it wants to be asked."""
    now, samples = start, []
    while now < start + seconds:
        samples.append((now, device.poll(now)))
        now = device.next_poll(now)
    return samples


def test_it_speaks_200_times_a_second_when_asked_as_it_wants(device):
    samples = [sample for _, sample in polled(device, 10.0, 1.0) if sample]

    assert len(samples) == pytest.approx(200, abs=1)


def test_it_never_asks_to_be_polled_earlier_than_now_for_ever(device):
    now = 10.0
    for _ in range(100):
        device.poll(now)
        upcoming = device.next_poll(now)
        assert upcoming > now
        now = upcoming


def test_its_samples_are_stamped_when_they_are_taken(device):
    for now, sample in polled(device, 10.0, 0.5):
        if sample is not None:
            assert abs(sample.stamp_ns - now * 1e9) < 1000


def test_its_poses_are_rigid_motions(device):
    for _, sample in polled(device, 10.0, 0.5):
        for hand in (sample.left, sample.right) if sample else ():
            R = hand.T_view_hand[:3, :3]
            assert np.allclose(R @ R.T, np.eye(3), atol=1e-9)
            assert np.isfinite(hand.T_view_hand).all()
            assert math.isfinite(hand.gripper)


def test_it_describes_itself_in_one_line(device):
    assert device.describe()
    assert '\n' not in device.describe()


def test_it_says_everything_only_once(device):
    device.poll(10.0)
    device.notices()

    assert device.notices() == []


def test_it_can_be_closed(device):
    device.poll(10.0)
    device.close()
