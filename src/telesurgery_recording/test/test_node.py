"""The recorder node as a real process."""

import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from sensor_msgs.msg import Joy  # noqa: E402

from telesurgery_msgs.msg import TeleopCommand  # noqa: E402
from telesurgery_recording.reader import Recording  # noqa: E402
from telesurgery_ros import qos  # noqa: E402
from telesurgery_ros.conversions import now_ns, to_stamp  # noqa: E402
from telesurgery_ros.testing import NodeProcess, Peer  # noqa: E402

MODULE = 'telesurgery_recording.node'
TABLES = """
tables:
  mine:
    - {topic: /teleop/command, type: telesurgery_msgs/msg/TeleopCommand, delivery: event}
    - {topic: /console/clutch, type: sensor_msgs/msg/Joy, delivery: latched}
    - {topic: /never/published, type: std_msgs/msg/String}
"""


@pytest.fixture
def parameters(tmp_path):
    (tmp_path / 'recorder.yaml').write_text(TABLES)
    return {
        'output': tmp_path / 'bag',
        'topics_file': tmp_path / 'recorder.yaml',
        'table': 'mine',
    }


def test_what_is_published_is_recorded_with_the_time_of_arrival(tmp_path, parameters):
    with Peer() as peer:
        # Published before the recorder exists: a latched state must be recorded all the same.
        clutch = peer.node.create_publisher(Joy, '/console/clutch', qos.LATCHED)
        clutch.publish(Joy(buttons=[1]))
        with NodeProcess(MODULE, parameters) as recorder:
            publisher = peer.publisher(TeleopCommand, '/teleop/command', qos.EVENT)
            sent = []

            def publish():
                message = TeleopCommand(sequence=len(sent))
                message.header.stamp = to_stamp(now_ns())
                sent.append(now_ns())
                publisher.publish(message)

            peer.node.create_timer(0.005, publish)
            peer.spin_until(lambda: len(sent) >= 200)
            peer.spin_until(lambda: clutch.get_subscription_count() == 1)
            recorder.interrupt()
            code, output = recorder.wait()

    assert code == 0
    assert 'recorded' in output
    with Recording(tmp_path / 'bag') as recording:
        messages = list(recording.messages(['/teleop/command']))
        numbers = [recording.decode(message).sequence for message in messages]
        clutch_messages = list(recording.messages(['/console/clutch']))
        assert recording.topics['/never/published'].count == 0
        assert list(recording.decode(clutch_messages[0]).buttons) == [1]
    # Whole from the first that found the recorder to the last before its end.
    assert len(numbers) >= 100
    assert sorted(numbers) == list(range(min(numbers), max(numbers) + 1))
    delays = [m.received_ns - sent[number] for m, number in zip(messages, numbers, strict=True)]
    assert all(0 <= delay < 1_000_000_000 for delay in delays)


def test_an_existing_recording_is_not_overwritten(tmp_path, parameters):
    (tmp_path / 'bag').mkdir()
    with NodeProcess(MODULE, parameters) as recorder:
        code, output = recorder.wait()

    assert code == 2
    assert '[recorder] error: folder' in output
    assert 'exists already' in output
    assert list((tmp_path / 'bag').iterdir()) == []


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        ({'table': 'yours'}, "table is 'yours'; allowed: mine"),
        ({'topics_file': '/nowhere/recorder.yaml'}, 'cannot be read'),
        ({'output': ''}, "output is ''"),
        ({'look_hz': 0.0}, 'look_hz is 0.0; allowed: 1 .. 200 Hz'),
    ],
)
def test_a_bad_parameter_is_one_line_and_exit_code_2(tmp_path, parameters, changed, message):
    with NodeProcess(MODULE, {**parameters, **changed}) as recorder:
        code, output = recorder.wait()

    assert code == 2
    assert message in output
    assert 'Traceback' not in output
    assert not (tmp_path / 'bag').exists()


def test_a_type_that_is_not_installed_is_named_and_no_folder_is_made(tmp_path, parameters):
    (tmp_path / 'recorder.yaml').write_text(
        'tables: {mine: [{topic: /a, type: nobody/msg/Thing}]}'
    )
    with NodeProcess(MODULE, parameters) as recorder:
        code, output = recorder.wait()

    assert code == 2
    assert "'nobody/msg/Thing' of /a is not installed" in output
    assert not (tmp_path / 'bag').exists()
