"""Is the map fit to plan on: what its roads lack, and where they do not hang together.

A plan is as good as its roads. The audit finds islands, places far from any road,
detours that a missing link would explain, doubtful one-ways and missing tags, and gives
each town a score; of the fleet's largest bus it finds where it cannot turn, what is too
small for it, and where it may only creep. It corrects nothing: that is for whoever knows
the ground.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routing.policy import Policy
from routing.records import District, lonlat
from routing.roads import bus_network, bus_profiles, snap_points, walk_network
from routing.roads.audit import (
    count_found,
    find_detours,
    find_gaps,
    find_islands,
    find_oneways,
    measure_tags,
    pair_neighbours,
    place_anywhere,
    score_town,
    survey_fleet,
    tagged_lengths,
)
from routing.roads.audit.islands import as_one
from routing.roads.audit.nodes import on_sphere
from routing.roads.network import BusSize, Floats, Ints, Network, Roads

if TYPE_CHECKING:
    import geopandas as gpd

VILLAGE_KINDS = ("city", "town", "village", "hamlet")
"""Places of an extract that are looked at; "villages" below means all of them."""

TOWN_KINDS = ("city", "town")


@dataclass(frozen=True, eq=False)
class Audit:
    """What is odd about the roads of a district.

    Parameters
    ----------
    islands
        Parts of the bus and the walking network apart from the longest, as in
        ``routing.roads.audit.find_islands``, with ``n_villages``, ``n_schools`` and
        ``n_homes`` (rows of students) whose nearest road they are; those with villages or
        schools first, then the longest.
    far_places
        Villages and schools further than ``limit_m`` from any road of the bus network,
        the furthest first: ``kind`` (village, school, homes), ``name``, ``to_road_m``
        (empty for homes), ``limit_m`` (the policy's ``max_home_to_road_m``, else its
        ``moved_far_m``), ``n_places``, ``lon_deg``, ``lat_deg``. Homes have one row for
        each limit, with their number and no place.
    detours
        Neighbouring villages whose way is an outlier, as in ``find_detours``, with
        ``from_name``, ``to_name``, their places, and ``gap`` (row of ``gaps``, -1 none).
    gaps
        Possible missing links, as in ``find_gaps``.
    tags
        As in ``measure_tags``.
    oneways
        As in ``find_oneways``.
    towns
        The worst first: ``town``, ``n_villages``, ``reach_share`` (of them within
        ``max_home_to_road_m`` of the bus network, islands left out), ``n_pairs``,
        ``detour_share`` (of the pairs of neighbours), ``road_km``, ``tagged_share`` (of
        its length), ``score`` (0 to 100).
    dead_ends
        Branches in which the fleet's largest bus fits and cannot turn, as in
        ``find_branches`` without ``links``, with ``bus_types`` (ids of those that can use
        all of it, "" none), ``n_students``, ``n_villages`` and ``n_schools`` whose
        nearest bus road it is; those with most students first, then the longest.
    obstacles
        What is too small for that bus, as in ``find_obstacles``, with the same columns;
        those that cut off most first.
    hazards
        As in ``find_hazards``.
    found
        As in ``count_found``.
    source
        Name of the roads.
    size
        The fleet's largest bus: of each measure the largest.
    lengths_km
        As in ``routing.roads.audit.fleet.FleetRoads``.
    policy
        The rules it was made under.
    """

    islands: "gpd.GeoDataFrame"
    far_places: pd.DataFrame
    detours: pd.DataFrame
    gaps: pd.DataFrame
    tags: pd.DataFrame
    oneways: "gpd.GeoDataFrame"
    towns: pd.DataFrame
    dead_ends: "gpd.GeoDataFrame"
    obstacles: "gpd.GeoDataFrame"
    hazards: "gpd.GeoDataFrame"
    found: pd.DataFrame
    source: str
    size: BusSize
    lengths_km: dict[str, float]
    policy: Policy


@dataclass(frozen=True, eq=False)
class _Villages:
    """The places of an extract that are looked at; degrees."""

    name: list[str]
    lon: Floats
    lat: Floats


def audit_roads(district: District, policy: Policy) -> Audit:
    """Return what is odd about the roads of a district.

    Parameters
    ----------
    district
        Uses ``roads``, the gates of ``schools``, the homes of ``students`` and the sizes
        of ``bus_types``.
    policy
        Uses ``max_home_to_road_m``, ``moved_far_m`` and the rules of the bus network.

    Raises
    ------
    RoadsError
        When the roads cannot be measured exactly.
    """
    networks = bus_network(district.roads, policy, turns=False), walk_network(district.roads)
    villages = _villages(district.roads, VILLAGE_KINDS)
    first, second = pair_neighbours(villages.lon, villages.lat)
    pairs: list[pd.DataFrame] = []
    gaps: list[pd.DataFrame] = []
    n_gaps = 0
    for network in networks:
        standing = place_anywhere(network, villages.lon, villages.lat, policy.max_home_to_road_m)
        found = find_detours(network, standing, first, second).assign(gap=-1)
        found_gaps, gap = find_gaps(network, standing, found[found["outlier"]])
        found.loc[found["outlier"], "gap"] = np.where(gap >= 0, gap + n_gaps, -1)
        pairs.append(found)
        gaps.append(found_gaps)
        n_gaps += len(found_gaps)
    return Audit(
        islands=_islands(networks, district, villages, policy),
        far_places=_far_places(networks[0], district, villages, policy),
        detours=_named(pd.concat(pairs, ignore_index=True), villages),
        gaps=pd.concat(gaps, ignore_index=True),
        tags=measure_tags(networks[0]),
        oneways=_located(find_oneways(networks[0])),
        towns=_towns(networks[0], district, villages, pairs[0], policy),
        found=count_found(district.roads),
        source=district.roads.source.name,
        policy=policy,
        **_of_fleet(district, villages, policy),
    )


def _of_fleet(district: District, villages: _Villages, policy: Policy) -> dict[str, Any]:
    """Return what the largest bus of the fleet cannot use, and where it may only creep."""
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    met = survey_fleet(profiles, policy)
    on_link = _count_on_links(met.network, district, villages, policy)
    ids = district.bus_types["bus_type_id"]
    types = [", ".join(ids.iloc[list(profile.types)].astype(str)) for profile in profiles[1:]]
    branches, obstacles = (
        _peopled(table, on_link, types) for table in (met.branches, met.obstacles)
    )
    order = ["n_students", "length_km"]
    return {
        "dead_ends": branches.sort_values(order, ascending=False, kind="stable", ignore_index=True),
        "obstacles": obstacles,
        "hazards": _located(met.hazards),
        "size": profiles[0].size,
        "lengths_km": met.lengths_km,
    }


def _count_on_links(
    network: Network, district: District, villages: _Villages, policy: Policy
) -> dict[str, Ints]:
    """Return how many students, villages and schools have each link as their nearest."""
    students = district.students
    points = {
        "n_students": (*lonlat(students), students["n_students"].to_numpy(np.int64)),
        "n_villages": (villages.lon, villages.lat, np.ones(len(villages.lon), np.int64)),
        "n_schools": (*lonlat(district.schools), np.ones(len(district.schools), np.int64)),
    }
    counts: dict[str, Ints] = {}
    for name, (lon, lat, many) in points.items():
        link = place_anywhere(network, lon, lat, policy.max_home_to_road_m).link
        on = link >= 0
        counts[name] = np.zeros(len(network.roads.start), np.int64)
        np.add.at(counts[name], link[on], many[on])
    return counts


def _peopled(table: pd.DataFrame, on_link: dict[str, Ints], types: list[str]) -> "gpd.GeoDataFrame":
    """Return a table of parts of the network with who is on their links, and which buses."""
    counts = {
        name: np.array([count[links].sum() for links in table["links"]], np.int64)
        for name, count in on_link.items()
    }
    buses = pd.Series([types[at] if at >= 0 else "" for at in table["smaller"]], dtype=str)
    bare = table.drop(columns=["links", "smaller"])
    return _located(bare.assign(**counts, bus_types=buses))


def _villages(roads: Roads, kinds: tuple[str, ...]) -> _Villages:
    chosen = np.flatnonzero([kind in kinds for kind in roads.place_kind])
    names = [roads.place_name[row] for row in chosen]
    return _Villages(names, roads.place_lon[chosen], roads.place_lat[chosen])


def _located(table: pd.DataFrame) -> "gpd.GeoDataFrame":
    import geopandas as gpd

    return gpd.GeoDataFrame(table, geometry="geometry", crs=4326)


def _islands(
    networks: tuple[Network, ...], district: District, villages: _Villages, policy: Policy
) -> "gpd.GeoDataFrame":
    """Return the islands of both networks with what lies on each."""
    points = {
        "n_villages": (villages.lon, villages.lat),
        "n_schools": lonlat(district.schools),
        "n_homes": lonlat(district.students),
    }
    tables = []
    for network in networks:
        table = find_islands(network)
        for name, (lon, lat) in points.items():
            link = place_anywhere(network, lon, lat, policy.max_home_to_road_m).link
            on = network.component[link[link >= 0]]
            count = np.bincount(on[on > 0], minlength=len(network.component_dm) + 1)
            table[name] = count[table["component"].to_numpy()]
        tables.append(table)
    joined = pd.concat(tables, ignore_index=True)
    # not by homes: the order of a public page would say where there are any
    bare = ~joined[["n_villages", "n_schools"]].any(axis=1)
    order = np.lexsort((joined["network"], -joined["length_km"], bare))
    return _located(joined.iloc[order].reset_index(drop=True))


def _far_places(
    network: Network, district: District, villages: _Villages, policy: Policy
) -> pd.DataFrame:
    """Return villages, schools and numbers of homes far from every road of a network."""
    schools = district.schools
    groups = (
        ("village", villages.name, villages.lon, villages.lat),
        ("school", schools["name"].tolist(), *lonlat(schools)),
        ("homes", [""] * len(district.students), *lonlat(district.students)),
    )
    tables = []
    for kind, names, lon, lat in groups:
        everywhere = as_one(network)
        away_m = snap_points(everywhere, lon, lat, within_m=np.inf, component=0).moved_m
        beyond = np.where(np.isnan(away_m) & ~np.isnan(lon), np.inf, away_m)
        table = pd.DataFrame({"kind": kind, "name": names, "to_road_m": away_m, "lon_deg": lon, "lat_deg": lat})  # fmt: skip
        table["limit_m"] = np.where(
            beyond > policy.max_home_to_road_m, policy.max_home_to_road_m, policy.moved_far_m
        )
        table["n_places"] = 1
        table = table[beyond > min(policy.moved_far_m, policy.max_home_to_road_m)]
        if kind == "homes":
            table = table.groupby("limit_m", as_index=False).agg(
                kind=("kind", "first"), name=("name", "first"), n_places=("n_places", "sum")
            )
        tables.append(table)
    columns = ["kind", "name", "to_road_m", "limit_m", "n_places", "lon_deg", "lat_deg"]
    joined = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    order = ["to_road_m", "limit_m", "name"]
    joined = joined.sort_values(order, ascending=[False, False, True], ignore_index=True)
    return joined.reindex(columns=columns)


def _named(pairs: pd.DataFrame, villages: _Villages) -> pd.DataFrame:
    """Return the outliers, the worst first, with the names and places of their ends."""
    found = pairs[pairs["outlier"]]
    found = found.sort_values(["extra_m", "straight_m"], ascending=[False, True], na_position="first", ignore_index=True)  # fmt: skip
    for side, column in (("from", "first"), ("to", "second")):
        rows = found[column].to_numpy()
        found[f"{side}_name"] = [villages.name[row] for row in rows]
        found[f"{side}_lon_deg"] = villages.lon[rows]
        found[f"{side}_lat_deg"] = villages.lat[rows]
    return found.drop(columns=["first", "second", "outlier"])


def _towns(
    network: Network, district: District, villages: _Villages, pairs: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """Return the score of each town."""
    names, near = _town_finder(district)
    roads = network.roads
    of_village = near(villages.lon, villages.lat)
    main = snap_points(network, villages.lon, villages.lat, within_m=policy.max_home_to_road_m)
    length_m, tagged_m = tagged_lengths(network)
    of_link = near(roads.shape_lon[roads.shape_from[:-1]], roads.shape_lat[roads.shape_from[:-1]])
    ends = of_village[pairs[["first", "second"]].to_numpy()]
    outlier = pairs["outlier"].to_numpy(bool)
    rows = []
    for number, town in enumerate(names):
        mine, touching = of_village == number, (ends == number).any(axis=1)
        length = length_m[of_link == number].sum()
        rows.append((
            town, int(mine.sum()), _share((main.link[mine] >= 0).sum(), mine.sum()),
            int(touching.sum()), _share(outlier[touching].sum(), touching.sum()),
            length / 1000, _share(tagged_m[of_link == number].sum(), length),
        ))  # fmt: skip
    table = pd.DataFrame(rows, columns=[
        "town", "n_villages", "reach_share", "n_pairs", "detour_share", "road_km", "tagged_share",
    ])  # fmt: skip
    table["score"] = [
        score_town(*row)
        for row in zip(table["reach_share"], table["detour_share"], table["tagged_share"], strict=True)
    ]  # fmt: skip
    return table.sort_values(["score", "town"], ignore_index=True)


def count_audit(audit: Audit) -> dict[str, int | float | None]:
    """Return how much was found of each kind, and the score of the worst town (0 to 100).

    Counts of places and lengths (km) of roads only; ``min_town_score`` is None where there is no town to score.
    """
    scores = audit.towns["score"].dropna()
    of_bus = audit.islands["network"] == "bus"
    return {
        "n_islands_bus": int(of_bus.sum()),
        "n_islands_walk": int((~of_bus).sum()),
        "island_bus_km": round(float(audit.islands.loc[of_bus, "length_km"].sum()), 1),
        "n_far_villages": int((audit.far_places["kind"] == "village").sum()),
        "n_far_schools": int((audit.far_places["kind"] == "school").sum()),
        "n_detours": len(audit.detours),
        "n_gaps": len(audit.gaps),
        "n_oneways": len(audit.oneways),
        "n_dead_ends": len(audit.dead_ends),
        "n_obstacles": len(audit.obstacles),
        "n_restrictions": int(audit.found["n"].iloc[0]),
        **{f"{name}_km": round(km, 1) for name, km in audit.lengths_km.items()},
        "n_towns": len(audit.towns),
        "min_town_score": round(float(scores.min()), 1) if len(scores) else None,
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _town_finder(district: District) -> tuple[list[str], Callable[[Floats, Floats], Ints]]:
    """Return the towns, and what says in which each point lies: that of the nearest school.

    Where no school says its town, the extract's own towns count, the nearest again.
    """
    from scipy.spatial import KDTree

    schools = district.schools
    lon, lat = lonlat(schools)
    known = (schools["town"].fillna("").to_numpy(str) != "") & np.isfinite(lon)
    names = schools["town"].to_numpy()[known].tolist()
    lon, lat = lon[known], lat[known]
    if not names:
        towns = _villages(district.roads, TOWN_KINDS)
        names, lon, lat = towns.name, towns.lon, towns.lat
    if not names:
        return [], lambda lon, _: np.full(len(lon), -1, np.int64)
    towns_found, of_point = np.unique(names, return_inverse=True)
    tree = KDTree(on_sphere(lon, lat))

    def near(lon: Floats, lat: Floats) -> Ints:
        numbers: Ints = of_point[tree.query(on_sphere(lon, lat))[1]]
        return numbers

    return towns_found.tolist(), near
