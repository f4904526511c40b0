"""Cameras are subscribed to while they are wanted, and pause where the machine is too slow."""

import math

import pytest

from telesurgery_gazebo import camera_feed
from telesurgery_gazebo.camera_feed import CameraFeed
from telesurgery_gazebo.transport.messages import Image as ImageMessage


class Client:
    """Of gz-transport: who is subscribed to, and with what."""

    def __init__(self):
        self.callbacks = {}
        self.subscriptions = 0

    def subscribe(self, topic, callback):
        self.subscriptions += 1
        self.callbacks[topic] = callback

    def unsubscribe(self, topic):
        del self.callbacks[topic]


@pytest.fixture
def now(monkeypatch):
    class Clock:
        value = 100.0

    monkeypatch.setattr(camera_feed.time, 'monotonic', lambda: Clock.value)
    return Clock


@pytest.fixture
def client():
    return Client()


@pytest.fixture
def shown():
    return []


@pytest.fixture
def feed(client, shown):
    return CameraFeed(client, {'endoscope': '/picture'}, shown.append, 2.0)


PICTURE = ImageMessage(width=1, height=1, data=b'rgb', pixel_format_type=3).SerializeToString()


def test_a_wanted_camera_is_subscribed_to_until_it_is_not(feed, client, shown):
    feed.watch('endoscope', True)
    feed.watch('endoscope', True)
    client.callbacks['/picture'](PICTURE)
    assert [image.rgb for image in shown] == [b'rgb']
    feed.watch('endoscope', False)
    feed.watch('endoscope', False)
    assert client.callbacks == {}


def test_an_unknown_camera_is_none(feed, client):
    feed.watch('nowhere', True)
    assert client.callbacks == {}


def test_on_a_slow_machine_a_camera_pauses_after_each_picture_and_says_so_once(
    feed, client, shown, now, caplog
):
    feed.watch('endoscope', True)
    for _ in range(3):
        feed.tend(now.value, 0.4)
        now.value += 1.0
    client.callbacks['/picture'](PICTURE)
    assert client.callbacks == {}  # it does not render now
    assert len(shown) == 1
    feed.tend(now.value, 0.93)
    assert client.callbacks == {}
    now.value += 0.5
    feed.tend(now.value, 0.93)
    client.callbacks['/picture'](PICTURE)
    assert len(shown) == 2
    assert caplog.text.count('too slow for all pictures (real-time factor 0.40)') == 1


def test_one_that_shows_nothing_though_time_passes_is_asked_again(feed, client, now):
    feed.watch('endoscope', True)
    for factor, asked in ((1.0, 1), (math.nan, 1), (1.0, 2), (1.0, 2)):
        feed.tend(now.value, factor)
        assert client.subscriptions == asked
        now.value += 2.0
    client.callbacks['/picture'](PICTURE)
    now.value += 2.0
    feed.tend(now.value, 1.0)
    assert client.subscriptions == 2


def test_one_that_pauses_and_is_wanted_no_more_stays_away(feed, client, now):
    feed.watch('endoscope', True)
    feed.tend(now.value, 0.4)
    client.callbacks['/picture'](PICTURE)
    feed.watch('endoscope', False)
    now.value += 10.0
    feed.tend(now.value, 0.4)
    assert client.callbacks == {}
