"""The surfaces of the robot and of the operating room."""

from __future__ import annotations

from wavefront import Material

ROBOT = {
    'shell': Material((0.86, 0.87, 0.88), specular=0.25, shininess=40),
    'grey': Material((0.42, 0.44, 0.47), specular=0.2),
    'dark': Material((0.07, 0.075, 0.085), specular=0.25, shininess=40),
    'accent': Material((0.05, 0.33, 0.62), specular=0.3),
    'lit': Material((0.2, 0.75, 0.95), glow=0.8),
    'steel': Material((0.62, 0.64, 0.66), specular=0.7, shininess=60),
    'shaft': Material((0.10, 0.105, 0.115), specular=0.45, shininess=50),
}
