"""Properties that hold for every sequence of commands."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.kinematics import joint_frames
from telesurgery_core.types import HandCommand

FEW = settings(max_examples=40)
"""A whole robot runs in every example."""

numbers = st.floats(-0.03, 0.03)
displacements = st.tuples(st.tuples(*[numbers] * 3), st.tuples(*[st.floats(-0.4, 0.4)] * 3))


@FEW
@given(
    st.lists(displacements, min_size=1, max_size=12),
    st.randoms(use_true_random=False),
    st.data(),
)
def test_any_subset_in_any_order_leads_to_where_the_last_command_leads_alone(
    make_ready, path, random, data
):
    """Law 1: what is lost, doubled or late is put right by the newest command."""
    alone, disturbed = make_ready(), make_ready()
    for rig in (alone, disturbed):
        rig.send(rig.hand(epoch=0, engaged=False))
        rig.run()
    commands = [disturbed.command(disturbed.hand(p=p, v=v)) for p, v in path]
    kept = [command for command in commands[:-1] if data.draw(st.booleans())]
    arriving = kept + [command for command in kept if data.draw(st.booleans())] + commands[-1:]
    random.shuffle(arriving)
    for command in arriving:
        disturbed.deliver(command)
        disturbed.run(0.002 * data.draw(st.integers(1, 5)))
    alone.deliver(commands[-1])
    for rig in (alone, disturbed):
        rig.sequence = commands[-1].sequence
        rig.drive(commands[-1].right)
        assert rig.state() == 'following'
    assert disturbed.joints == pytest.approx(alone.joints, abs=1e-8)


@FEW
@given(st.lists(displacements, min_size=1, max_size=6), st.integers(1, 60))
def test_engaging_and_clutching_never_move_a_tip(make_ready, path, ticks):
    rig = make_ready()
    epoch = 0
    for p, v in path:
        rig.send(rig.hand(epoch=epoch, engaged=False))
        rig.settle()
        before = rig.joints.copy()
        epoch += 1
        rig.send(rig.hand(epoch=epoch))
        rig.run(ticks * rig.tick)
        assert rig.joints == pytest.approx(before, abs=1e-9)
        rig.send(rig.hand(epoch=epoch, engaged=False))
        rig.settle()
        assert rig.joints == pytest.approx(before, abs=1e-9)
        epoch += 1
        rig.send(rig.hand(epoch=epoch))
        rig.run(0.01)
        for share in np.linspace(0.1, 1.0, 10):
            rig.send(rig.hand(epoch=epoch, p=share * np.array(p), v=share * np.array(v)))
            rig.run(0.01)


WILD = st.one_of(
    st.floats(-0.2, 0.2), st.sampled_from([float('nan'), float('inf'), -float('inf'), 1e12, -1e3])
)


@st.composite
def hands(draw, name):
    return HandCommand(
        arm=draw(st.sampled_from([name, 'ECM', '', 'PSM9'])),
        engaged=draw(st.booleans()),
        epoch=draw(st.integers(0, 4)),
        T_displacement=np.block(
            [
                [np.eye(3), np.array([[draw(WILD)] for _ in range(3)])],
                [np.array([[0.0, 0.0, 0.0, 1.0]])],
            ]
        ),
        jaw=draw(WILD),
    )


events = st.lists(
    st.one_of(
        st.tuples(
            st.just('teleoperate'),
            hands('PSM1'),
            hands('PSM2'),
            st.integers(0, 30),
            st.floats(-0.1, 0.4),
        ),
        st.tuples(st.just('servo_jp'), st.lists(WILD, min_size=5, max_size=6)),
        st.tuples(st.just('servo_cp'), st.tuples(WILD, WILD, WILD)),
        st.tuples(st.just('move_jp'), st.lists(WILD, min_size=6, max_size=6)),
        st.tuples(st.just('move_cp'), st.tuples(WILD, WILD, WILD)),
        st.tuples(
            st.just('state'),
            st.sampled_from(['enable', 'disable', 'pause', 'resume', 'home', 'unhome', 'go']),
        ),
        st.tuples(st.just('wait'), st.floats(0.0, 0.3)),
        st.tuples(st.just('plant'), st.booleans()),
    ),
    max_size=15,
)


@FEW
@given(events)
def test_no_sequence_of_commands_leads_outside_the_limits(make_ready, steps):
    rig = make_ready()
    for event in steps:
        with contextlib.suppress(CommandRefusedError):
            apply(rig, *event)
        rig.run(0.006)
    path = np.array(rig.path)
    for name, station in rig.robot.stations.items():
        limits = station.arm.chain.limits
        q = path[:, rig.description.joint_slice(name)][:, : len(limits.names)]
        assert (q >= limits.lower).all()
        assert (q <= limits.upper).all()
        speed = np.abs(np.diff(q, axis=0)) / rig.tick
        assert (speed <= np.array(limits.velocity) * (1 + 1e-6) + 1e-9).all()
        # The remote centre stays where it is: the shaft passes through it at every setpoint.
        roll = joint_frames(station.arm.model, q)[:, 3]
        assert np.abs(np.cross(roll[:, :3, 2], roll[:, :3, 3])).max() < 1e-12


def apply(rig, kind, *values):
    if kind == 'teleoperate':
        right, left, sequence, age_s = values
        rig.send(right, left, sequence=sequence, age_s=age_s)
    elif kind == 'servo_jp':
        rig.arm().servo_jp(values[0], rig.now)
    elif kind == 'move_jp':
        rig.arm().move_jp(values[0])
    elif kind in ('servo_cp', 'move_cp'):
        T = rig.tip_in_view()
        T[:3, 3] += values[0]
        if kind == 'servo_cp':
            rig.robot.servo_cp('PSM1', T, rig.now)
        else:
            rig.robot.move_cp('PSM1', T)
    elif kind == 'state':
        rig.robot.command_state('PSM1', values[0], rig.now)
    elif kind == 'wait':
        rig.run(values[0])
    else:
        rig.plant_lives = values[0]


@FEW
@given(st.integers(0, 20), st.floats(0.0, 0.099))
def test_a_hold_begins_in_the_first_tick_after_the_limit(make_ready, ticks, phase):
    rig = make_ready(safety={'command_gap_limit_s': 0.0501}).engage()
    for _ in range(ticks):
        rig.send(rig.hand(p=(0.01, 0, 0)))
        rig.run(0.01)
    rig.send(rig.hand(p=(0.02, 0, 0)))
    rig.run(0.05)
    assert rig.state() == 'following'
    rig.run()
    assert rig.state() == 'hold'
    held = rig.settle().joints.copy()
    for _ in range(10):
        rig.send(rig.hand(p=(phase, 0, 0)))
        rig.run(0.01)
    assert (rig.joints == held).all()
