import numpy as np
import pytest
from scipy.linalg import expm, solve_continuous_lyapunov

from telesurgery_motion.filters.voluntary_motion import VoluntaryMotion

RATE = 4.5
CHAIN = np.eye(4, k=1)
CHAIN[3, 1:] = -(RATE**3), -3.0 * RATE**2, -3.0 * RATE


@pytest.mark.parametrize('dt', [1e-4, 0.005, 0.033, 0.2, 3.0])
def test_the_transition_is_the_exponential_of_the_chain(dt):
    A, _ = VoluntaryMotion.smooth_velocity(RATE).transition(dt)

    np.testing.assert_allclose(A, expm(CHAIN * dt), rtol=1e-9, atol=1e-11)


def test_a_velocity_at_rest_has_unit_variance():
    noise = np.zeros((3, 3))
    noise[2, 2] = 16.0 * RATE**5 / 3.0
    model = VoluntaryMotion.smooth_velocity(RATE)

    np.testing.assert_allclose(
        model.rest[1:, 1:], solve_continuous_lyapunov(CHAIN[1:, 1:], -noise), rtol=1e-9, atol=1e-9
    )
    assert model.rest[1, 1] == 1.0


@pytest.mark.parametrize('dt', [0.005, 0.1, 1.0])
def test_a_hand_keeps_its_variance_from_sample_to_sample(dt):
    model = VoluntaryMotion.smooth_velocity(RATE)
    A, Q = model.transition(dt)
    after = A @ model.rest @ A.T + Q

    np.testing.assert_allclose(after[1:, 1:], model.rest[1:, 1:], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize('make', [VoluntaryMotion.smooth_velocity, None])
def test_two_steps_are_one_long_step(make):
    model = make(RATE) if make else VoluntaryMotion.integrated_wiener(3)
    short, long, both = (model.transition(dt) for dt in (0.03, 0.11, 0.14))

    np.testing.assert_allclose(long[0] @ short[0], both[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        long[0] @ short[1] @ long[0].T + long[1], both[1], rtol=1e-8, atol=1e-15
    )


def test_the_integrated_wiener_process_is_the_one_of_the_books():
    dt = 0.25
    A, Q = VoluntaryMotion.integrated_wiener(2).transition(dt)

    np.testing.assert_allclose(A, [[1.0, dt], [0.0, 1.0]])
    np.testing.assert_allclose(Q, [[dt**3 / 3.0, dt**2 / 2.0], [dt**2 / 2.0, dt]])
