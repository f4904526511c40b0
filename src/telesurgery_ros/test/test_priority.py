"""Real-time priority is given where the system permits it, and said to be refused elsewhere."""

import os
import threading
from pathlib import Path

import pytest

from telesurgery_ros.priority import make_ordinary, make_process_realtime, make_realtime


@pytest.fixture
def waiting_thread():
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    yield thread
    ended.set()
    thread.join()


def test_the_answer_is_what_the_system_says_of_the_thread(waiting_thread):
    granted = make_realtime(waiting_thread, 10)
    scheduler = os.sched_getscheduler(waiting_thread.native_id)
    assert granted == (scheduler == os.SCHED_RR)


def test_only_the_thread_asked_for_is_changed(waiting_thread):
    before = os.sched_getscheduler(0)
    make_realtime(waiting_thread, 10)
    assert os.sched_getscheduler(0) == before


def test_an_impossible_priority_is_refused(waiting_thread):
    assert not make_realtime(waiting_thread, 100)


def test_a_thread_that_has_not_started_is_refused_and_the_caller_left_alone():
    before = os.sched_getscheduler(0)
    assert not make_realtime(threading.Thread(), 10)
    assert os.sched_getscheduler(0) == before


def test_what_was_given_is_taken_away(waiting_thread):
    make_realtime(waiting_thread, 10)
    make_ordinary(waiting_thread)
    assert os.sched_getscheduler(waiting_thread.native_id) == os.SCHED_OTHER


def test_a_thread_that_has_not_started_has_nothing_to_lose():
    before = os.sched_getscheduler(0)
    make_ordinary(threading.Thread())
    assert os.sched_getscheduler(0) == before


def test_every_thread_of_the_process_is_asked_for(waiting_thread):
    before = os.sched_getscheduler(0)
    granted = make_process_realtime(10)
    try:
        scheduler = os.sched_getscheduler(waiting_thread.native_id)
        assert granted == (scheduler == os.SCHED_RR)
    finally:
        for task in Path('/proc/self/task').iterdir():
            os.sched_setscheduler(int(task.name), os.SCHED_OTHER, os.sched_param(0))
    assert os.sched_getscheduler(0) == before
