"""Gazebo 11 (Classic): its process, its own transport, and the simulator made of both."""
