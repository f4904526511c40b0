"""Four control streams of 500 Hz one way and video of 30 Mbit/s the other, between two domains.

Once through both gateways and once through a bare rclpy relay, in turns. How late a control frame
is, is the time from publishing it in one domain to the callback in the other; of it, ``gateway to
gateway`` is the part between the two gateways, which they tell of one stream.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from link_parts.bare_relay import bare_relay
from link_parts.gateways import gateways
from link_parts.rows import row
from link_parts.stations import MESSAGE_TYPE, Running, Station, Stream, station
from link_parts.timing import processor_s
from link_parts.traces import traces
from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Side

CONTROL = Stream(tuple(f'/control_{number}' for number in range(4)), 500.0, 300)
VIDEO_RATE_HZ = 30.0
VIDEO_TOPIC = '/video'
ROUNDS = 2


def throughput_rows(
    reservations: Reservations, seconds: float, video_mbit_s: float
) -> Iterator[dict[str, object]]:
    """Yield rows of what went through the gateways and through a bare relay."""
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
    video = Stream((VIDEO_TOPIC,), VIDEO_RATE_HZ, round(video_mbit_s * 1e6 / 8 / VIDEO_RATE_HZ))
    results: dict[str, list[_Result]] = {'two gateways': [], 'bare rclpy relay': []}
    for _ in range(ROUNDS):
        for name, taken in results.items():
            taken.append(_measured(reservations, name, seconds / ROUNDS, video))
    for name, taken in results.items():
        yield from _rows(name, taken, video, video_mbit_s)


class _Result:
    """What one turn showed."""

    def __init__(self) -> None:
        self.sent = 0
        self.control_us: list[float] = []
        self.between_gateways_us: list[float] = []
        self.pictures_sent = 0
        self.picture_us: list[float] = []
        self.processor_s = 0.0


def _measured(reservations: Reservations, carrier: str, seconds: float, video: Stream) -> _Result:
    domains = {side: reservations.domain() for side in Side}
    result = _Result()
    with ExitStack() as running:
        if carrier == 'two gateways':
            folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
            pids = running.enter_context(gateways(reservations, domains, _channels(), folder))
        else:
            topics = dict.fromkeys(CONTROL.topics, Side.SURGEON) | {VIDEO_TOPIC: Side.PATIENT}
            pids = [running.enter_context(bare_relay(domains, topics, MESSAGE_TYPE))]
        surgeon = running.enter_context(
            station(Station(domains[Side.SURGEON], CONTROL, (VIDEO_TOPIC,)))
        )
        patient = running.enter_context(
            station(Station(domains[Side.PATIENT], video, CONTROL.topics))
        )
        _await_both(surgeon, patient)
        told = running.enter_context(traces(domains[Side.PATIENT]))
        before_s = processor_s(pids)
        for end in (surgeon, patient):
            end.begin(seconds)
        count, pictures = surgeon.result()
        result.pictures_sent, control = patient.result()
        result.processor_s = processor_s(pids) - before_s
        result.between_gateways_us = told()
    result.sent = count * len(CONTROL.topics)
    result.control_us = [time_us for times in control.values() for time_us in times]
    result.picture_us = pictures[VIDEO_TOPIC]
    return result


def _rows(
    name: str, taken: list[_Result], video: Stream, video_mbit_s: float
) -> Iterator[dict[str, object]]:
    sent = sum(result.sent for result in taken)
    control = [time_us for result in taken for time_us in result.control_us]
    cpu_us = 1e6 * sum(result.processor_s for result in taken) / sent
    yield row(f'load, {name}, control', control, sent - len(control), cpu_us)
    between = [time_us for result in taken for time_us in result.between_gateways_us]
    if between:
        yield row(f'load, {name}, control, gateway to gateway', between)
    pictures = [time_us for result in taken for time_us in result.picture_us]
    lost = sum(result.pictures_sent for result in taken) - len(pictures)
    yield row(f'load, {name}, video of {video_mbit_s:g} Mbit/s', pictures, lost)


def _await_both(surgeon: Running, patient: Running) -> None:
    deadline = time.monotonic() + 30.0
    while not all([surgeon.is_connected(), patient.is_connected()]):
        if time.monotonic() > deadline:
            raise TimeoutError('a station hears nothing of the other')
        time.sleep(0.1)


def _channels() -> str:
    rows = [
        f'  - {{topic: {topic}, type: std_msgs/msg/{MESSAGE_TYPE}, direction: surgeon_to_patient,'
        f' policy: latest, quality: stream, trace: {str(topic == CONTROL.topics[0]).lower()}}}'
        for topic in CONTROL.topics
    ]
    rows.append(
        f'  - {{topic: {VIDEO_TOPIC}, type: std_msgs/msg/{MESSAGE_TYPE},'
        ' direction: patient_to_surgeon, policy: media, quality: stream}'
    )
    return '\n'.join(['channels:', *rows])
