"""Kinematics and control of four remote-centre arms, and their CRTK server."""
