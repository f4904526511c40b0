"""Masters of another maker: poses that are mapped absolutely."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.health import Health
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_console.pose_unit import PoseReading, PoseUnit
from telesurgery_console.position_device import PositionDevice
from telesurgery_console.testing import RATE_HZ, Operator, ScriptedMaster
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping, load_yaml
from telesurgery_core.transforms import pose, rotation_about
from telesurgery_core.types import Hand

REP_103 = {'device': 'pose', 'left': 'y', 'up': 'z', 'away': 'x'}
BUTTONS = {'button0': 'presence', 'button1': 'clutch', 'button2': 'jaw_toggle'}


def mapping(**changed):
    return from_mapping(PoseMapping, {**REP_103, 'buttons': BUTTONS, **changed}, where='pose.yaml')


class Surgeon(Operator):
    def __init__(self, *hands, **changed):
        self.masters = {hand: ScriptedMaster() for hand in hands or (Hand.RIGHT,)}
        self.master = next(iter(self.masters.values()))
        units = {hand: PoseUnit(m, mapping(**changed)) for hand, m in self.masters.items()}
        super().__init__(PositionDevice(units, RATE_HZ))

    def take(self, **where):
        for held in ((), ('button0',)):
            for master in self.masters.values():
                master.put(*held, **where)
            sample = self.step()
        return sample


def test_the_shipped_mapping_is_that_of_rep_103(workspace):
    shipped = load_yaml(PoseMapping, workspace / 'config' / 'devices' / 'pose.yaml')

    assert np.array_equal(shipped.R_view_base @ (1.0, 2.0, 3.0), (2.0, 3.0, 1.0))


def test_a_pose_is_mapped_absolutely_and_scaled():
    surgeon = Surgeon(scale=0.5)
    surgeon.master.put(at=(0.1, 0.2, 0.3), R=rotation_about('z', 0.4))
    T = surgeon.step().right.T_view_hand

    assert np.allclose(T[:3, 3], [0.1, 0.15, 0.05]), 'left, up, away'
    assert np.allclose(T[:3, :3], rotation_about('y', 0.4)), 'about up'


def test_the_same_pose_is_the_same_wherever_it_came_from():
    surgeon = Surgeon()
    for x in (0.0, 0.005, 0.01, 0.005, 0.0):
        surgeon.master.put(at=(x, 0.0, 0.0))
        sample = surgeon.step()

    assert np.array_equal(sample.right.T_view_hand, np.eye(4))


@given(st.tuples(*[st.floats(-1.0, 1.0)] * 3), st.floats(-3.0, 3.0), st.sampled_from('xyz'))
def test_it_stays_a_rigid_motion(point, angle, axis):
    T = mapping().to_view(pose(rotation_about(axis, angle), point))

    assert np.allclose(T[:3, :3] @ T[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.norm(T[:3, 3]) == pytest.approx(np.linalg.norm(point))


def test_a_hand_without_a_unit_is_missing():
    assert Surgeon(Hand.LEFT).step().right is None


def test_presence_is_a_button_that_was_seen_released():
    surgeon = Surgeon()
    surgeon.master.put('button0')
    assert not surgeon.step(5).operator_present
    assert surgeon.take().operator_present


def test_with_two_both_buttons_must_be_held():
    surgeon = Surgeon(Hand.LEFT, Hand.RIGHT)
    assert surgeon.take().operator_present
    surgeon.masters[Hand.RIGHT].put()
    assert not surgeon.step().operator_present


def test_its_own_gripper_is_taken_within_the_bounds():
    surgeon = Surgeon()
    surgeon.master.put(gripper=0.7)
    assert surgeon.step().right.gripper == 0.7
    surgeon.master.put(gripper=-0.2)
    assert surgeon.step().right.gripper == 0.0


def test_without_one_a_button_closes_it():
    surgeon = Surgeon()
    surgeon.take()
    surgeon.master.put('button0', 'button2')

    assert surgeon.wait(1.0).right.gripper == 0.0


def lost(surgeon, reading):
    surgeon.take()
    before = surgeon.step()
    surgeon.master.reading = reading
    after = surgeon.wait(0.2)
    assert not after.operator_present
    assert np.array_equal(after.right.T_view_hand, before.right.T_view_hand)
    return surgeon.device.status()


def test_silence_is_a_loss():
    still = PoseReading(np.eye(4), buttons=frozenset({'button0'}), fresh=False)
    status = lost(Surgeon(), still)

    assert status.health is Health.SILENT
    assert 'no pose for 0.1 s' in status.detail


def test_a_topic_without_a_publisher_is_gone():
    gone = PoseReading(None, gone=True, trouble='nobody publishes /master/measured_cp')

    assert lost(Surgeon(), gone).health is Health.GONE


@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_a_pose_that_is_no_number_is_a_fault(value):
    T = np.eye(4)
    T[0, 3] = value

    assert lost(Surgeon(), PoseReading(T, buttons=frozenset({'button0'}))).health is Health.FAULT


def test_a_leap_is_a_fault_and_going_on_takes_a_new_engagement():
    surgeon = Surgeon()
    surgeon.take()
    surgeon.master.put('button0', at=(0.1, 0.0, 0.0))
    assert not surgeon.step().operator_present
    assert 'it has leapt by 100 mm in 5 ms' in surgeon.device.notices()[0]
    assert not surgeon.step(10).operator_present
    assert surgeon.device.status().health is Health.OK
    assert surgeon.take(at=(0.1, 0.0, 0.0)).operator_present


def test_one_that_never_changes_while_held_is_idle():
    surgeon = Surgeon()
    surgeon.take()
    assert surgeon.wait(29.0).operator_present
    assert not surgeon.wait(2.0).operator_present
    assert surgeon.device.status().health is Health.IDLE


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        ({'left': 'x'}, 'left, up, away are x, z, x, which is no rotation'),
        ({'left': '-y'}, 'left, up, away are -y, z, x, which is no rotation'),
        ({'up': 'w'}, "up is 'w'; allowed: x, -x, y"),
        ({'scale': 0.0}, r'scale is 0\.0; allowed: 0\.05'),
        ({'buttons': {'button1': 'clutch'}}, 'buttons bind nothing to presence'),
        ({'buttons': {'a': 'presence'}}, "button is 'a'; allowed: button0"),
        ({'buttons': {**BUTTONS, 'button5': 'shift'}}, 'action shift is bound'),
    ],
)
def test_a_bad_mapping_is_named(changed, message):
    with pytest.raises(ParameterError, match=message):
        mapping(**changed)
