"""Operator inputs: gamepads, SpaceMice, keyboard, ROS topics and recordings as CRTK masters."""
