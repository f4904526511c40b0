"""Questions about kinematics are answered, in words where it does not work out."""

import pytest

from telesurgery_arm import queries
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.kinematics import forward


def test_there_and_back(rig):
    q = (0.1, -0.1, 0.13, 0.2, 0.1, -0.1)
    T = queries.forward_kinematics(rig.arm(), q)
    answer = queries.inverse_kinematics(rig.arm(), T, q)
    assert (answer.reached, answer.message) == (True, '')
    assert answer.q == pytest.approx(q, abs=1e-9)


def test_without_a_reference_the_setpoint_is_it(rig):
    home = rig.arm().model.home
    assert queries.inverse_kinematics(rig.arm(), rig.arm().tip(), ()).q == pytest.approx(home)


def test_what_is_not_reached_is_said_in_words(rig, psm):
    T = forward(psm, psm.home)
    T[2, 3] -= 0.2
    answer = queries.inverse_kinematics(rig.arm(), T, psm.home)
    assert not answer.reached
    assert answer.message.startswith('beyond limits: the nearest is 80 mm')
    assert 'insertion: position 0.32 m limited to 0.24 m' in answer.message


def test_an_invalid_reference_is_refused(rig):
    with pytest.raises(CommandRefusedError, match='jp has 2 values'):
        queries.inverse_kinematics(rig.arm(), rig.arm().tip(), (0.0, 0.0))
