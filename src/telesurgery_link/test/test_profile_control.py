"""The emulated WAN of a running gateway is exchanged without a restart and without a loss."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs.srv')

from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue  # noqa: E402
from rcl_interfaces.srv import SetParameters  # noqa: E402
from std_msgs.msg import Int64  # noqa: E402
from test_gateway import Sides, collect, sides  # noqa: E402, F401

from telesurgery_link.channels import Side  # noqa: E402
from telesurgery_msgs.msg import LinkStatus  # noqa: E402
from telesurgery_msgs.srv import SetLinkProfile  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import now_ns, to_stamp  # noqa: E402
from telesurgery_ros.testing import Peer  # noqa: E402

SLOW = 'netem: delay 400ms'
FAST = 'netem: delay 5ms'


def answer(peer: Peer, kind: Any, name: str, request: Any) -> Any:
    return peer.ask(peer.client(kind, name, LinkStatus, '/link/status'), request)


def set_profile(peer: Peer, profile: str, **more: Any) -> Any:
    request = SetLinkProfile.Request(profile=profile, **more)
    return answer(peer, SetLinkProfile, '/gateway/set_link_profile', request)


def set_parameter(peer: Peer, name: str, value: str) -> Any:
    content = ParameterValue(type=ParameterType.PARAMETER_STRING, string_value=value)
    request = SetParameters.Request(parameters=[Parameter(name=name, value=content)])
    return answer(peer, SetParameters, '/gateway/set_parameters', request).results[0]


def test_frames_in_flight_are_neither_lost_nor_overtaken(sides: Sides) -> None:  # noqa: F811
    for side in Side:
        sides.start(side, SLOW if side is Side.SURGEON else 'none')
    status = sides.patient.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    came = collect(sides.patient, '/order', qos.EVENT)
    publisher = sides.surgeon.publisher(Int64, '/order', qos.EVENT)
    sides.patient.spin_until(lambda: sides.patient.node.count_publishers('/order') == 1)
    sides.patient.spin_until(lambda: status and status[-1].connected)

    sent_at = {}
    for number in range(20):
        sent_at[number] = now_ns()
        publisher.publish(Int64(data=number))
    assert set_profile(sides.surgeon, FAST).success
    for number in range(20, 40):
        sent_at[number] = now_ns()
        publisher.publish(Int64(data=number))
    sides.patient.spin_until(lambda: len(came) == 40)
    changed_ns = now_ns()
    publisher.publish(Int64(data=40))
    sides.patient.spin_until(lambda: len(came) == 41)

    assert [data for data, _, _ in came] == list(range(41))
    arrived = {data: at_ns for data, _, at_ns in came}
    assert (arrived[0] - sent_at[0]) / 1e6 >= 400.0
    # Sent after the slow ones had come, it takes the new way: far from the old 400 ms.
    assert (arrived[40] - changed_ns) / 1e6 < 200.0
    newest = len(status)
    sides.patient.spin_until(lambda: len(status) > newest)
    assert status[-1].frames_lost == 0
    assert status[-1].reordered_ratio == 0.0


def test_the_parameter_does_it_too_and_the_status_says_what_is_in_force(
    sides: Sides,  # noqa: F811
) -> None:
    sides.start(Side.SURGEON, 'lan')
    status = sides.surgeon.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    sides.surgeon.spin_until(lambda: status and status[-1].profile == 'lan')
    sentence = 'rome_beijing, then after 60 s an outage of 2 s'
    assert set_parameter(sides.surgeon, 'profile', sentence).successful
    sides.surgeon.spin_until(lambda: status[-1].profile == sentence)


def test_what_is_wrong_changes_nothing_and_is_told(sides: Sides) -> None:  # noqa: F811
    gateway = sides.start(Side.SURGEON, 'lan')
    peer = sides.surgeon
    status = peer.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    unknown = set_profile(peer, 'rome_bejing')
    assert not unknown.success
    assert 'rome_beijing' in unknown.message
    assert 'main' in set_profile(peer, 'lan', path='fibre').message
    hour_off = to_stamp(now_ns() + 7200 * 10**9)
    assert 'up to an hour' in set_profile(peer, 'lan', start=hour_off).message
    refused = set_parameter(peer, 'profile', 'netem: dely 10ms')
    assert not refused.successful
    assert 'dely' in refused.reason
    assert not set_parameter(peer, 'side', 'patient').successful
    heard = len(status)
    peer.spin_until(lambda: len(status) > heard)
    assert status[-1].profile == 'lan'
    assert gateway.running


def test_a_change_may_be_set_for_a_time_to_come(sides: Sides) -> None:  # noqa: F811
    for side in Side:
        sides.start(side, 'none')
    status = sides.surgeon.collect(LinkStatus, '/link/status', qos.STREAM_IN)
    sides.surgeon.spin_until(lambda: status and status[-1].connected)
    start_ns = now_ns() + 10**9
    said = set_profile(sides.surgeon, SLOW, start=to_stamp(start_ns))
    assert said.success
    assert ', in 0.' in said.message
    sides.surgeon.spin_until(lambda: status[-1].one_way_out_p99_ms > 200.0)
    assert now_ns() > start_ns
