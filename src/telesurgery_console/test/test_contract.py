"""What every device keeps, whatever it is: one suite over all of them."""

import math

import numpy as np
import pytest

from telesurgery_console import testing
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.controls import Reporting
from telesurgery_console.errors import DeviceError
from telesurgery_console.health import Health
from telesurgery_console.keyboard import Keyboard
from telesurgery_console.keyboard_mapping import KeyboardMapping
from telesurgery_console.mapping import load_mapping
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_console.pose_unit import PoseReading, PoseUnit
from telesurgery_console.position_device import PositionDevice
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_console.sdl_pad import SdlPad, find_pads
from telesurgery_console.spacemouse import HidInfo, SpaceMouse
from telesurgery_console.spacenavd import Spacenavd
from telesurgery_console.testing import RATE_HZ, last, polled
from telesurgery_console.virtual_pad import VirtualPad, sdl_library
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import Hand

CAP = HidInfo('/dev/hidraw0', 0x256F, 0xC635)


class Sample:
    """A device under test, the way to lose it, and the way to hold its presence and move it."""

    def __init__(self, device, *, hold=None, let_go=None, lose=None, find=None, leave=None):
        self.device = device
        self.hold, self.let_go, self.lose, self.find = hold, let_go, lose, find
        self.leave = leave or (lambda: None)


def replay(_workspace, bag):
    return Sample(Replay(load_timeline(bag.both_hands(400).write(), TimeSource.HEADER, RATE_HZ)))


def keyboard(workspace, _bag):
    path = workspace / 'config' / 'devices' / 'keyboard.yaml'
    keys = testing.ScriptedKeys()
    return Sample(
        Keyboard(keys, load_yaml(KeyboardMapping, path), RATE_HZ),
        hold=lambda: keys.strike('p', 'a'),
        let_go=lambda: None,
    )


def gamepad(workspace, _bag):
    """A controller that exists in SDL only."""
    mapping = load_mapping(workspace / 'config' / 'devices' / 'gamepad.yaml', 'gamepad')
    try:
        library = sdl_library()
    except DeviceError as error:
        pytest.skip(str(error))
    if find_pads():
        pytest.skip('a real controller is connected')
    pads = [VirtualPad(library)]

    def put(pressed, deflection):
        pads[-1].press('rightshoulder', pressed=pressed)
        pads[-1].tilt('leftx', deflection)

    return Sample(
        testing.rate_device(SdlPad(), mapping),
        hold=lambda: put(True, 0.6),
        let_go=lambda: put(False, 0.0),
        lose=lambda: pads.pop().unplug(),
        find=lambda: (pads.append(VirtualPad(library)), put(True, 0.6)),
        leave=lambda: [pad.unplug() for pad in pads],
    )


def scripted(kind, presence, **deflected):
    def make(workspace, _bag):
        mapping = load_mapping(workspace / 'config' / 'devices' / f'{kind}.yaml', kind)
        rest = {name: binding.rest for name, binding in mapping.axes.items()}
        source = testing.ScriptedSource(kind, Reporting.STREAM, rest)
        return Sample(
            testing.rate_device(source, mapping),
            hold=lambda: source.press(presence, **deflected),
            let_go=source.press,
            lose=source.unplug,
            find=lambda: source.press(presence, **deflected),
        )

    make.__name__ = kind
    return make


def spacemouse(workspace, _bag):
    mapping = load_mapping(workspace / 'config' / 'devices' / 'spacemouse.yaml', 'spacemouse')
    hid = testing.FakeHid(CAP)
    push = (testing.button_report(0), testing.translation_report(200, 0, 0))
    return Sample(
        testing.rate_device(SpaceMouse(hid), mapping),
        hold=lambda: hid.send(CAP.path, *push),
        let_go=lambda: hid.send(
            CAP.path, testing.button_report(), testing.translation_report(0, 0, 0)
        ),
        lose=lambda: hid.unplug(CAP.path),
        find=lambda: (hid.plug_in(CAP), hid.send(CAP.path, *push)),
    )


def spacenavd(workspace, _bag):
    mapping = load_mapping(workspace / 'config' / 'devices' / 'spacenavd.yaml', 'spacenavd')
    stream = testing.FakeStream()

    def press():
        stream.say(1, *[0] * 7)
        stream.say_motion(200, 0, 0, 0, 0, 0)

    return Sample(
        testing.rate_device(Spacenavd(stream), mapping),
        hold=press,
        let_go=lambda: (stream.say(2, *[0] * 7), stream.say_motion(*[0] * 6)),
        lose=lambda: stream.say(3, 1, *[0] * 6),
        find=lambda: (stream.say(3, 0, *[0] * 6), press()),
    )


