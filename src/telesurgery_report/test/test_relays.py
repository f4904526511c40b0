"""The chain of bare relays measures itself, and leaves nothing behind."""

import json
import os
import signal
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

pytestmark = pytest.mark.ros

DEADLINE_S = 30.0


@pytest.fixture
def ros():
    """What of ROS these tests use; imported here, so that the rest runs without it."""
    from types import SimpleNamespace

    from telesurgery_msgs.msg import RelayTrace
    from telesurgery_ros import qos, testing
    from telesurgery_ros.conversions import to_ns

    return SimpleNamespace(
        RelayTrace=RelayTrace, qos=qos, to_ns=to_ns, Peer=testing.Peer, Node=testing.NodeProcess
    )


@contextmanager
def running(ros, **parameters):
    parameters = {'pause_s': 0.2, **parameters}
    with ros.Peer() as peer, ros.Node('telesurgery_report.node', parameters) as node:
        yield peer, node, peer.collect(ros.RelayTrace, '/trace/relay', ros.qos.EVENT)


def relays_of(pid):
    return [int(child) for child in Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]


def wait_until(condition):
    give_up = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)  # a poll towards the deadline, not a wait for luck


def gone(pids):
    return lambda: not any(Path(f'/proc/{pid}').exists() for pid in pids)


def test_every_message_is_stamped_at_both_ends_of_the_chain(ros):
    with running(ros, relays=2, rate_hz=100.0) as (peer, node, traces):
        peer.spin_until(lambda: sum(len(trace.sent_stamp) for trace in traces) >= 100)
        assert len(relays_of(node.pid)) == 2
    assert {trace.relays for trace in traces} == {2}
    passages = [
        (ros.to_ns(sent), ros.to_ns(arrival))
        for trace in traces
        for sent, arrival in zip(trace.sent_stamp, trace.arrival_stamp, strict=True)
    ]
    assert passages == sorted(passages)
    assert len(set(passages)) == len(passages)
    # Two processes and three hops cannot be passed in no time, and an idle chain needs no second.
    assert all(10_000 < arrival - sent < 1_000_000_000 for sent, arrival in passages)


def test_the_trace_is_published_where_it_is_recorded(ros, reservations, monkeypatch):
    chain, recorded = os.environ['ROS_DOMAIN_ID'], reservations.domain()
    monkeypatch.setenv('ROS_DOMAIN_ID', str(recorded))
    with ros.Peer() as peer:
        traces = peer.collect(ros.RelayTrace, '/trace/relay', ros.qos.EVENT)
        monkeypatch.setenv('ROS_DOMAIN_ID', chain)
        parameters = {'relays': 1, 'report_domain': recorded, 'pause_s': 0.2}
        with ros.Node('telesurgery_report.node', parameters):
            peer.spin_until(lambda: traces)
        assert peer.node.get_publishers_info_by_topic('/relays/hop_0') == []


def test_relays_end_with_the_node(ros):
    with running(ros, relays=2) as (peer, node, traces):
        peer.spin_until(lambda: traces)
        relays = relays_of(node.pid)
        node.interrupt()
        code, output = node.wait()
    assert (code, 'Traceback' in output) == (0, False), output
    assert gone(relays)()


def test_relays_end_when_the_node_is_killed(ros):
    with running(ros, relays=2) as (peer, node, traces):
        peer.spin_until(lambda: traces)
        relays = relays_of(node.pid)
        os.kill(node.pid, signal.SIGKILL)
        wait_until(gone(relays))


def test_a_broken_chain_is_reported(ros):
    with running(ros, relays=2) as (peer, node, traces):
        peer.spin_until(lambda: traces)
        os.kill(relays_of(node.pid)[1], signal.SIGKILL)
        wait_until(lambda: len(relays_of(node.pid)) == 1)  # the node has noticed its end
        node.interrupt()
        _, output = node.wait()
    assert 'relay 1 ended with code -9; the chain is broken' in output


def test_a_chain_of_no_relays_is_refused(ros):
    with ros.Node('telesurgery_report.node', {'relays': 0}) as node:
        code, output = node.wait()
    assert code == 2
    assert 'relays is 0; allowed: 1 .. 16' in output


def test_messages_come_in_bursts_without_their_beginning(ros):
    with running(ros, relays=1, rate_hz=100.0, burst_s=0.5, pause_s=1.0) as (peer, _, traces):
        peer.spin_until(lambda: len(bursts_of(traces, ros)) >= 3)
    spans = [burst[-1] - burst[0] for burst in bursts_of(traces, ros)]
    # Of the half second of a burst the first tenth, in which the chain wakes up, is left out.
    assert all(span <= 0.4 for span in spans)


def test_the_benchmark_of_relays_reports_latency_and_load(workspace, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(workspace / 'bench'))
    harness, relays = import_module('harness'), import_module('relays')
    monkeypatch.setattr(harness, 'WORKSPACE', tmp_path)
    monkeypatch.setattr(harness, 'OUTPUT', tmp_path / 'bench')
    assert relays.main(['--rates', '100', '--relays', '1', '--seconds', '1']) == 0
    (row,) = json.loads((tmp_path / 'bench' / 'relays.json').read_text())['rows']
    assert row['latency_count'] > 50
    assert 0.0 < row['latency_median_ms'] <= row['latency_p99_ms'] <= row['latency_max_ms']
    assert 0.0 < row['processor_cores'] < 2.0


def bursts_of(traces, ros):
    """Return the times of sending [s], burst by burst; a pause is 1 s, a message every 10 ms."""
    sent_s = [ros.to_ns(sent) / 1e9 for trace in traces for sent in trace.sent_stamp]
    bursts = [[]]
    for time_s in sent_s:
        if bursts[-1] and time_s - bursts[-1][-1] > 0.5:
            bursts.append([])
        bursts[-1].append(time_s)
    return bursts
