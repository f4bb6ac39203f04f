"""Where is the village of this name? The county's own list first, then the places of the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from routing.inputs.place_names import plain_place, plain_town, tells_apart
from routing.inputs.place_records import NOWHERE, Match, Place, Precision
from routing.roads.places import NamedPlace
from routing.roads.shapes import distances_m

SAME_PLACE_M = 1_500
"""Two places of one name so near to each other are one place (m; assumed)."""

TOWN_REACH = 1.5
"""A village that only the map knows may belong to a town whose centre is up to so many times
as far as the nearest town's (assumed)."""

LIKE_SCORE = 85
"""Names at least so alike (rapidfuzz ratio, 0 to 100) may be one name badly written; measured
with benchmarks/place_names.py, see docs/places.md."""

LIKE_MARGIN = 8
"""By so much the best must be better than the next (points of the same ratio; same source)."""

_SHOWN_SCORE = 40
_IN_TOWN = 15
"""A name alike in the town given is shown before one elsewhere that is more alike by less than
this (points; assumed)."""
_TOWN_KINDS = frozenset(("town", "city"))


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Places of a county, to be found by name.

    Parameters
    ----------
    places
        In order of trust.
    plain, town
        Per place: forms of its name and of its town.
    towns
        Form of a town's name -> its places.
    by_plain
        Form of a village's name -> its places.
    reach
        Per place that only the map knows: (towns,) which towns it may belong to, as bool.
    """

    places: tuple[Place, ...]
    plain: tuple[str, ...]
    town: tuple[str, ...]
    towns: dict[str, tuple[int, ...]]
    by_plain: dict[str, tuple[int, ...]]
    reach: NDArray[np.bool_] = field(repr=False)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self.places)


def make_gazetteer(places: Iterable[Place], named: Iterable[NamedPlace] = ()) -> Gazetteer:
    """Return a gazetteer of the county's own list and the places of a map.

    Parameters
    ----------
    places
        The county's villages, and its towns if it lists them.
    named
        Places as ``routing.roads.places.read_places`` gives them.
    """
    known = tuple(places)
    drawn = (
        Place(one.name, "", one.lon, one.lat, "town" if one.kind in _TOWN_KINDS else "village", "map")
        for one in named
    )  # fmt: skip
    every = (*known, *drawn)
    plain = tuple(plain_place(place.name) for place in every)
    town = tuple(plain_town(place.town) if place.town else "" for place in every)
    towns: dict[str, list[int]] = {name: [] for name in town if name}
    for at, place in enumerate(every):
        if place.kind == "town":
            towns.setdefault(plain_town(place.name), []).append(at)
    return Gazetteer(
        every, plain, town,
        {name: tuple(found) for name, found in towns.items()},
        _index(plain), _reach(every, towns),
    )  # fmt: skip


def find_place(gazetteer: Gazetteer, village: str, town: str = "") -> Match:
    """Say where a village is: exactly, by another form of its name, or by a name alike.

    The village's town counts where it is given. A name that several villages bear is
    doubtful unless the town says which one is meant; nothing is guessed.

    Parameters
    ----------
    gazetteer
        Where to look.
    village
        Its name; the town may stand before it, as in 沙镇李庄村.
    town
        Its town; "" where nobody says it.
    """
    given, town = village.strip(), town.strip()
    name, town_form = plain_place(given) if given else "", plain_town(town) if town else ""
    if not name:
        return NOWHERE
    match = _search(gazetteer, given, name, town_form)
    if match.precision != "doubtful":
        return match
    cut, own = _split_town(gazetteer, name)
    if own and cut and (not town_form or own == town_form):
        inner = _search(gazetteer, cut, cut, own)
        return inner if inner.precision != "doubtful" or not match.candidates else match
    return match


def _search(gazetteer: Gazetteer, given: str, name: str, town: str) -> Match:
    """Try one form of the name after the other; the first that any place bears decides."""
    towns = gazetteer.towns.get(plain_town(name), ()) if town in {"", plain_town(name)} else ()
    for bearers in (gazetteer.by_plain.get(name, ()), towns):
        near = _in_town(gazetteer, bearers, town)
        written = [at for at in near if gazetteer.places[at].name.strip() == given]
        spots = _spots(gazetteer, written or near)
        if len(spots) == 1:
            return _found(gazetteer, spots[0], given, name)
        if spots:
            return _doubtful(gazetteer, spots, name)
    return _alike(gazetteer, given, name, town)


def _in_town(gazetteer: Gazetteer, bearers: Sequence[int], town: str) -> list[int]:
    """Return the bearers of a name that may lie in a town; the county's own word first."""
    if not town or not gazetteer.towns:
        kept = list(bearers)
    else:
        column = _town_column(gazetteer, town)
        kept = [
            at for at in bearers
            if gazetteer.town[at] == town or _is_town(gazetteer, at, town)
            or (not gazetteer.town[at] and column is not None and gazetteer.reach[at, column])
        ]  # fmt: skip
        said = [at for at in kept if gazetteer.town[at] == town]
        kept = said or kept
    own = [at for at in kept if gazetteer.places[at].source == "county"]
    return own or kept


