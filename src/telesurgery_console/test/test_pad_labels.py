"""What is printed on pads."""

import pytest

from telesurgery_console.pad_labels import Family, family_of, label_of

XBOX = '030000005e0400008e02000014010000'
DUALSENSE = '050000004c050000e60c000000810000'
SWITCH_PRO = '030000007e0500000920000011810000'
UNKNOWN = '03000000adde00000100000000010000'


@pytest.mark.parametrize(
    ('guid', 'name', 'family'),
    [
        (XBOX, 'Microsoft X-Box 360 pad', Family.XBOX),
        (DUALSENSE, 'Wireless Controller', Family.PLAYSTATION),
        (SWITCH_PRO, 'Pro Controller', Family.SWITCH),
        (UNKNOWN, 'Some XInput pad', Family.XBOX),
        (UNKNOWN, 'Nintendo look-alike', Family.SWITCH),
        (UNKNOWN, 'Pad', Family.OTHER),
        ('no GUID', 'PS4 Controller', Family.PLAYSTATION),
    ],
)
def test_the_vendor_tells_the_family_or_else_the_name(guid, name, family):
    assert family_of(guid, name) is family


@pytest.mark.parametrize(
    ('family', 'lowest', 'shoulder'),
    [
        (Family.XBOX, 'a', 'RB (rightshoulder)'),
        (Family.PLAYSTATION, 'Cross (a)', 'R1 (rightshoulder)'),
        (Family.SWITCH, 'B (a)', 'R (rightshoulder)'),
        (Family.OTHER, 'a', 'rightshoulder'),
    ],
)
def test_the_lowest_face_button_and_the_shoulder_bear_their_makers_words(family, lowest, shoulder):
    assert label_of('a', family) == lowest
    assert label_of('rightshoulder', family) == shoulder
    assert label_of('dpad_up', family) == 'dpad_up'
