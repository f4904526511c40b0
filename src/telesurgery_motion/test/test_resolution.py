import numpy as np
import pytest
from filter_signals import DT, reach, rms, run, shaking, times, vector_filter

from telesurgery_motion.filters.resolution import MEMORY_S, Resolution


def watch(resolution, x, dt=DT):
    resolution.reset(x[0])
    return [float(resolution.variance(reading, dt)[0]) for reading in x[1:]]


def test_a_sensor_that_never_repeats_itself_is_fine():
    t = times(1.0)

    assert watch(Resolution(), reach(t) + shaking(t)) == [0.0] * (len(t) - 1)


def test_a_step_after_a_repeated_reading_tells_the_resolution():
    readings = np.array([0.0, 0.0, 3e-4])[:, None, None] * np.array([1.0, 0.0, 0.0])

    # Two readings alike count as one: the variance of a step, twice.
    assert watch(Resolution(), readings)[-1] == pytest.approx(2.0 * 3e-4**2 / 12.0, rel=1e-9)


def test_it_is_forgotten():
    resolution = Resolution()
    watch(resolution, np.array([0.0, 0.0, 3e-4])[:, None, None] * np.ones(3))
    then = float(resolution.variance(np.full((1, 3), 4e-4), 5.0 * MEMORY_S)[0])

    assert then == pytest.approx(2.0 * 3e-4**2 / 12.0 * np.exp(-5.0), rel=1e-9)


@pytest.mark.parametrize('step_m', [2e-4, 0.4 / 1024, 0.4 / 256])
def test_a_very_coarse_sensor_is_not_made_worse(step_m):
    """Axes of 10 and of 8 bits over 0.4 m: there is no tremor to be seen in their steps."""
    t = times(8.0)
    meant = reach(t)
    seen = np.round((meant + shaking(t)) / step_m) * step_m
    late = t > 3.0

    result = run(vector_filter('adaptive'), seen)
    assert rms((result - meant)[late]) < 1.1 * rms((seen - meant)[late])
