"""What is printed on the controls of a gamepad.

SDL names the four face buttons by their place, whatever is printed on them. Which family a pad
belongs to is told by the USB vendor in its SDL GUID (bytes 4 and 5, little-endian, as
``SDL_GetJoystickGUIDInfo`` documents). The labels are those on the makers' own pads.
"""

from __future__ import annotations

from enum import Enum


class Family(Enum):
    """Whose labels a pad bears."""

    XBOX = 'Xbox'
    PLAYSTATION = 'PlayStation'
    SWITCH = 'Switch'
    OTHER = 'other'


_VENDORS = {0x045E: Family.XBOX, 0x054C: Family.PLAYSTATION, 0x057E: Family.SWITCH}
_WORDS = {
    'xbox': Family.XBOX, 'x-box': Family.XBOX, 'xinput': Family.XBOX,
    'playstation': Family.PLAYSTATION, 'dualshock': Family.PLAYSTATION,
    'dualsense': Family.PLAYSTATION, 'ps3': Family.PLAYSTATION, 'ps4': Family.PLAYSTATION,
    'ps5': Family.PLAYSTATION, 'switch': Family.SWITCH, 'nintendo': Family.SWITCH,
    'joy-con': Family.SWITCH,
}  # fmt: skip
_NAMES = (
    'a', 'b', 'x', 'y', 'back', 'guide', 'start', 'leftstick', 'rightstick', 'leftshoulder',
    'rightshoulder', 'triggerleft', 'triggerright',
)  # fmt: skip
_PRINTED = {
    Family.XBOX: (
        'A', 'B', 'X', 'Y', 'View', 'Xbox', 'Menu', 'LS', 'RS', 'LB', 'RB', 'LT', 'RT',
    ),
    Family.PLAYSTATION: (
        'Cross', 'Circle', 'Square', 'Triangle', 'Share', 'PS', 'Options', 'L3', 'R3', 'L1', 'R1',
        'L2', 'R2',
    ),
    Family.SWITCH: (
        'B', 'A', 'Y', 'X', 'Minus', 'Home', 'Plus', 'left stick', 'right stick', 'L', 'R', 'ZL',
        'ZR',
    ),
}  # fmt: skip


def family_of(guid: str, name: str) -> Family:
    """Return the family of a pad by its SDL GUID (32 hexadecimal digits), or else by its name."""
    try:
        raw = bytes.fromhex(guid)
    except ValueError:
        raw = b''
    vendor = int.from_bytes(raw[4:6], 'little') if len(raw) == 16 else 0
    if vendor in _VENDORS:
        return _VENDORS[vendor]
    found = [family for word, family in _WORDS.items() if word in name.lower()]
    return found[0] if found else Family.OTHER


def label_of(control: str, family: Family) -> str:
    """Return what is printed on a control; its SDL name where the family says nothing."""
    printed = dict(zip(_NAMES, _PRINTED.get(family, ()), strict=False)).get(control)
    return f'{printed} ({control})' if printed and printed.lower() != control else control
