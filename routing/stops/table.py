"""The table of the stops chosen: where they stand, on which side, under what name."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.policy import Policy
from routing.records import District, Located, Plan, lonlat
from routing.roads import place_on_links, take_positions
from routing.roads.network import Network, Roads
from routing.roads.placing import side_seen
from routing.roads.positions import Positions, name_sides, read_sides
from routing.stops.candidates import METRES_PER_DEGREE, Candidates, crossed_links

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]

NAMED_WITHIN_M = 1_500
"""A stop is called after the nearest village within this distance (assumed)."""


def make_stops(
    district: District, students: "gpd.GeoDataFrame", candidates: Candidates,
    boardings: pd.DataFrame, located: Located, policy: Policy, *, start: Plan | None = None,
) -> tuple["gpd.GeoDataFrame", pd.DataFrame]:  # fmt: skip
    """Return the table of the stops chosen, and the boardings with their ``stop_id``.

    Parameters
    ----------
    district
        Uses ``stop_list``.
    students
        Uses homes (for the side) and ``n_students``.
    candidates, boardings
        From ``place_stops``.
    located
        The networks of the buses.
    policy
        Uses ``right_hand_traffic``, ``cross_from`` and ``cross_lanes``.
    start
        An earlier plan, whose stops keep their ids and names.
    """
    import geopandas as gpd

    aboard = boardings["place"].to_numpy() >= 0
    rows = boardings["row"].to_numpy()[aboard]
    places, at = np.unique(boardings["place"].to_numpy()[aboard], return_inverse=True)
    here = take_positions(candidates.positions, places)
    own = candidates.own[places]
    ids, names = _called(district, own, here, located.bus.roads, start)
    n_riders = students["n_students"].to_numpy()[rows]
    profile = candidates.profile[places]
    sides = find_sides(here, at, lonlat(students.iloc[rows]), n_riders, profile, located, policy)
    n_students = np.bincount(at, n_riders, len(places))
    stops = gpd.GeoDataFrame(
        {
            "stop_id": ids,
            "name": names,
            "kind": np.where(own >= 0, "existing", "candidate").astype(object),
            "link": here.link,
            "offset_dm": here.offset_dm,
            "side": np.array(name_sides(sides), object),
            "n_students": n_students.astype(np.int64),
        },
        geometry=gpd.points_from_xy(here.lon, here.lat),
        crs="EPSG:4326",
    )
    stop_id = np.full(len(boardings), "", dtype=object)
    stop_id[aboard] = ids[at]
    return stops, boardings.assign(stop_id=stop_id)


def stop_positions(stops: "gpd.GeoDataFrame", bus: Network) -> Positions:
    """Return the places of a table of stops on the bus network."""
    link, offset_dm = (stops[name].to_numpy(np.int64) for name in ("link", "offset_dm"))
    return place_on_links(bus, link, offset_dm, read_sides(stops["side"]))


def find_sides(
    here: Positions, at: Ints, homes: tuple[NDArray[np.float64], NDArray[np.float64]],
    n_riders: Ints, profile: Ints, located: Located, policy: Policy,
) -> Ints:  # fmt: skip
    """Return the side of every stop, as in ``Positions``.

    Where the bus can come one way only, that way; where students may not cross, so that
    it stands at the kerb where most of the riders live; elsewhere it may come either way.

    Parameters
    ----------
    here
        The stops.
    at, homes, n_riders
        Per group of riders: number of their stop; longitude and latitude; how many.
    profile
        Per stop: the profile of the buses that come there.
    located, policy
        As in ``make_stops``.
    """
    link = here.link
    networks = [of.bus for of in located.profiles]
    only = np.stack([network.sides for network in networks])[profile, link]
    crossed = np.stack([crossed_links(network, policy) for network in networks])[profile, link]
    left = side_seen(located.bus, take_positions(here, at), *homes)
    balance = np.bincount(at, left * n_riders, len(link))
    facing = balance <= 0 if policy.right_hand_traffic else balance > 0
    forward = np.where(only != 0, only > 0, facing)
    return np.where(crossed, 0, np.where(forward, 1, -1)).astype(np.int64)


def _called(
    district: District, own: Ints, here: Positions, roads: Roads, start: Plan | None
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return ids and names: the county's own, an earlier plan's, else a number and the village."""
    known = {} if start is None else _known(start)
    taken = set(district.stop_list["stop_id"]) | {stop_id for stop_id, _ in known.values()}
    free = (f"stop-{k:03d}" for k in range(1, 10**6))
    fresh = (name for name in free if name not in taken)
    near = _nearest_names(here, roads)
    ids, names, seen = [], [], dict.fromkeys(near, 0)
    for k, row in enumerate(own):
        place = (int(here.link[k]), int(here.offset_dm[k]))
        if row >= 0:
            ids.append(str(district.stop_list["stop_id"].iloc[row]))
            names.append(str(district.stop_list["name"].iloc[row]) or near[k])
            continue
        seen[near[k]] += 1
        if place in known:
            stop_id, name = known[place]
        else:
            stop_id = next(fresh)
            name = f"{near[k]} {seen[near[k]]}" if seen[near[k]] > 1 and near[k] else near[k]
        ids.append(stop_id)
        names.append(name)
    return np.array(ids, dtype=object), np.array(names, dtype=object)


def _known(plan: Plan) -> dict[tuple[int, int], tuple[str, str]]:
    """Return id and name of the stops that an earlier plan proposed, by their place."""
    proposed = plan.stops[plan.stops["kind"] == "candidate"]
    places = zip(proposed["link"].astype(int), proposed["offset_dm"].astype(int), strict=True)
    called = zip(proposed["stop_id"].astype(str), proposed["name"].astype(str), strict=True)
    return dict(zip(places, called, strict=True))


def _nearest_names(here: Positions, roads: Roads) -> list[str]:
    village = np.array([kind != "school" for kind in roads.place_kind], bool)
    numbers = np.flatnonzero(village)
    found = []
    for lon, lat, link in zip(here.lon, here.lat, here.link, strict=True):
        name = roads.names[roads.name[link]]
        if len(numbers):
            east = (roads.place_lon[village] - lon) * np.cos(np.radians(lat))
            metres = np.hypot(east, roads.place_lat[village] - lat) * METRES_PER_DEGREE
            best = int(metres.argmin())
            if metres[best] <= NAMED_WITHIN_M:
                name = roads.place_name[numbers[best]]
        found.append(name)
    return found
