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

ROOM = {
    'drape': Material((0.13, 0.36, 0.42), specular=0.03, shininess=5),
    'rim': Material((0.55, 0.68, 0.66), specular=0.1),
    'skin': Material((0.74, 0.50, 0.33), specular=0.15, shininess=15),
    'tissue': Material((0.95, 0.95, 0.95), specular=0.35, shininess=40, picture='tissue.png'),
    'liver': Material((0.50, 0.20, 0.17), specular=0.45, shininess=50, picture='tissue.png'),
    'gall': Material((0.30, 0.42, 0.22), specular=0.5, shininess=50),
    'stomach': Material((0.78, 0.42, 0.38), specular=0.45, shininess=45),
    'bowel': Material((0.82, 0.50, 0.43), specular=0.45, shininess=45),
    'fat': Material((0.86, 0.68, 0.32), specular=0.35, shininess=30),
    'artery': Material((0.70, 0.06, 0.06), specular=0.5, shininess=50),
    'vein': Material((0.22, 0.14, 0.42), specular=0.5, shininess=50),
    'board': Material((0.80, 0.81, 0.80), specular=0.15),
    'field': Material((0.16, 0.22, 0.30), specular=0.15),
    'peg': Material((0.88, 0.88, 0.84), specular=0.3),
    'ring': Material((0.90, 0.42, 0.05), specular=0.3),
    'mattress': Material((0.07, 0.075, 0.085), specular=0.15),
    'metal': Material((0.52, 0.54, 0.56), specular=0.6, shininess=50),
    'enamel': Material((0.84, 0.86, 0.86), specular=0.25, shininess=40),
    'bulb': Material((1.0, 0.97, 0.88), glow=0.9),
    'screen': Material((0.12, 0.45, 0.55), glow=0.6),
}
