"""Messages reach their callbacks from a thread that waits for nothing else."""

import threading
import time

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed')
pytestmark = pytest.mark.ros

PATIENCE_S = 20.0


def test_a_waiting_reader_hands_over_every_event_in_order_and_ends_when_told() -> None:
    import rclpy
    from std_msgs.msg import Int64

    from telesurgery_ros import qos
    from telesurgery_ros.polling import PolledSubscription
    from telesurgery_ros.waiting import WaitingReader

    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node('waiting_test', context=context)
    try:
        received: list[int] = []
        threads: set[int] = set()
        complete = threading.Event()

        def take(message: Int64, info: dict[str, object]) -> None:
            threads.add(threading.get_ident())
            assert info['publication_sequence_number'] == message.data
            received.append(message.data)
            if len(received) == 50:
                complete.set()

        silent = PolledSubscription(node, Int64, 'silence', qos.EVENT)
        spoken = PolledSubscription(node, Int64, 'numbers', qos.EVENT)
        reader = WaitingReader(node, {silent: take, spoken: take})
        publisher = node.create_publisher(Int64, 'numbers', qos.EVENT)
        deadline = time.monotonic() + PATIENCE_S
        while publisher.get_subscription_count() == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        reader.start()
        for number in range(1, 51):
            publisher.publish(Int64(data=number))
        assert complete.wait(PATIENCE_S)
        reader.stop()
        assert received == list(range(1, 51))
        assert threads == {reader.thread.ident}
        assert not reader.thread.is_alive()
    finally:
        node.destroy_node()
        context.shutdown()
