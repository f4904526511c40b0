"""Discovery finds publishers, notices when they go, and is not disturbed by strangers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.transport.discovery import (
    HEARTBEAT_S,
    SILENCE_S,
    Discovery,
    Found,
    Gone,
    Joined,
    Left,
    Publication,
    decode,
    encode,
)
from telesurgery_gazebo.transport.messages import DiscoveryType

CAMERA = Publication(
    topic='@/p@/camera',
    address='tcp://127.0.0.1:1000',
    process='them',
    node='their node',
    control='tcp://127.0.0.1:1001',
    message_type='ignition.msgs.Image',
)


def advertise(publication: Publication, process: str = 'them') -> bytes:
    return encode(process, DiscoveryType.ADVERTISE, publication)


def sought() -> Discovery:
    discovery = Discovery('us')
    discovery.seek(CAMERA.topic)
    return discovery


def kinds(datagrams: list[bytes]) -> list[DiscoveryType]:
    return [DiscoveryType(decode(datagram).type) for datagram in datagrams]


def test_what_is_encoded_is_decoded():
    message = decode(advertise(CAMERA))
    assert (message.version, message.process_uuid, message.type) == (10, 'them', 1)
    assert message.pub.msg_pub.ctrl == CAMERA.control


def test_a_sought_publisher_is_found_once():
    discovery = sought()
    assert discovery.receive(advertise(CAMERA), 0.0) == [Found(CAMERA)]
    assert discovery.receive(advertise(CAMERA), 1.0) == []


def test_a_publisher_that_nobody_seeks_is_not_reported():
    assert Discovery('us').receive(advertise(CAMERA), 0.0) == []


def test_what_is_sought_is_asked_for_at_once_and_until_it_is_found():
    discovery = sought()
    assert discovery.next_deadline() < 0.0
    assert DiscoveryType.SUBSCRIBE in kinds(discovery.datagrams_to_send(0.0))
    assert discovery.datagrams_to_send(0.5 * HEARTBEAT_S) == []
    assert DiscoveryType.SUBSCRIBE in kinds(discovery.datagrams_to_send(HEARTBEAT_S))
    discovery.receive(advertise(CAMERA), HEARTBEAT_S)
    assert kinds(discovery.datagrams_to_send(2 * HEARTBEAT_S)) == [DiscoveryType.HEARTBEAT]


def test_what_is_advertised_is_announced_with_every_heartbeat():
    discovery = Discovery('them')
    discovery.advertise(CAMERA)
    discovery.datagrams_to_send(0.0)
    again = discovery.datagrams_to_send(discovery.next_deadline())
    assert kinds(again) == [DiscoveryType.HEARTBEAT, DiscoveryType.ADVERTISE]
    assert sought().receive(again[1], 0.0) == [Found(CAMERA)]


def test_who_asks_for_what_is_advertised_is_answered():
    us, them = sought(), Discovery('them')
    them.advertise(CAMERA)
    them.datagrams_to_send(0.0)
    for question in us.datagrams_to_send(0.1):
        them.receive(question, 0.1)
    answers = them.datagrams_to_send(0.1)
    assert [event for answer in answers for event in us.receive(answer, 0.1)] == [Found(CAMERA)]


def test_a_silent_process_is_gone_and_found_again_when_it_speaks():
    discovery = sought()
    discovery.receive(advertise(CAMERA), 0.0)
    assert discovery.silent(SILENCE_S) == []
    assert discovery.silent(SILENCE_S + 0.1) == [Gone('them')]
    assert discovery.silent(2 * SILENCE_S) == []
    assert discovery.receive(advertise(CAMERA), 9.0) == [Found(CAMERA)]


def test_a_heartbeat_keeps_a_process():
    discovery = sought()
    discovery.receive(advertise(CAMERA), 0.0)
    discovery.receive(encode('them', DiscoveryType.HEARTBEAT), 2.5)
    assert discovery.silent(SILENCE_S + 1.0) == []


def test_a_goodbye_is_heard():
    discovery = sought()
    discovery.receive(advertise(CAMERA), 0.0)
    assert discovery.receive(encode('them', DiscoveryType.BYE), 0.1) == [Gone('them')]


def test_one_withdrawn_topic_is_gone_alone():
    discovery = sought()
    discovery.receive(advertise(CAMERA), 0.0)
    withdrawal = encode('them', DiscoveryType.UNADVERTISE, CAMERA)
    assert discovery.receive(withdrawal, 0.1) == [Gone('them', CAMERA.topic)]


def test_a_publisher_that_comes_back_elsewhere_is_found_again():
    discovery = sought()
    discovery.receive(advertise(CAMERA), 0.0)
    moved = Publication('@/p@/camera', 'tcp://127.0.0.1:2000', 'them', 'their node', 'c', 't')
    assert discovery.receive(advertise(moved), 0.1) == [Found(moved)]


def test_ones_own_datagrams_are_not_heard():
    discovery = sought()
    assert discovery.receive(advertise(CAMERA, process='us'), 0.0) == []


def test_another_wire_version_is_not_heard():
    datagram = bytearray(advertise(CAMERA))
    at = datagram.index(b'\x10\x0a')  # field 2, the version
    datagram[at + 1] = 9
    assert sought().receive(bytes(datagram), 0.0) == []


def test_what_is_forgotten_is_sought_no_more():
    discovery = sought()
    discovery.forget(CAMERA.topic)
    discovery.datagrams_to_send(0.0)
    assert kinds(discovery.datagrams_to_send(5.0)) == [DiscoveryType.HEARTBEAT]
    assert discovery.receive(advertise(CAMERA), 5.0) == []


@given(st.binary(max_size=300))
def test_rubbish_is_refused_or_ignored(datagram):
    try:
        events = sought().receive(datagram, 0.0)
    except WireError:
        return
    assert all(isinstance(event, (Found, Gone)) for event in events)


@pytest.mark.parametrize('cut', [0, 1, 2, 40])
def test_a_truncated_datagram_is_refused(cut):
    with pytest.raises(WireError):
        sought().receive(advertise(CAMERA)[:cut], 0.0)


def test_the_recorded_announcement_of_a_camera_is_understood(recorded):
    discovery = Discovery('us')
    topic = '@/recorded@/operating_room/telesurgery/ECM_roll_link/endoscope/image'
    discovery.seek(topic)
    (found,) = discovery.receive((recorded / 'advertise_topic.bin').read_bytes(), 0.0)
    assert found.publication.message_type == 'ignition.msgs.Image'
    assert found.publication.control.startswith('tcp://127.0.0.1:')


def test_the_recorded_announcement_of_a_service_is_understood(recorded):
    discovery = Discovery('us')
    discovery.seek('@/recorded@/telesurgery/joint_cmd_req')
    (found,) = discovery.receive((recorded / 'advertise_service.bin').read_bytes(), 0.0)
    assert found.publication.request_type == 'ignition.msgs.StringMsg'
    assert found.publication.response_type == 'ignition.msgs.JointCmd'
    assert found.publication.socket_id


HARMONIC = replace(CAMERA, control='unused')
"""As gz-transport 13 announces it: without a control socket."""


def registered() -> tuple[Discovery, bytes]:
    """Return who has subscribed by multicast, and the datagram that says so."""
    us = sought()
    assert us.receive(advertise(HARMONIC), 0.0) == [Found(HARMONIC)]
    us.datagrams_to_send(0.0)
    us.register(HARMONIC, 'our node')
    (notice,) = us.datagrams_to_send(0.1)
    return us, notice


def publisher(process: str = 'them') -> Discovery:
    them = Discovery(process)
    them.advertise(replace(HARMONIC, process=process))
    return them


def test_only_a_tcp_address_is_a_control_socket():
    assert CAMERA.has_control_socket
    assert not HARMONIC.has_control_socket


def test_a_publisher_hears_who_has_registered_by_multicast():
    _, notice = registered()
    assert publisher().receive(notice, 0.2) == [Joined(CAMERA.topic, 'us', 'our node')]


def test_a_registration_carries_the_topics_type_and_the_publishers_process():
    message = decode(registered()[1])
    assert message.type == DiscoveryType.NEW_CONNECTION
    assert message.pub.msg_pub.msg_type == CAMERA.message_type  # else nothing is sent to us
    assert (message.pub.process_uuid, message.pub.msg_pub.ctrl) == ('us', 'them')


def test_a_registration_with_another_publisher_is_not_ours():
    _, notice = registered()
    assert publisher('others').receive(notice, 0.2) == []
    assert Discovery('them').receive(notice, 0.2) == []  # nothing of the kind is advertised


def test_a_registration_is_repeated_in_case_it_was_lost():
    us, notice = registered()
    assert notice in us.datagrams_to_send(us.next_deadline())


def test_who_leaves_a_topic_is_registered_no_more():
    us, _ = registered()
    us.forget(CAMERA.topic)
    (notice,) = us.datagrams_to_send(0.2)
    assert publisher().receive(notice, 0.3) == [Left(CAMERA.topic, 'us', 'our node')]
    later = kinds(us.datagrams_to_send(us.next_deadline()))
    assert DiscoveryType.NEW_CONNECTION not in later


def test_who_leaves_for_good_is_registered_nowhere():
    us, _ = registered()
    us.leave()
    assert kinds(us.datagrams_to_send(0.2)) == [DiscoveryType.END_CONNECTION, DiscoveryType.BYE]


def test_nobody_stays_registered_with_a_publisher_that_is_gone():
    us, notice = registered()
    us.receive(encode('them', DiscoveryType.BYE), 0.3)
    assert notice not in us.datagrams_to_send(us.next_deadline())
