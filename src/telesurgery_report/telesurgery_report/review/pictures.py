"""The pictures of a review, in the order of the report: for the page and for the PDF alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from telesurgery_report.review import link_pictures, motion_pictures
from telesurgery_report.review.picture import Picture
from telesurgery_report.review.review import Review
from telesurgery_report.review.state_picture import states


def pictures_of(review: Review) -> list[Picture]:
    """Draw every picture for which there is something to show."""
    draw: tuple[Callable[[Review], Picture | None], ...] = (
        states,
        link_pictures.delays_over_time,
        link_pictures.delays,
        link_pictures.gaps,
        link_pictures.round_trips,
        motion_pictures.paths,
        motion_pictures.coordinates,
        motion_pictures.speeds,
        motion_pictures.tremor,
    )
    return [picture for one in draw if (picture := one(review)) is not None]


def pair_titles(pictures: Sequence[Sequence[Picture]]) -> list[str]:
    """Return the titles of all pictures of several sessions, each once, in order."""
    return list(dict.fromkeys(picture.title for own in pictures for picture in own))
