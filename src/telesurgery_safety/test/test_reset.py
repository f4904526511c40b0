"""An emergency stop ends by two steps in a row, and by nothing less."""

import numpy as np
import pytest

from telesurgery_safety.reset import TwoStepReset


@pytest.fixture
def reset():
    return TwoStepReset(30.0, np.random.default_rng(1))


def test_the_code_of_the_first_step_ends_it_within_the_window(reset):
    first = reset.step(0.0, '', stopped=True)
    assert not first.done
    assert reset.step(29.0, first.code, stopped=True).done


@pytest.mark.parametrize('code', ['0000x', 'reset', ' '])
def test_another_code_does_not_and_voids_the_first_step(reset, code):
    first = reset.step(0.0, '', stopped=True)
    assert not reset.step(1.0, code, stopped=True).done
    assert not reset.step(2.0, first.code, stopped=True).done


def test_a_code_works_once_and_not_too_late(reset):
    code = reset.step(0.0, '', stopped=True).code
    assert 'is over' in reset.step(30.1, code, stopped=True).message
    code = reset.step(40.0, '', stopped=True).code
    assert reset.step(41.0, code, stopped=True).done
    assert not reset.step(42.0, code, stopped=True).done


def test_without_a_stop_there_is_nothing_to_reset_and_no_code_to_keep(reset):
    assert reset.step(0.0, '', stopped=False).code == ''
    code = reset.step(1.0, '', stopped=True).code
    assert not reset.step(2.0, code, stopped=False).done
    assert not reset.step(3.0, code, stopped=True).done
