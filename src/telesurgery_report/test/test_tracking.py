"""Lag and error of the tip come out of the poses as they were put in."""

import numpy as np
import pytest
from synthetic_motion import path_of_setpoint
from synthetic_truth import Faults, Truth

from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import PointTrack, PoseTrack, SafetyHistory
from telesurgery_report.tracking import track

TRUTH = Truth()
T = np.arange(0.0, 12.0, 0.01)


def points(t, p):
    return PointTrack((1e18 + np.asarray(t) * 1e9).astype(np.int64), p)


def path(t):
    return path_of_setpoint(np.asarray(t), TRUTH, 1.0)


@pytest.mark.parametrize('lag_ms', [0.0, 3.3, 12.0, 48.0, 171.7])
def test_lag_is_finer_than_the_sampling(lag_ms):
    tracked = track(points(T, path(T)), points(T + 0.004, path(T + 0.004 - lag_ms / 1e3)), arm='A')
    # The spline through 100 Hz samples of this path is good to a micrometre at 50 mm/s.
    assert tracked.lag_ms == pytest.approx(lag_ms, abs=0.02)
    assert tracked.rms_mm < 0.01


def test_a_tip_that_leads_its_setpoint_has_a_negative_lag():
    tracked = track(points(T, path(T)), points(T, path(T + 0.02)), arm='A')
    assert tracked.lag_ms == pytest.approx(-20.0, abs=0.02)


def test_noise_comes_out_as_the_error_and_not_as_lag(session_of):
    _, analysis = session_of(Truth(lag_ms=12.0, noise_mm=0.2))
    tracked = analysis.tracking['PSM1']
    # 1000 samples at 20 mm/s RMS: the lag's standard error is 0.12 mm / (20 mm/s * sqrt(1000)),
    # 0.2 ms; the RMS's is 0.2 mm / sqrt(2 * 3000), 0.003 mm. Three of each.
    assert tracked.lag_ms == pytest.approx(12.0, abs=0.6)
    assert tracked.rms_mm == pytest.approx(0.2, abs=0.009)


def test_a_steady_offset_is_an_error():
    beside = path(T - 0.01) + np.array([0.0, 0.0, 0.0004])
    assert track(points(T, path(T)), points(T, beside), arm='A').rms_mm == pytest.approx(
        0.4, abs=0.01
    )


def test_error_is_the_distance_of_the_aligned_paths():
    beside = path(T - 0.01) + np.array([0.0, 0.0003, 0.0])
    tracked = track(points(T, path(T)), points(T, beside), arm='A')
    assert np.sqrt(np.mean(tracked.error_mm**2)) == pytest.approx(tracked.rms_mm, rel=1e-12)


def test_rest_before_and_after_the_motion_does_not_dilute_the_error():
    still = np.repeat(path(T)[-1:], 3000, axis=0)
    t = np.arange(0.0, 42.0, 0.01)
    setpoint = np.vstack([path(T), still])
    worse_while_moving = setpoint + np.where(t < 12.0, 0.5e-3, 0.0)[:, None] * [1.0, 0.0, 0.0]
    tracked = track(points(t, setpoint), points(t, worse_while_moving), arm='A')
    assert tracked.rms_mm == pytest.approx(0.5, abs=0.01)


def test_a_hole_in_the_recorded_setpoint_is_not_filled_by_invention():
    recorded = (T < 5.0) | (T > 6.0)
    tracked = track(points(T[recorded], path(T[recorded])), points(T, path(T - 0.01)), arm='A')
    assert tracked.lag_ms == pytest.approx(10.0, abs=0.1)
    assert tracked.rms_mm < 0.01


def test_poses_out_of_order_change_nothing(session_of):
    _, clean = session_of(Truth())
    _, shuffled = session_of(Truth(), Faults(shuffled=True))
    assert shuffled.tracking['PSM1'].lag_ms == clean.tracking['PSM1'].lag_ms


def test_an_arm_that_never_moved_has_no_lag(session_of):
    _, analysis = session_of(Truth(seconds=3.0, moves=False))
    assert analysis.tracking == {}
    assert analysis.missing['tracking.PSM1'] == 'the setpoint of PSM1 never moved'


def test_a_tip_that_does_not_follow_has_no_lag():
    rng = np.random.default_rng(3)
    elsewhere = path(T)[rng.permutation(T.size)]
    with pytest.raises(NotMeasuredError, match='does not follow its setpoint within -50'):
        track(points(T, path(T)), points(T, elsewhere.cumsum(axis=0)), arm='PSM1')


def test_what_was_not_recorded_is_named():
    nothing = points([], np.empty((0, 3)))
    with pytest.raises(NotMeasuredError, match='the setpoint of PSM1 has 0 valid samples'):
        track(nothing, points(T, path(T)), arm='PSM1')
    with pytest.raises(NotMeasuredError, match='the tip of PSM1 has 0 poses'):
        track(points(T, path(T)), nothing, arm='PSM1')


def test_motion_counts_from_when_the_arm_first_follows_a_hand():
    safety = SafetyHistory(
        stamp_ns=np.array([10, 20, 30]),
        holds=np.zeros(3, dtype=np.int64),
        reasons=('', '', ''),
        following=(frozenset(), frozenset({'PSM1'}), frozenset({'PSM1', 'PSM2'})),
    )
    assert safety.followed_from_ns('PSM1') == 20
    assert safety.followed_from_ns('PSM2') == 30
    assert safety.followed_from_ns('PSM3') is None
    track = PoseTrack(np.array([10, 20, 30]), np.zeros((3, 3)), np.zeros((3, 4)))
    assert track.since(20).stamp_ns.tolist() == [20, 30]
