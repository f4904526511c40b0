"""Operator inputs: recording, gamepad and keyboard as CRTK masters."""
