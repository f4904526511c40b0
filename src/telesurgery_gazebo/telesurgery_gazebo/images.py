"""Camera images of Gazebo as plain RGB."""

from __future__ import annotations

import numpy as np

from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.simulator import Image
from telesurgery_gazebo.transport import messages
from telesurgery_gazebo.transport.messages import PixelFormat

_FORMATS = (PixelFormat.UNKNOWN, PixelFormat.RGB_INT8, PixelFormat.BGR_INT8)
"""Gazebo 11 does not name the format of its R8G8B8 images; RGB is all that it makes by default."""


def image_of(message: bytes, camera: str, stamp_ns: int) -> Image:
    """Return the picture in an ``ignition.msgs.Image``; WireError when it holds none."""
    image = parse(messages.Image, message)
    whole = 3 * image.width * image.height
    if image.pixel_format_type not in _FORMATS or len(image.data) != whole or not whole:
        raise WireError(
            f'an image of {camera}, {image.width} by {image.height} pixels, has '
            f'{len(image.data)} bytes in format {image.pixel_format_type}; allowed: three bytes '
            "a pixel, RGB or BGR; set R8G8B8 in the camera's sensor"
        )
    rgb = image.data
    if image.pixel_format_type == PixelFormat.BGR_INT8:
        rgb = np.frombuffer(rgb, np.uint8).reshape(-1, 3)[:, ::-1].tobytes()
    return Image(camera, stamp_ns, image.width, image.height, rgb)
