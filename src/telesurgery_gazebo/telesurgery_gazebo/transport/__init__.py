"""The transport of gz-sim and of Gazebo 11's joint controllers: UDP discovery and ZeroMQ."""
