import numpy as np
import pytest
from scipy import signal

from telesurgery_motion.filters.second_order import SecondOrder


@pytest.mark.parametrize('rate_hz', [50.0, 200.0, 1000.0])
@pytest.mark.parametrize(('kind', 'part'), [('lowpass', 0), ('highpass', 1)])
def test_at_a_constant_interval_it_is_the_butterworth_design(rate_hz, kind, part):
    x = np.random.default_rng(1).normal(size=400)
    section = SecondOrder(6.0)
    section.reset(())
    ours = [float(section.step(sample, 1.0 / rate_hz)[part]) for sample in x]

    b, a = signal.butter(2, 6.0, kind, fs=rate_hz)
    # Scipy's form and ours start alike, at rest; 400 samples of rounding.
    np.testing.assert_allclose(ours, signal.lfilter(b, a, x), atol=1e-12)


def test_low_and_high_and_what_is_between_are_the_whole():
    """At the cut-off both parts are 3 dB down, by design."""
    section, dt, t = SecondOrder(5.0), 0.001, np.arange(0.0, 4.0, 0.001)
    section.reset(())
    parts = np.array([section.step(x, dt) for x in np.sin(2.0 * np.pi * 5.0 * t)])[2000:]

    assert np.sqrt(np.square(parts).mean(axis=0)) == pytest.approx([0.5, 0.5], abs=1e-3)


@pytest.mark.parametrize('dt', [0.001, 0.005, 0.01])
def test_the_stated_response_of_the_high_pass_is_the_one_it_has(dt):
    section, f = SecondOrder(4.0), 9.0
    section.reset(())
    t = np.arange(0.0, 6.0, dt)
    y = np.array([section.step(np.sin(2.0 * np.pi * f * s), dt)[1] for s in t])
    late = t > 4.0 - 0.5 * dt
    carrier = np.exp(2j * np.pi * f * t[late])
    found = 2j * (y[late] * carrier.conj()).mean()

    # Two seconds are eighteen whole periods.
    assert found == pytest.approx(section.high_response(np.array(2.0 * np.pi * f), dt), abs=2e-3)


def test_an_interval_that_changes_disturbs_nothing():
    """A slow motion, sampled anyhow, is followed as by the analogue filter."""
    rng = np.random.default_rng(2)
    t = np.cumsum(rng.uniform(0.0005, 0.004, 4000))
    section = SecondOrder(5.0)
    section.reset(())
    low = [
        section.step(np.sin(2.0 * np.pi * s), dt)[0]
        for s, dt in zip(t, np.diff(t, prepend=0), strict=True)
    ]
    s = 1j / 5.0  # 1 Hz relative to the cut-off
    analogue = (np.exp(2j * np.pi * t) / (s * s + np.sqrt(2.0) * s + 1.0)).imag

    # The trapezoidal rule at 4 ms and 1 Hz: (pi f dt)^2 / 3 = 5e-5 of the phase, and the start.
    assert np.abs(np.array(low) - analogue)[1000:].max() < 2e-3
