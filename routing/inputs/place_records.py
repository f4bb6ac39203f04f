"""What a gazetteer holds and answers: places by name, and where a village is or might be."""

from dataclasses import dataclass
from typing import Literal

Precision = Literal["exact", "village", "town", "doubtful"]
"""exact: the name as written, in its town; village: the name in another form, or only the
map's; town: the centre of a town; doubtful: not placed."""


@dataclass(frozen=True)
class Place:
    """One name of one place.

    Parameters
    ----------
    name, town
        As written; the town is "" where nobody says it.
    lon, lat
        Degrees of WGS-84.
    kind
        "village" or "town".
    source
        "county" for the county's own list, "map" for the extract.
    """

    name: str
    town: str
    lon: float
    lat: float
    kind: str = "village"
    source: str = "county"


@dataclass(frozen=True)
class Match:
    """Where a village is, or which places it might be.

    Parameters
    ----------
    lon, lat
        Degrees of WGS-84; NaN where doubtful.
    precision
        How sure, see ``Precision``.
    score
        How alike the names are, 0 to 100.
    name
        The place's name; "" where nothing is alike.
    candidates
        Where doubtful, the best two places, the best first.
    """

    lon: float
    lat: float
    precision: Precision
    score: int
    name: str
    candidates: tuple[Place, ...] = ()


NOWHERE = Match(float("nan"), float("nan"), "doubtful", 0, "")
