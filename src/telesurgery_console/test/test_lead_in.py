"""The arms are led to the recorded start first."""

from dataclasses import replace

import numpy as np
import pytest
from replaying import load

from telesurgery_console.lead_in import PERIOD_S, TIP_M_S, led_in
from telesurgery_core.transforms import rotation_about
from telesurgery_core.types import Hand


def test_the_hands_lead_the_tips_to_where_they_were_recorded(bag):
    timeline = load(bag.both_hands(20).write())
    wanted, tip, scale = np.eye(4), np.eye(4), 0.2
    wanted[:3, 3] = [0.01, -0.02, 0.005]
    wanted[:3, :3] = rotation_about('x', 0.3)
    tip[:3, :3] = rotation_about('z', -0.2)
    led = led_in(replace(timeline, T_view_tips={Hand.RIGHT: wanted}), {Hand.RIGHT: tip}, scale)
    lead = [s for s in led.samples if s.stamp_ns < led.samples[-20].stamp_ns]
    begin, end = lead[0].right.T_view_hand, led.samples[-20].right.T_view_hand

    # What teleoperation makes of the hand's way, from where the tip is.
    assert tip[:3, 3] + scale * (end - begin)[:3, 3] == pytest.approx(wanted[:3, 3])
    assert end[:3, :3] @ begin[:3, :3].T @ tip[:3, :3] == pytest.approx(wanted[:3, :3])
    assert [s.operator_present for s in lead[:2]] == [False, True]
    points = np.array([s.right.T_view_hand[:3, 3] for s in lead])
    speeds = scale * np.linalg.norm(np.diff(points, axis=0), axis=1) / PERIOD_S
    assert speeds.max() <= TIP_M_S * 1.001
    assert all(np.array_equal(s.left.T_view_hand, lead[0].left.T_view_hand) for s in lead)


def test_without_recorded_tips_nothing_is_led(bag):
    timeline = load(bag.both_hands(20).write())

    assert led_in(timeline, {Hand.RIGHT: np.eye(4)}, 0.2) is timeline
