"""Whatever a profile says and however it is named, it is taken or refused in one line."""

from __future__ import annotations

import contextlib
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_world import TABLE, S

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import Direction
from telesurgery_link.impairment import Streams
from telesurgery_link.profiles import load_profile

THERE = Direction.SURGEON_TO_PATIENT
BASE = """
description: base
source: s
date: '2026-01-01'
both: {base_delay_ms: 10.0}
"""

WEIRD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2000),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(['delay 1ms', 'base', 'kept', 'free', '-1', 'x.yaml']),
)
FIGURES = (
    *('probability', 'autocorrelation', 'every_ms', 'good_to_bad', 'bad_to_good', 'p13', 'p31'),
    *('mean_ms', 'sd_ms', 'low_ms', 'high_ms', 'shape', 'scale', 'scale_ms', 'values_ms'),
    *('rate_mbit_per_s', 'queue_ms', 'priorities', 'media', 'at_s', 'delay_ms', 'gap_s'),
    *('start_s', 'length_s', 'longest_ms', 'cool_down_ms', 'gap', 'late_ms', 'file', 'jitter_ms'),
    *('random', 'gamma', 'normal', 'uniform', 'netem', 'pareto', 'empirical', 'pareto_bursts'),
    *('gilbert_elliott', 'four_state', 'hyperexponential', 'weights', 'rates_per_ms', 'profile'),
    *('base_delay_ms', 'jitter', 'loss', 'events', 'outages', 'bandwidth', 'channels', 'trace'),
    *('duplication', 'corruption', 'reordering', 'order', 'random_outages', 'limit_frames'),
    *('both', 'surgeon_to_patient', 'schedule', 'change', 'outage_s', 'extends', 'route'),
)
CONTENT = st.recursive(
    WEIRD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(FIGURES), inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(FIGURES), CONTENT, max_size=5))
def test_whatever_a_profile_says_it_is_taken_or_refused(
    tmp_path: Path, content: dict[str, object]
) -> None:
    (tmp_path / 'base.yaml').write_text(BASE)
    (tmp_path / 'own.yaml').write_text(yaml.safe_dump({'extends': 'base', **content}))
    try:
        profile = load_profile('own', tmp_path)
        model = profile.impairment(THERE, Streams.seeded(1, 0), 0, TABLE.channels)
    except ParameterError as error:
        message = str(error)
        assert message
        assert '\n' not in message
        return
    for n in range(20):
        for fate in model.fates(n * S, TABLE.channels[0].id):
            assert 0 <= fate.delay_ns < 3600 * S


@given(
    st.text(max_size=60), st.sampled_from(['netem: ', '', 'base, then ', 'base, then after 1 s '])
)
def test_whatever_a_name_is_it_is_taken_or_refused(text: str, prefix: str) -> None:
    with contextlib.suppress(ParameterError):
        load_profile(prefix + text, Path(__file__).parent)
