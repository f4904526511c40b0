"""Simulators behind one protocol: Gazebo and an in-memory plant."""
