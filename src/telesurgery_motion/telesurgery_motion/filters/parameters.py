"""Parameters of the tremor filters, part of those of the motion node.

The values of the filters that estimate tremor are those that ``bench/tremor.py --tune`` finds on
one task; tuned to the same end, a low-pass is opened until it does nothing (``docs/tremor.md``).
"""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter

NAMES = ('none', 'butterworth', 'one_euro', 'wflc', 'bmflc', 'bmflc_kalman', 'adaptive')
"""The filters, simplest first; ``table.py`` makes them."""


@dataclass(frozen=True, slots=True)
class TremorParameters:
    """Which filter takes the tremor out of the hands, and how each of them is set."""

    filter: str = parameter('adaptive', choices=NAMES, doc='Tremor filter, see docs/tremor.md.')
    tremor_share: float = parameter(
        1.0, low=0.0, high=1.0, doc='Share of what a filter finds that is taken out; 0: nothing.'
    )
    tremor_limit_m: float = parameter(
        0.003,
        unit='m',
        low=1e-4,
        high=0.05,
        doc='Most that a filter that estimates tremor ever takes out.',
    )
    tremor_lever_m: float = parameter(
        0.1, unit='m', low=0.01, high=1.0, doc='Length that makes a turn a way: 1 rad counts so.'
    )
    tremor_low_hz: float = parameter(
        6.0, unit='Hz', low=2.0, high=20.0, doc='Lower end of the band of tremor.'
    )
    tremor_high_hz: float = parameter(
        14.0, unit='Hz', low=4.0, high=30.0, doc='Upper end of the band of tremor.'
    )
    butterworth_cutoff_hz: float = parameter(
        6.0, unit='Hz', low=0.1, high=100.0, doc='Cut-off (-3 dB).'
    )
    one_euro_min_cutoff_hz: float = parameter(
        2.0, unit='Hz', low=0.1, high=100.0, doc='Cut-off of the resting hand.'
    )
    one_euro_beta: float = parameter(
        200.0, unit='Hz/(m/s)', low=0.0, high=1e5, doc='Cut-off gained with the speed of the hand.'
    )
    one_euro_derivative_cutoff_hz: float = parameter(
        2.0, unit='Hz', low=0.1, high=100.0, doc='Cut-off of the speed estimate.'
    )
    wflc_high_pass_hz: float = parameter(
        47.1, unit='Hz', low=0.5, high=60.0, doc='What is learnt from lies above it.'
    )
    wflc_amplitude_rate: float = parameter(
        100.0, unit='1/s', low=0.0, high=100.0, doc='How fast amplitude and phase are learnt.'
    )
    wflc_frequency_rate: float = parameter(
        0.609, unit='rad/s^2', low=0.0, high=1e4, doc='How fast the frequency is learnt.'
    )
    bmflc_spacing_hz: float = parameter(
        1.27, unit='Hz', low=0.1, high=4.0, doc='Distance of the frequencies of the comb.'
    )
    bmflc_high_pass_hz: float = parameter(
        3.86, unit='Hz', low=0.5, high=60.0, doc='What is learnt from lies above it.'
    )
    bmflc_rate: float = parameter(
        40.6, unit='1/s', low=0.0, high=1e3, doc='How fast the comb learns.'
    )
    bmflc_kalman_spacing_hz: float = parameter(
        1.0, unit='Hz', low=0.1, high=4.0, doc='Distance of the frequencies of the comb.'
    )
    bmflc_kalman_jerk: float = parameter(
        0.65, unit='m/s^3/sqrt(Hz)', low=1e-4, high=1e3, doc='What drives voluntary motion.'
    )
    bmflc_kalman_drift: float = parameter(
        4.12e-4,
        unit='m/sqrt(s)',
        low=0.0,
        high=1.0,
        doc='How fast the amplitude of tremor drifts.',
    )
    bmflc_kalman_noise_m: float = parameter(
        1.22e-7, unit='m', low=1e-7, high=1e-2, doc='Noise of the measurement.'
    )
    adaptive_oscillators: int = parameter(
        17, low=1, high=40, doc='Frequencies in the band; the work grows with their square.'
    )
    adaptive_coherence_s: float = parameter(
        2.99, unit='s', low=0.05, high=60.0, doc='For so long an oscillation keeps its phase.'
    )
    adaptive_tremor_time_s: float = parameter(
        0.054, unit='s', low=0.05, high=60.0, doc='Time constant of the strength of tremor.'
    )
    adaptive_tremor_factor: float = parameter(
        1.58, low=0.0, high=100.0, doc='Power of tremor that is assumed, of what was seen.'
    )
    adaptive_rate: float = parameter(
        4.45, unit='1/s', low=0.5, high=50.0, doc='Where the velocity of a hand falls off.'
    )
    adaptive_speed_time_s: float = parameter(
        0.228, unit='s', low=0.05, high=60.0, doc='Time constant of the strength of motion.'
    )
    adaptive_speed_factor: float = parameter(
        2.92, low=0.01, high=1e3, doc='Power of motion that is assumed, of what was seen.'
    )

    def check_tremor(self) -> None:
        """Raise ParameterError where values contradict each other."""
        if self.tremor_low_hz >= self.tremor_high_hz:
            raise ParameterError(
                f'tremor_low_hz is {self.tremor_low_hz!r}; allowed: less than tremor_high_hz '
                f'({self.tremor_high_hz!r}); correct one'
            )
