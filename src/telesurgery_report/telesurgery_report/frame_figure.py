"""A frame of a camera that stands for the session."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.load import load_frame
from telesurgery_report.session import NS_PER_S, ImageTrack
from telesurgery_report.style import new_figure
from telesurgery_report.tracking import Tracking

WIDTH_IN = 6.4


def representative(camera: ImageTrack, tracked: Iterable[Tracking]) -> int:
    """Return the index of the frame with the most to see while the tips moved.

    The size of a JPEG grows with what is in the picture: instruments and what they work on beside
    bare tissue. Without any tracked motion all frames compete.
    """
    spans = [(path.stamp_ns[0], path.stamp_ns[-1]) for path in tracked]
    begin = max((span[0] for span in spans), default=camera.stamp_ns[0])
    end = min((span[1] for span in spans), default=camera.stamp_ns[-1])
    moving = (camera.stamp_ns >= begin) & (camera.stamp_ns <= end)
    candidates = np.flatnonzero(moving) if moving.any() else np.arange(len(camera))
    return int(candidates[np.argmax(camera.size_bytes[candidates])])


def draw_frame(camera: ImageTrack, index: int, start_ns: int, text: str, path: Path) -> None:
    """Write frame ``index`` to ``path`` with a line that says what is seen and when."""
    try:
        image = Image.open(io.BytesIO(load_frame(camera, index))).convert('RGB')
    except (UnidentifiedImageError, OSError) as error:
        raise NotMeasuredError(f'frame {index} of {camera.topic} is no image ({error})') from error
    seconds = (int(camera.stamp_ns[index]) - start_ns) / NS_PER_S
    figure = new_figure(WIDTH_IN, WIDTH_IN * image.height / image.width + 0.35)
    axes = figure.subplots()
    axes.imshow(np.asarray(image), interpolation='lanczos')
    axes.set_axis_off()
    axes.set_title(
        f'{text}, {seconds:.1f} s into the session', loc='left', fontsize=9, color='#1F2937'
    )
    figure.savefig(path)