def pose(workspace, _bag):
    mapping = load_yaml(PoseMapping, workspace / 'config' / 'devices' / 'pose.yaml')
    masters = {hand: testing.ScriptedMaster() for hand in Hand}

    def put(*held, **where):
        for master in masters.values():
            master.put(*held, **where)

    def lose():
        for master in masters.values():
            master.reading = PoseReading(None, gone=True, trouble='nobody publishes it')

    units = {hand: PoseUnit(master, mapping) for hand, master in masters.items()}
    return Sample(
        PositionDevice(units, RATE_HZ),
        hold=lambda: put('button0', at=(0.01, 0.0, 0.0)),
        let_go=lambda: put(at=(0.01, 0.0, 0.0)),
        lose=lose,
        find=lambda: put('button0', at=(0.01, 0.0, 0.0)),
    )


LOSABLE = [
    gamepad,
    spacemouse,
    spacenavd,
    scripted('joy', 'button5', axis0=0.6),
    scripted('twist', 'button0', y=0.6),
    pose,
]
HELD = [keyboard, *LOSABLE]
ALL = [replay, *HELD]


def devices(which):
    return pytest.mark.parametrize('make', which, ids=lambda make: make.__name__)


@pytest.fixture
def sample(make, workspace, bag, monkeypatch):
    monkeypatch.setenv('SDL_JOYSTICK_DEVICE', '/dev/null')
    sample = make(workspace, bag)
    yield sample
    sample.leave()


@pytest.fixture
def device(sample):
    return sample.device


def place(sample):
    return np.array([sample.hand(hand).T_view_hand for hand in Hand])


@devices(ALL)
def test_it_speaks_200_times_a_second_when_asked_as_it_wants(device):
    samples = [sample for _, sample in polled(device, 10.0, 1.0) if sample]

    assert len(samples) == pytest.approx(200, abs=1)


@devices(ALL)
def test_it_never_asks_to_be_polled_earlier_than_now_for_ever(device):
    now = 10.0
    for _ in range(100):
        device.poll(now)
        upcoming = device.next_poll(now)
        assert upcoming > now
        now = upcoming


@devices(ALL)
def test_its_samples_are_stamped_when_they_are_taken(device):
    for now, sample in polled(device, 10.0, 0.5):
        if sample is not None:
            assert abs(sample.stamp_ns - now * 1e9) < 1000


@devices(ALL)
def test_its_poses_are_rigid_motions(device):
    for _, sample in polled(device, 10.0, 0.5):
        for hand in (sample.left, sample.right) if sample else ():
            R = hand.T_view_hand[:3, :3]
            assert np.allclose(R @ R.T, np.eye(3), atol=1e-9)
            assert np.isfinite(hand.T_view_hand).all()
            assert math.isfinite(hand.gripper)


@devices(ALL)
def test_it_describes_itself_and_its_status_in_one_line_each(device):
    assert device.describe()
    assert '\n' not in device.describe()
    device.poll(10.0)
    assert device.status().health is Health.OK
    assert device.status().name
    assert '\n' not in device.status().detail


@devices(ALL)
def test_it_says_everything_only_once(device):
    device.poll(10.0)
    device.notices()

    assert device.notices() == []


@devices(ALL)
def test_it_can_be_closed(device):
    device.poll(10.0)
    device.close()


@devices(HELD)
def test_nothing_moves_before_presence_and_something_with_it(sample):
    idle = last(sample.device, 10.0, 0.1)
    assert not idle.operator_present
    sample.hold()
    held = last(sample.device, 10.1, 0.1)

    assert held.operator_present
    assert not np.array_equal(place(held), place(idle))


@devices(LOSABLE)
def test_letting_go_stops_the_hands_at_once(sample):
    polled(sample.device, 10.0, 0.1)
    sample.hold()
    polled(sample.device, 10.1, 0.1)
    sample.let_go()
    first = last(sample.device, 10.2, 0.004)

    assert not first.operator_present
    assert np.array_equal(place(last(sample.device, 10.3, 0.2)), place(first))


@devices(LOSABLE)
def test_lost_it_drops_the_presence_says_so_and_moves_nothing(sample):
    polled(sample.device, 10.0, 0.1)
    sample.hold()
    held = last(sample.device, 10.1, 0.1)
    sample.device.notices()
    sample.lose()
    lost = last(sample.device, 10.2, 0.5)

    assert not lost.operator_present
    assert np.array_equal(place(lost), place(held))
    assert sample.device.status().health is Health.GONE
    assert 'the operator is no longer present' in ' '.join(sample.device.notices())


@devices(LOSABLE)
def test_found_again_it_needs_the_presence_to_be_taken_anew(sample):
    polled(sample.device, 10.0, 0.1)
    sample.hold()
    held = last(sample.device, 10.1, 0.1)
    sample.lose()
    polled(sample.device, 10.2, 1.0)
    sample.find()
    resumed = last(sample.device, 11.3, 0.2)
    assert sample.device.status().health is Health.OK
    assert not resumed.operator_present
    assert np.array_equal(place(resumed), place(held))

    sample.let_go()
    polled(sample.device, 11.5, 0.1)
    sample.hold()
    assert last(sample.device, 11.6, 0.1).operator_present
