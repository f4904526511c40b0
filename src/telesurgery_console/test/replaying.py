"""A recording is read and played, poll by poll."""

from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_core.types import Hand

MS = 1_000_000


def load(path, time_source=TimeSource.HEADER, rate_hz=200.0):
    return load_timeline(path, time_source, rate_hz)


def play(timeline, period_s=0.005, start=1000.0, **options):
    device, samples = Replay(timeline, **options), []
    now = start
    while not device.finished:
        samples.append(device.poll(now))
        now += period_s
        assert now < start + 1000.0
    return [sample for sample in samples if sample is not None]


def x_of(sample, hand=Hand.RIGHT):
    return round(float(sample.hand(hand).T_view_hand[0, 3]), 9)
