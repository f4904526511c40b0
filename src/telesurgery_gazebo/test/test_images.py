"""Pictures of Gazebo are the pixels that were rendered, or refused."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture

from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.images import image_of
from telesurgery_gazebo.jpeg import encoded
from telesurgery_gazebo.simulator import Image
from telesurgery_gazebo.transport import messages
from telesurgery_gazebo.transport.messages import PixelFormat

RED_THEN_BLUE = bytes([255, 0, 0, 0, 0, 255])


def sent(data: bytes, pixel_format: int = PixelFormat.RGB_INT8, width: int = 2) -> bytes:
    return messages.Image(
        width=width, height=1, step=3 * width, data=data, pixel_format_type=pixel_format
    ).SerializeToString()


@pytest.mark.parametrize('pixel_format', [PixelFormat.RGB_INT8, PixelFormat.UNKNOWN])
def test_rgb_is_taken_as_it_is(pixel_format):
    image = image_of(sent(RED_THEN_BLUE, pixel_format), 'endoscope', 9)
    assert image == Image('endoscope', 9, 2, 1, RED_THEN_BLUE)


def test_bgr_is_turned_round():
    image = image_of(sent(RED_THEN_BLUE, PixelFormat.BGR_INT8), 'endoscope', 9)
    assert image.rgb == bytes([0, 0, 255, 255, 0, 0])


@pytest.mark.parametrize(
    'message',
    [sent(RED_THEN_BLUE[:5]), sent(RED_THEN_BLUE, 13), sent(b'', width=0), b'\xff\xff'],
)
def test_what_is_no_picture_is_refused(message):
    with pytest.raises(WireError):
        image_of(message, 'endoscope', 0)


@given(st.binary(max_size=100))
def test_rubbish_never_crashes(data):
    with pytest.raises(WireError):
        image_of(data, 'endoscope', 0)


def test_a_jpeg_shows_what_was_in_the_picture():
    columns = np.linspace(0, 255, 64).astype(np.uint8)
    pixels = np.stack([np.tile(columns, (48, 1))] * 3, axis=2)
    data = encoded(Image('endoscope', 0, 64, 48, pixels.tobytes()), quality=90)
    shown = np.asarray(Picture.open(io.BytesIO(data)))
    assert shown.shape == (48, 64, 3)
    np.testing.assert_allclose(shown.astype(int), pixels.astype(int), atol=8)