def _is_town(gazetteer: Gazetteer, at: int, town: str) -> bool:
    return at in gazetteer.towns.get(town, ())


def _town_column(gazetteer: Gazetteer, town: str) -> int | None:
    return list(gazetteer.towns).index(town) if gazetteer.towns.get(town) else None


def _spots(gazetteer: Gazetteer, bearers: Sequence[int]) -> list[int]:
    """Return one bearer for each spot: names that stand near to each other are one place."""
    spots: list[int] = []
    for at in bearers:
        if not spots or _distances_m(gazetteer.places, spots, at).min() > SAME_PLACE_M:
            spots.append(at)
    return spots


def _found(
    gazetteer: Gazetteer, at: int, given: str, name: str, score: float | None = None
) -> Match:
    place = gazetteer.places[at]
    precision: Precision = "town" if place.kind == "town" else "village"
    if precision == "village" and place.source == "county" and place.name.strip() == given:
        precision = "exact"
    if score is None:
        same = precision == "town" or gazetteer.plain[at] == name
        score = 100 if same else fuzz.ratio(gazetteer.plain[at], name)
    return Match(place.lon, place.lat, precision, round(score), place.name)


def _doubtful(gazetteer: Gazetteer, spots: Sequence[int], name: str) -> Match:
    best = tuple(gazetteer.places[at] for at in spots[:2])
    score = round(max((fuzz.ratio(gazetteer.plain[at], name) for at in spots[:2]), default=0))
    return Match(NOWHERE.lon, NOWHERE.lat, "doubtful", score, best[0].name if best else "", best)


def _alike(gazetteer: Gazetteer, given: str, name: str, town: str) -> Match:
    """Return the one village whose name is much like this one, else what it might be."""
    scores = process.extract(name, gazetteer.plain, scorer=fuzz.ratio, limit=12, score_cutoff=_SHOWN_SCORE)  # fmt: skip
    score_of = {at: score for _, score, at in scores}
    inside = _spots(
        gazetteer, sorted(_in_town(gazetteer, list(score_of), town), key=list(score_of).index)
    )
    if inside and sure_enough(name, [(gazetteer.plain[at], score_of[at]) for at in inside[:2]]):
        return _found(gazetteer, inside[0], given, name, score_of[inside[0]])
    near = set(_in_town(gazetteer, list(score_of), town)) if town else set()
    listed = sorted(score_of, key=lambda at: -score_of[at] - (_IN_TOWN if at in near else 0))
    listed = _spots(gazetteer, listed)
    return _doubtful(gazetteer, listed, name)


def sure_enough(name: str, best: Sequence[tuple[str, float]]) -> bool:
    """Return whether the first of two names alike is surely the one that was meant.

    Parameters
    ----------
    name
        Plain form of the name asked for.
    best
        Plain form and score of the best one or two.
    """
    (first, score), *others = best
    if score < LIKE_SCORE or tells_apart(name, first):
        return False
    return not others or score - others[0][1] >= LIKE_MARGIN or others[0][0] == first


def _split_town(gazetteer: Gazetteer, name: str) -> tuple[str, str]:
    """Return what follows a town's name at the head of a name, and that town; else nothing."""
    for form in sorted(gazetteer.towns, key=len, reverse=True):
        if form and name.startswith(form) and len(name) > len(form):
            rest = name.removeprefix(form)
            for end in ("街道办事处", "街道", "镇", "乡"):
                rest = rest.removeprefix(end) if len(rest) > len(end) else rest
            return rest, form
    return "", ""


def _reach(places: Sequence[Place], towns: dict[str, list[int]]) -> NDArray[np.bool_]:
    """Return which places may belong to which towns, by distance: (places, towns)."""
    lon, lat = (
        np.array([getattr(p, axis) for p in places], dtype=np.float64) for axis in ("lon", "lat")
    )
    far_m = np.full((len(places), len(towns)), np.inf)
    for column, centres in enumerate(towns.values()):
        for at in centres:
            there_m = distances_m(lon, lat, np.full_like(lon, lon[at]), np.full_like(lat, lat[at]))
            far_m[:, column] = np.minimum(far_m[:, column], there_m)
    if not towns or not len(places):
        return np.zeros((len(places), len(towns)), dtype=bool)
    nearest_m = far_m.min(axis=1, keepdims=True)
    return np.isfinite(far_m) & (far_m <= TOWN_REACH * nearest_m + SAME_PLACE_M)


def _distances_m(places: Sequence[Place], these: Sequence[int], at: int) -> NDArray[np.float64]:
    lon, lat = (np.array([getattr(places[i], axis) for i in these]) for axis in ("lon", "lat"))
    here = places[at]
    return distances_m(lon, lat, np.full_like(lon, here.lon), np.full_like(lat, here.lat))


def _index(forms: Sequence[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for at, form in enumerate(forms):
        found.setdefault(form, []).append(at)
    return {form: tuple(ats) for form, ats in found.items()}
