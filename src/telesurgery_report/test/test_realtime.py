"""Real-time factor and frame rate as the simulator and its camera said them."""

from pathlib import Path

import numpy as np
import pytest

from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.realtime import frame_rate_hz, real_time_factors
from telesurgery_report.session import ImageTrack, SimulatorHealth


def camera(*stamps_ms):
    stamps = (np.array(stamps_ms) * 1_000_000).astype(np.int64)
    sizes = np.ones(stamps.size, dtype=np.int64)
    return ImageTrack(Path('bag'), '/topic', stamps, sizes, np.ones((stamps.size, 2), np.int64))


def test_only_a_running_simulator_has_a_factor():
    running = np.array([False, True, True, True, False])
    factor = np.array([0.1, 0.97, np.nan, 0.99, 0.0])
    assert real_time_factors(SimulatorHealth('gz', running, factor)).tolist() == [0.97, 0.99]


def test_a_simulator_that_never_ran_has_none():
    dead = SimulatorHealth('gz', np.array([False]), np.array([1.0]))
    with pytest.raises(NotMeasuredError, match='no real-time factor of a running simulator'):
        real_time_factors(dead)


def test_a_pause_of_the_camera_lowers_its_rate():
    assert frame_rate_hz(camera(0, 100, 200, 300), name='endoscope') == pytest.approx(10.0)
    assert frame_rate_hz(camera(0, 100, 200, 600), name='endoscope') == pytest.approx(5.0)


def test_a_frame_recorded_twice_counts_once():
    assert frame_rate_hz(camera(0, 100, 100, 200), name='endoscope') == pytest.approx(10.0)


def test_one_frame_is_no_rate():
    with pytest.raises(NotMeasuredError, match='the bags have 1 compressed frames of endoscope'):
        frame_rate_hz(camera(0), name='endoscope')
    with pytest.raises(NotMeasuredError, match='the bags have 0 compressed frames of endoscope'):
        frame_rate_hz(None, name='endoscope')
