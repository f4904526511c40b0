"""Pictures as JPEG."""

from __future__ import annotations

import io

from PIL import Image as Picture

from telesurgery_gazebo.simulator import Image


def encoded(image: Image, quality: int) -> bytes:
    """Return a picture as a JPEG file of the given quality, 1..95."""
    file = io.BytesIO()
    picture = Picture.frombytes('RGB', (image.width, image.height), image.rgb)
    picture.save(file, 'JPEG', quality=quality)
    return file.getvalue()
