"""Raw HID reports from a file, played into the device; the file says how it was made."""

from pathlib import Path

import numpy as np
import pytest

from telesurgery_console.curve import shape
from telesurgery_console.health import Health
from telesurgery_console.mapping import load_mapping
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.spacemouse import HidInfo, SpaceMouse
from telesurgery_console.testing import RATE_HZ, FakeHid, moved
from telesurgery_console.unit import Unit
from telesurgery_core.transforms import rotation_angle
from telesurgery_core.types import Hand

REPORTS = Path(__file__).parent / 'data' / 'spacemouse_made_by_formula.txt'
COMPACT = HidInfo('/dev/hidraw0', 0x256F, 0xC635, usage=(1, 8))
PERIOD_S = 1.0 / RATE_HZ


def recorded():
    """The reports and when they came [s]."""
    lines = [line for line in REPORTS.read_text().splitlines() if not line.startswith('#')]
    parted = (line.split(maxsplit=1) for line in lines)
    return [(float(seconds), bytes.fromhex(report)) for seconds, report in parted]


def played(mapping, until_s, more_s=0.0):
    """Every sample and the device, when the reports up to ``until_s`` have come."""
    hid = FakeHid(COMPACT)
    device = RateDevice({None: Unit(SpaceMouse(hid), mapping)}, mapping, RATE_HZ)
    waiting = [(time, report) for time, report in recorded() if time <= until_s]
    samples = []
    for k in range(round((until_s + more_s) * RATE_HZ)):
        while waiting and waiting[0][0] <= k * PERIOD_S:
            hid.send(COMPACT.path, waiting.pop(0)[1])
        samples.append(device.poll(50.0 + k * PERIOD_S))
    return samples, device


def asked_for(counts, deadzone, expo):
    """The integral over the raised cosine of what a control of so many counts asks for [s]."""
    step = 0.001
    push = counts / 350.0 * 0.5 * (1.0 - np.cos(2.0 * np.pi * np.arange(0.0, 1.0, step)))
    return step * sum(shape(float(value), deadzone, expo) for value in push)


@pytest.fixture
def mapping(workspace):
    return load_mapping(workspace / 'config' / 'devices' / 'spacemouse.yaml', 'spacemouse')


def test_the_hand_goes_the_way_of_the_formula_and_rests_at_its_end(mapping):
    samples, device = played(mapping, until_s=1.3, more_s=3.0)
    rates = mapping.rates
    way = rates.translation_m_s * asked_for(300.0, mapping.deadzone, mapping.expo)
    angle = rates.rotation_rad_s * asked_for(150.0, mapping.axes['rz'].deadzone, mapping.expo)
    start, end = samples[0], samples[-1]

    # Slower than the limit of acceleration, so only sampling every 8 ms tells them apart.
    assert moved(start, end) == pytest.approx([-way, 0.0, 0.0], abs=0.06 * 0.008)
    assert moved(start, end, Hand.LEFT) == [0.0, 0.0, 0.0]
    turned = rotation_angle(end.right.T_view_hand[:3, :3])
    assert turned == pytest.approx(angle, abs=0.8 * 0.008)
    assert end.operator_present
    assert device.status().health is Health.OK, 'silence at rest is rest'


def test_the_operator_is_present_from_the_press_on(mapping):
    samples, _ = played(mapping, until_s=1.3)
    first = next(k for k, sample in enumerate(samples) if sample.operator_present)

    assert first * PERIOD_S == pytest.approx(0.1, abs=PERIOD_S)


def test_cut_off_while_the_cap_was_pushed_it_is_a_device_that_was_lost(mapping):
    samples, device = played(mapping, until_s=0.7, more_s=2.0)
    lost = next(k for k, s in enumerate(samples) if k > 30 and not s.operator_present)

    assert lost * PERIOD_S == pytest.approx(0.7 + mapping.watch.silent_after_s, abs=0.016)
    assert moved(samples[lost], samples[-1]) == [0.0, 0.0, 0.0]
    assert device.status().health is Health.SILENT


def test_the_same_reports_give_the_same_samples_to_the_bit(mapping):
    once, again = (played(mapping, until_s=1.3)[0] for _ in range(2))

    for a, b in zip(once, again, strict=True):
        assert a.right.T_view_hand.tobytes() == b.right.T_view_hand.tobytes()
        assert (a.stamp_ns, a.right.gripper) == (b.stamp_ns, b.right.gripper)
