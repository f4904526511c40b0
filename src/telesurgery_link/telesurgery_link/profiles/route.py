"""Where a link leads, and how long light takes to go there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter

EARTH_RADIUS_KM = 6371.0
LIGHT_KM_PER_MS = 299.792458
FIBRE_INDEX = 1.468
"""Group index of standard single-mode fibre at 1550 nm (ITU-T G.652 fibres)."""


class Medium(Enum):
    """What the light goes through."""

    FIBRE = 'fibre'
    VACUUM = 'vacuum'


@dataclass(frozen=True)
class Place:
    """A place on the earth; one without coordinates needs the length of its route to be said."""

    name: str = parameter(doc='Its name.')
    latitude_deg: float | None = parameter(
        None, doc='Latitude, north positive.', unit='deg', low=-90, high=90
    )
    longitude_deg: float | None = parameter(
        None, doc='Longitude, east positive.', unit='deg', low=-180, high=180
    )

    @property
    def radians(self) -> tuple[float, float]:
        """Latitude and longitude [rad]; ParameterError without coordinates."""
        if self.latitude_deg is None or self.longitude_deg is None:
            raise ParameterError(
                f'place {self.name!r} has no coordinates; allowed: with latitude_deg and '
                'longitude_deg, or length_km in its route; add one of both'
            )
        return math.radians(self.latitude_deg), math.radians(self.longitude_deg)


@dataclass(frozen=True)
class Route:
    """The way between two places; no profile promises less than light needs for it."""

    surgeon: Place = parameter(doc='Where the console stands.')
    patient: Place = parameter(doc='Where the robot stands.')
    medium: Medium = parameter(Medium.FIBRE, doc='fibre, or vacuum for radio.')
    length_km: float | None = parameter(
        None, doc='Least length of the way; null: the great circle.', unit='km', low=0.0
    )

    @property
    def great_circle_km(self) -> float:
        """Shortest way over the ground (haversine formula on a sphere)."""
        latitude_a, longitude_a = self.surgeon.radians
        latitude_b, longitude_b = self.patient.radians
        d_latitude, d_longitude = latitude_b - latitude_a, longitude_b - longitude_a
        chord = (
            math.sin(d_latitude / 2) ** 2
            + math.cos(latitude_a) * math.cos(latitude_b) * math.sin(d_longitude / 2) ** 2
        )
        return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))

    @property
    def floor_ms(self) -> float:
        """What light needs one way."""
        length_km = self.great_circle_km if self.length_km is None else self.length_km
        index = FIBRE_INDEX if self.medium is Medium.FIBRE else 1.0
        return length_km * index / LIGHT_KM_PER_MS
