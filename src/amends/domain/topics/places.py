"""How far is it, and when is it picked up? Coordinates in millionths of a degree, so that they travel as whole numbers (L-06)."""

from datetime import datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Final

from amends.kernel.moments import zone_named

EARTH_M: Final = 6_371_009
MILLION: Final = 1_000_000
Point = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""


def distance_m(one: Point, other: Point) -> int:
    """Metres between two points on the earth, along the great circle (haversine)."""
    lat1, lon1, lat2, lon2 = (radians(each / MILLION) for each in (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return int(2 * EARTH_M * asin(sqrt(min(1.0, half))))


def next_pickup(now: datetime, daily: str, zone: str) -> datetime:
    """The next time that a point is emptied, given as local `HH:MM`: today, or tomorrow where that has passed."""
    place = zone_named(zone)
    local = now.astimezone(place)
    hours, minutes = (int(part) for part in daily.split(":"))
    today = datetime.combine(local.date(), time(hours, minutes), place)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), time(hours, minutes), place)
