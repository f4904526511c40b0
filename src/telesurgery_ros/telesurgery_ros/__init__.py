"""The only shared rclpy glue: message conversion, parameter loading, QoS, node start-up."""
