import time

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed')
pytestmark = pytest.mark.ros

PATIENCE_S = 20.0


def test_a_polled_subscription_yields_the_newest_message_and_its_number() -> None:
    import rclpy
    from std_msgs.msg import Int64

    from telesurgery_ros import qos
    from telesurgery_ros.polling import PolledSubscription

    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node('polling_test', context=context)
    try:
        subscription = PolledSubscription(node, Int64, 'numbers')
        publisher = node.create_publisher(Int64, 'numbers', qos.STREAM_OUT)
        assert subscription.take() is None
        sent = 0
        deadline = time.monotonic() + PATIENCE_S
        taken = None
        while taken is None and time.monotonic() < deadline:
            sent += 1
            publisher.publish(Int64(data=sent))
            taken = subscription.take()
        assert taken is not None
        message, info = taken
        assert message.data == info['publication_sequence_number']
    finally:
        node.destroy_node()
        context.shutdown()
