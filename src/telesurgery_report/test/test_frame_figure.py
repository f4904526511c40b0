"""The frame that stands for a session is one with something to see in it, taken in motion."""

from pathlib import Path

import numpy as np

from telesurgery_report.frame_figure import representative
from telesurgery_report.session import ImageTrack
from telesurgery_report.tracking import Tracking


def camera(sizes):
    stamps = np.arange(len(sizes), dtype=np.int64)
    return ImageTrack(Path('bag'), '/topic', stamps, np.array(sizes), np.ones((len(sizes), 2)))


def moving(begin, end):
    points = np.zeros((2, 3))
    return Tracking(1.0, 1.0, np.array([begin, end]), points, points)


def test_the_fullest_frame_while_both_tips_move_is_chosen():
    sizes = [9, 1, 3, 5, 4, 9]
    assert representative(camera(sizes), [moving(1, 4), moving(0, 3)]) == 3


def test_without_motion_every_frame_competes():
    assert representative(camera([1, 2, 9, 3]), []) == 2


def test_frames_that_miss_the_motion_still_give_one():
    assert representative(camera([1, 4, 2]), [moving(10, 20)]) == 1
