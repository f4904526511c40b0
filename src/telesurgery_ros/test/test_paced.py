import threading
import time

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')

from telesurgery_ros.paced import Paced  # noqa: E402
from telesurgery_ros.run import stopping  # noqa: E402

DEADLINE_S = 10.0


def test_a_step_is_called_when_it_asked_to_be_called():
    due, late = [], []
    enough = threading.Event()

    def step(now):
        if due:
            late.append(now - due[-1])
        due.append(now + 0.01 * (1 + len(due) % 3))
        if len(due) > 20:
            enough.set()
        return due[-1]

    loop = Paced(step, 'test')
    loop.start()
    assert enough.wait(DEADLINE_S)
    loop.stop()

    assert min(late) >= 0.0


def test_a_time_that_has_passed_means_at_once():
    calls = []
    enough = threading.Event()

    def step(now):
        calls.append(now)
        if len(calls) >= 100:
            enough.set()
        return now - 1.0

    loop = Paced(step, 'test')
    loop.start()
    assert enough.wait(DEADLINE_S)
    loop.stop()


def test_a_stopped_loop_does_not_wait_for_its_next_step():
    called = threading.Event()

    def step(now):
        called.set()
        return now + 3600.0

    loop = Paced(step, 'test')
    loop.start()
    assert called.wait(DEADLINE_S)
    before = time.monotonic()
    loop.stop()

    assert time.monotonic() - before < DEADLINE_S
    assert not loop.thread.is_alive()


def test_an_error_in_a_step_asks_the_process_to_end(monkeypatch):
    reasons = []
    asked = threading.Event()

    def request(reason=None):
        reasons.append(reason)
        asked.set()

    monkeypatch.setattr(stopping, 'request', request)
    error = ValueError('no')

    def step(now):
        raise error

    Paced(step, 'test').start()
    assert asked.wait(DEADLINE_S)
    assert reasons == [error]
